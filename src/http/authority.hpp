#pragma once

// host[:port], as in Host, :authority and an absolute-form target (RFC 9110, section 7.2): a name, an IPv4 address or
// a bracketed IPv6 address. No user information, no percent-encoding, no zone.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::http {

struct Authority {
  // Lower case, no trailing dot; IPv6 in brackets and in the form of RFC 5952.
  std::string host;
  std::optional<std::uint16_t> port;

  // Names: letters, digits, '-', '.', '_', no empty label, at most 253 characters. Port: 1 to 65535, at most 5 digits.
  // An IPv4-mapped IPv6 address is refused: it would name what another spelling names.
  static std::optional<Authority> parse(std::string_view text);

  // "host" or "host:port".
  std::string to_string() const;
  friend bool operator==(const Authority&, const Authority&) = default;
};

// Whether it is an Authority's `host`, in the form that one has.
bool is_host(std::string_view text);

}  // namespace belfry::http
