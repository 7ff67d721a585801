#include "base/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace belfry::base {

IpAddress IpAddress::v6(const V6Bytes& network_order) {
  static constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), network_order.begin())) {
    std::uint32_t value = 0;
    for (std::size_t i = 12; i < 16; ++i) value = value << 8 | network_order[i];
    return v4(value);
  }
  IpAddress address;
  address.is_v6_ = true;
  address.v6_ = network_order;
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.empty() || text.size() >= terminated.size() || text.contains('\0')) return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  in_addr four{};
  if (::inet_pton(AF_INET, terminated.data(), &four) == 1) return v4(ntohl(four.s_addr));
  in6_addr six{};
  if (::inet_pton(AF_INET6, terminated.data(), &six) == 1) {
    V6Bytes bytes{};
    std::memcpy(bytes.data(), six.s6_addr, bytes.size());
    return v6(bytes);
  }
  return std::nullopt;
}

bool IpAddress::is_loopback() const {
  if (is_v4()) return v4_ >> 24 == 127;
  V6Bytes one{};
  one[15] = 1;
  return v6_ == one;
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_v4()) {
    const in_addr four{.s_addr = htonl(v4_)};
    ::inet_ntop(AF_INET, &four, text.data(), text.size());
  } else {
    ::inet_ntop(AF_INET6, v6_.data(), text.data(), text.size());
  }
  return text.data();
}

std::string Endpoint::to_string() const {
  const std::string host = address.is_v4() ? address.to_string() : "[" + address.to_string() + "]";
  return host + ":" + std::to_string(port);
}

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (bracketed != host.contains(':')) return std::nullopt;
  const auto address = IpAddress::parse(host);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (!address || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return Endpoint{*address, port};
}

}  // namespace belfry::base
