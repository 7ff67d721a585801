#pragma once

// A real handshake with a site by OpenSSL, for what only a whole handshake tells: the chain of certificates, the group,
// tickets, renegotiation. It trusts nothing and refuses nothing: it takes any certificate and any strength that
// OpenSSL still knows, and says what it got. Blocking, by ClientConnection; never on a worker's thread.

#include "base/clock.hpp"
#include "net/net_error.hpp"
#include "net/way.hpp"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace belfry::net {

// Text of a certificate is what its issuer wrote: escaped to printable ASCII by RFC 2253, cut at kCertificateText.
inline constexpr std::size_t kCertificateText = 512;
// Certificates of a chain, and names of each, that are looked at, inclusive.
inline constexpr std::size_t kChainLimit = 10;
inline constexpr std::size_t kNamesLimit = 100;

struct CertificateFacts {
  std::string subject;  // "CN=belfry.example"
  std::string issuer;
  std::vector<std::string> names;  // DNS names and addresses of the subject alternative name
  std::string serial;              // lower-case hex
  std::string fingerprint;         // SHA-256 of the whole, lower-case hex
  base::WallTime not_before;
  base::WallTime not_after;
  std::string key_type;  // "RSA", "EC", "Ed25519"
  std::uint32_t key_bits = 0;
  // Symmetric bits that the key is worth (NIST SP 800-57 part 1): 112 for RSA of 2048 bits, 128 for P-256.
  std::uint32_t security_bits = 0;
  std::string signature;  // "sha256WithRSAEncryption"
  bool self_signed = false;
  bool must_staple = false;  // RFC 7633
};

struct ChainFacts {
  // As sent, the site's own first; never empty.
  std::vector<CertificateFacts> certificates;
  bool in_order = false;     // each but the last is issued by the next
  bool trusted = false;      // the chain leads to a root of the store at the time of the clock, whatever the name
  std::string verification;  // OpenSSL's word for it: "ok", "self-signed certificate in certificate chain"
  bool name_matches = false;
};

struct HandshakeFacts {
  std::uint16_t version = 0;  // 0x0304
  std::uint16_t suite = 0;    // IANA's number
  std::string group;          // "X25519", "P-256", "DH 2048"; empty where there is none
  std::string protocol;       // ALPN; empty: none
  bool secure_renegotiation = false;
  bool ocsp_stapled = false;
  ChainFacts chain;
};

struct TlsProbeRequest {
  Way way;
  std::string server_name;  // SNI where it is a name; what the certificate is compared with
  // Trust these instead of the system's.
  std::optional<std::filesystem::path> ca_file;
  std::vector<std::string> protocols{"h2", "http/1.1"};
  // What a HEAD asks for where only an answer brings out the ticket (TLS 1.3).
  std::string path{"/"};
  enum class Versions : std::uint8_t { Any, Tls12AtMost };
  Versions versions = Versions::Any;
};

struct TlsProbeError {
  NetError error = NetError::TlsFailed;
  std::string detail;  // a line for an operator
};

// One connection. The certificates are judged at the clock's wall time.
std::expected<HandshakeFacts, TlsProbeError> probe_handshake(const TlsProbeRequest& request, const base::Clock& clock,
                                                             base::SteadyTime until);

struct ResumptionFacts {
  bool ticket = false;                // one was issued, or a session id
  std::uint32_t ticket_lifetime = 0;  // seconds, as the server says; 0: not said
  bool resumed = false;               // a second connection took it
};
// Two connections at most.
std::expected<ResumptionFacts, TlsProbeError> probe_resumption(const TlsProbeRequest& request, const base::Clock& clock,
                                                               base::SteadyTime until);

enum class Renegotiation : std::uint8_t {
  Refused,        // an alert, or the connection closed
  Accepted,       // a second handshake went through
  Unclear,        // no answer until the deadline
  NotApplicable,  // no TLS 1.2 or below with this server
};
// One connection: TLS 1.2, then a second ClientHello inside.
std::expected<Renegotiation, TlsProbeError> probe_renegotiation(const TlsProbeRequest& request,
                                                                const base::Clock& clock, base::SteadyTime until);

}  // namespace belfry::net
