#pragma once

// The addresses under which drills come by the door's private socket: of the range that is set apart for examples
// (2001:db8::/32, RFC 3849), so that they are nobody's, and each run takes /64s of its own, so that it spends nobody
// else's allowance and finds none spent.

#include "base/ip_address.hpp"
#include "base/random.hpp"

namespace belfry::proof {

// 2001:db8:83:xxxx::1
inline base::IpAddress drill_address(base::Random& random) {
  const std::uint64_t bits = random.next_u64();
  return base::IpAddress::v6({0x20, 0x01, 0x0d, 0xb8, 0, 0x83, static_cast<std::uint8_t>(bits),
                              static_cast<std::uint8_t>(bits >> 8), 0, 0, 0, 0, 0, 0, 0, 1});
}

}  // namespace belfry::proof
