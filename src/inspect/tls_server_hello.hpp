#pragma once

// What a server says first: the records up to what it chose, read strictly and within bounds. Fed with all bytes so
// far, any number of times; what was refused once stays refused, however much more comes.

#include "inspect/tls_names.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace belfry::inspect {

// The bytes of a first flight that are looked at, inclusive: a chain of ten certificates fits several times.
inline constexpr std::size_t kFlightBytes = std::size_t{64} * 1024;

struct TlsAlert {
  bool fatal = true;
  std::uint8_t description = 0;
  friend bool operator==(const TlsAlert&, const TlsAlert&) = default;
};

// RFC 8446, section 4.1.3: the last eight bytes of ServerHello.random.
enum class Sentinel : std::uint8_t {
  None,
  ToTls12,  // "DOWNGRD" 01: a server that could do TLS 1.3 chose 1.2
  ToTls11,  // "DOWNGRD" 00: one that could do TLS 1.2 or 1.3 chose less
};

struct ServerHello {
  TlsVersion version = TlsVersion::Tls12;  // by supported_versions where that is there
  std::uint16_t suite = 0;
  std::uint8_t compression = 0;
  bool retry_request = false;  // HelloRetryRequest (RFC 8446, section 4.1.4)
  Sentinel sentinel = Sentinel::None;
  // TLS 1.3: of the key_share. TLS 1.2 and below: the named group of ServerKeyExchange, where the flight was read.
  std::optional<std::uint16_t> group;
  bool renegotiation_info = false;
  bool session_ticket = false;
  bool status_request = false;
  std::string protocol;  // ALPN; empty: none
  std::vector<std::uint16_t> extensions;
  friend bool operator==(const ServerHello&, const ServerHello&) = default;
};

// SSL 2.0's answer.
struct Ssl2ServerHello {
  std::size_t ciphers = 0;  // those that both have
  friend bool operator==(const Ssl2ServerHello&, const Ssl2ServerHello&) = default;
};

enum class FlightError : std::uint8_t {
  NotTls,     // the first bytes are no record of TLS
  Malformed,  // lengths that do not fit, twice the same extension, a message that must not stand there
  TooLong,
};
std::string_view to_string(FlightError error);

// What the bytes so far amount to: nothing yet (monostate), or the first thing that decides.
using Flight = std::variant<std::monostate, TlsAlert, ServerHello>;

// Warnings ahead of the ServerHello are read over (unrecognized_name is common); close_notify is none.
std::expected<Flight, FlightError> parse_flight(std::string_view bytes);

// What TLS 1.2 and below say behind the ServerHello, in the clear.
struct KeyExchangeFacts {
  std::optional<std::uint16_t> group;    // named curve
  std::optional<std::uint32_t> dh_bits;  // of the prime
  friend bool operator==(const KeyExchangeFacts&, const KeyExchangeFacts&) = default;
};
// nullopt: not there yet. The suite, which the ServerHello chose, decides how it is read.
std::expected<std::optional<KeyExchangeFacts>, FlightError> parse_key_exchange(std::string_view bytes);

using Ssl2Flight = std::variant<std::monostate, TlsAlert, Ssl2ServerHello>;
// An answer to ssl2_client_hello(); servers of TLS answer with an alert of theirs, SSL 2.0 with an ERROR of its own,
// which is shown as an alert with description 0.
std::expected<Ssl2Flight, FlightError> parse_ssl2_flight(std::string_view bytes);

}  // namespace belfry::inspect
