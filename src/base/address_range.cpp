#include "base/address_range.hpp"

#include <algorithm>
#include <charconv>

namespace belfry::base {
namespace {

constexpr unsigned kV4Bits = 32;
constexpr unsigned kV6Bits = 128;
constexpr unsigned kMappedBits = kV6Bits - kV4Bits;

// A prefix length as people write it: decimal digits, no sign, no leading zero.
std::optional<unsigned> parse_prefix_length(std::string_view digits) {
  if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  unsigned length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return length;
}

std::optional<AddressRange> v4_range(std::uint32_t network, unsigned prefix_length) {
  if (prefix_length > kV4Bits) return std::nullopt;
  // A shift by the full width would be undefined.
  const std::uint32_t host_bits =
      prefix_length == 0 ? ~std::uint32_t{0} : (std::uint32_t{1} << (kV4Bits - prefix_length)) - 1;
  if ((network & host_bits) != 0) return std::nullopt;
  return AddressRange{IpAddress::v4(network), IpAddress::v4(network | host_bits)};
}

std::optional<AddressRange> v6_range(const IpAddress& network, unsigned prefix_length) {
  if (prefix_length > kV6Bits) return std::nullopt;
  IpAddress::V6Bytes last = network.v6_bytes();
  for (unsigned i = 0; i < last.size(); ++i) {
    const unsigned first_bit = i * 8;
    const unsigned kept = prefix_length <= first_bit ? 0 : std::min(prefix_length - first_bit, 8U);
    const unsigned host_bits = 0xffU >> kept;
    if ((last[i] & host_bits) != 0) return std::nullopt;
    last[i] = static_cast<std::uint8_t>(last[i] | host_bits);
  }
  return AddressRange{network, IpAddress::v6(last)};
}

}  // namespace

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
  const auto slash = text.find('/');
  const std::string_view address_text = text.substr(0, slash);
  const auto address = IpAddress::parse(address_text);
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return AddressRange{*address, *address};
  const auto prefix_length = parse_prefix_length(text.substr(slash + 1));
  if (!prefix_length) return std::nullopt;
  if (!address->is_v4()) return v6_range(*address, *prefix_length);
  if (!address_text.contains(':')) return v4_range(address->v4_value(), *prefix_length);
  // Written as ::ffff:a.b.c.d and folded: the length counts from the IPv6 address's first bit.
  if (*prefix_length < kMappedBits) return std::nullopt;
  return v4_range(address->v4_value(), *prefix_length - kMappedBits);
}

}  // namespace belfry::base
