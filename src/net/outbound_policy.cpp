#include "net/outbound_policy.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace belfry::net {

namespace {

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

struct V4Block {
  std::uint32_t first;
  unsigned bits;
};

// IANA's IPv4 special-purpose registry, as far as it is not globally reachable, and multicast and class E.
constexpr std::array kV4NotPublic{
    V4Block{v4(0, 0, 0, 0), 8},        // this network; 0.0.0.0 reaches the machine itself
    V4Block{v4(10, 0, 0, 0), 8},       // private
    V4Block{v4(100, 64, 0, 0), 10},    // shared by carriers (RFC 6598); clouds put metadata services there
    V4Block{v4(127, 0, 0, 0), 8},      // loopback
    V4Block{v4(169, 254, 0, 0), 16},   // link-local, 169.254.169.254 with it
    V4Block{v4(172, 16, 0, 0), 12},    // private
    V4Block{v4(192, 0, 0, 0), 24},     // protocol assignments
    V4Block{v4(192, 0, 2, 0), 24},     // documentation
    V4Block{v4(192, 88, 99, 0), 24},   // 6to4 relays (RFC 7526)
    V4Block{v4(192, 168, 0, 0), 16},   // private
    V4Block{v4(198, 18, 0, 0), 15},    // benchmarking
    V4Block{v4(198, 51, 100, 0), 24},  // documentation
    V4Block{v4(203, 0, 113, 0), 24},   // documentation
    V4Block{v4(224, 0, 0, 0), 4},      // multicast
    V4Block{v4(240, 0, 0, 0), 4},      // reserved, the broadcast address with it
};

bool is_public_v4(std::uint32_t address) {
  return std::ranges::none_of(kV4NotPublic,
                              [&](const V4Block& block) { return (address ^ block.first) >> (32 - block.bits) == 0; });
}

struct V6Block {
  std::array<std::uint8_t, 12> first;
  unsigned bits;
};

constexpr V6Block kGlobalUnicast{{0x20}, 3};
// RFC 6052: the last four bytes are an IPv4 address, and that is where it leads.
constexpr V6Block kTranslated{{0x00, 0x64, 0xff, 0x9b}, 96};
// What lies in 2000::/3 and is not reachable for everybody, or carries an IPv4 address in a form that nobody needs.
constexpr std::array kV6NotPublic{
    V6Block{{0x20, 0x01, 0x00}, 23},        // protocol assignments: Teredo, benchmarking, ORCHID
    V6Block{{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    V6Block{{0x20, 0x02}, 16},              // 6to4
    V6Block{{0x3f, 0xff, 0x00}, 20},        // documentation (RFC 9637)
};

bool within(const V6Block& block, const base::IpAddress::V6Bytes& address) {
  const unsigned whole = block.bits / 8;
  if (!std::equal(address.begin(), address.begin() + whole, block.first.begin())) return false;
  const unsigned rest = block.bits % 8;
  return rest == 0 || (address[whole] ^ block.first[whole]) >> (8 - rest) == 0;
}

bool is_public_v6(const base::IpAddress::V6Bytes& address) {
  if (within(kTranslated, address)) {
    return is_public_v4(v4(address[12], address[13], address[14], address[15]));
  }
  // All else is not assigned to anybody, or is loopback, link-local, unique local, multicast.
  return within(kGlobalUnicast, address) &&
         std::ranges::none_of(kV6NotPublic, [&](const V6Block& block) { return within(block, address); });
}

}  // namespace

bool is_public(const base::IpAddress& address) {
  return address.is_v4() ? is_public_v4(address.v4_value()) : is_public_v6(address.v6_bytes());
}

bool OutboundPolicy::permits(const base::IpAddress& address) const {
  return is_public(address) ||
         std::ranges::any_of(also_permitted_, [&](const base::AddressRange& range) { return range.contains(address); });
}

}  // namespace belfry::net
