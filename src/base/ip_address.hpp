#pragma once

// An IPv4 or IPv6 address as a value, always in one form: an IPv4-mapped IPv6 address (::ffff:a.b.c.d) is folded to the
// IPv4 address it names, so that a list entry or a limit for one holds for the other.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::base {

class IpAddress {
 public:
  using V6Bytes = std::array<std::uint8_t, 16>;

  // 0.0.0.0
  constexpr IpAddress() = default;
  static constexpr IpAddress v4(std::uint32_t host_order) {
    IpAddress address;
    address.v4_ = host_order;
    return address;
  }
  // Folds IPv4-mapped addresses (RFC 4291, section 2.5.5.2).
  static IpAddress v6(const V6Bytes& network_order);

  // Exactly the forms of inet_pton(3): no port, no brackets, no zone, no leading zeros, no blanks.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const { return !is_v6_; }
  // Host order; only for is_v4().
  std::uint32_t v4_value() const { return v4_; }
  // Network order; only for !is_v4().
  const V6Bytes& v6_bytes() const { return v6_; }

  bool is_loopback() const;

  // RFC 5952 for IPv6, dotted quad for IPv4.
  std::string to_string() const;
  // The same into `out`, which has room for kTextSize bytes; gives the end of what was written.
  static constexpr std::size_t kTextSize = 46;
  char* write_to(char* out) const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  bool is_v6_ = false;
  std::uint32_t v4_ = 0;
  V6Bytes v6_{};
};

// An address with a TCP port.
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  // "192.0.2.1:443" or "[2001:db8::1]:443"
  std::string to_string() const;
  static std::optional<Endpoint> parse(std::string_view text);
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

}  // namespace belfry::base
