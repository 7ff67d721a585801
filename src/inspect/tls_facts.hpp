#pragma once

// What a scan found out about the TLS of one site at one address. Values; whoever shows or grades them makes no
// connection.

#include "base/clock.hpp"
#include "inspect/tls_offer.hpp"
#include "inspect/tls_port_80.hpp"
#include "net/tls_probe.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inspect {

// Unknown where it could not be found out: never read as either.
enum class Observed : std::uint8_t { Unknown, No, Yes };
std::string_view to_string(Observed observed);  // "unknown", "no", "yes"

struct VersionFacts {
  TlsVersion version = TlsVersion::Tls12;
  // IANA's numbers, in the order in which the server took them when all were offered and each taken one left out.
  std::vector<std::uint16_t> suites;
  // Whether the server follows its own order and not the client's. Unknown with fewer than two suites.
  Observed server_preference = Observed::Unknown;
  // No: the limit of connections or the time came first.
  Observed complete = Observed::Unknown;
};

struct TlsFacts {
  std::string server_name;
  std::string address;  // "192.0.2.1:443", "[2001:db8::1]:443", or "private socket"
  base::WallTime observed;

  // One for each of good_offers() and weak_offers(), in their order.
  std::vector<OfferResult> offers;
  // The versions that were agreed on, newest first, SSL 2.0 and 3.0 among them.
  std::vector<VersionFacts> versions;
  // Of TLS 1.3 where that is spoken, else the curves of TLS 1.2; in our order (inspect/tls_names.hpp).
  std::vector<std::uint16_t> groups;
  // The smallest prime of DHE that was seen; none where no DHE suite was accepted.
  std::optional<std::uint32_t> dh_bits;
  // The newest handshake, and why there is none.
  std::optional<net::HandshakeFacts> handshake;
  std::string handshake_error;
  // Protocols of ALPN that were chosen when offered alone, of "h2" and "http/1.1".
  std::vector<std::string> protocols;

  Observed ocsp_stapling = Observed::Unknown;
  Observed tickets = Observed::Unknown;
  Observed resumption = Observed::Unknown;
  Observed secure_renegotiation = Observed::Unknown;  // RFC 5746; Yes where nothing below TLS 1.3 is spoken
  Observed client_renegotiation = Observed::Unknown;  // a client may begin one
  Observed compression = Observed::Unknown;
  Observed fallback_refused = Observed::Unknown;    // TLS_FALLBACK_SCSV is heeded; Unknown with one version alone
  Observed downgrade_sentinel = Observed::Unknown;  // set on TLS 1.2; Unknown without TLS 1.3 or without TLS 1.2
  // Where a port 80 was to be looked at.
  std::optional<Port80> port_80;

  // How many were made.
  unsigned connections = 0;
  // No: the limit of connections, the time, or whoever asked ended the scan early.
  Observed complete = Observed::Unknown;
};

const OfferResult* find_offer(const TlsFacts& facts, Offer offer);
// Whether a good offer was accepted: without that nothing here says anything about a refusal.
bool answers_tls(const TlsFacts& facts);
const VersionFacts* find_version(const TlsFacts& facts, TlsVersion version);

// Whole days from `now` until the site's own certificate ends, negative when it has; none without a certificate.
std::optional<std::int64_t> days_left(const TlsFacts& facts, base::WallTime now);

}  // namespace belfry::inspect
