#pragma once

// ClientHellos made by hand: Debian's OpenSSL cannot offer what must be refused. Pure bytes, no handshake ever follows
// them, so nothing in them is secret: the 32 bytes of `random` are the same readable text each time, by which an owner
// finds us in a packet capture.

#include "inspect/tls_names.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inspect {

// In place of the 32 random bytes.
inline constexpr std::string_view kHelloRandom = "Belfry looks at this site's TLS.";

struct HelloRecipe {
  // The highest version that is offered; not Ssl2. A server may choose an older one, but for Tls13, which is offered
  // alone (supported_versions).
  TlsVersion version = TlsVersion::Tls12;
  std::vector<std::uint16_t> suites;
  // Groups that are offered (RFC 8422, RFC 7919); none: no extension.
  std::vector<std::uint16_t> groups;
  // TLS 1.3: whether a share of X25519 comes along. Without one a server that accepts asks for one of its own choice
  // (HelloRetryRequest), which tells the group without any arithmetic.
  enum class KeyShare : std::uint8_t { None, X25519 };
  KeyShare key_share = KeyShare::None;
  enum class Compression : std::uint8_t { NullOnly, DeflateFirst };
  Compression compression = Compression::NullOnly;
  // RFC 5746: TLS_EMPTY_RENEGOTIATION_INFO_SCSV; RFC 7507: TLS_FALLBACK_SCSV.
  bool renegotiation_info = true;
  bool fallback_scsv = false;
  // Names of ALPN in order; none: no extension.
  std::vector<std::string> protocols;
  // status_request (RFC 6066, section 8) and session_ticket (RFC 5077).
  bool status_request = false;
  bool session_ticket = false;
  // No extension where it is empty or an IP address ("Literal IPv4 and IPv6 addresses are not permitted", RFC 6066,
  // section 3). SSL 3.0 has no extensions at all: the fields above that need one are then not looked at.
  std::string server_name;
};

// One record (RFC 8446, section 5.1). std::length_error for a recipe that does not fit into it: more suites, groups or
// names than our own tables have.
std::string client_hello(const HelloRecipe& recipe);

// The CLIENT-HELLO of SSL 2.0 with all seven ciphers it has.
std::string ssl2_client_hello();

}  // namespace belfry::inspect
