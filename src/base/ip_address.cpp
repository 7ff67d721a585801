#include "base/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace belfry::base {

static_assert(IpAddress::kTextSize == INET6_ADDRSTRLEN);

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

char* IpAddress::write_to(char* out) const {
  if (!is_v4()) {
    ::inet_ntop(AF_INET6, v6_.data(), out, kTextSize);
    return out + std::strlen(out);
  }
  // Several times a request: inet_ntop() writes these with sprintf().
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    if (shift != 24) *out++ = '.';
    out = std::to_chars(out, out + 3, v4_ >> shift & 0xffU).ptr;
  }
  return out;
}

std::string IpAddress::to_string() const {
  std::array<char, kTextSize> text;
  return {text.data(), write_to(text.data())};
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
