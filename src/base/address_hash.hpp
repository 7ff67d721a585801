#pragma once

// Who is behind an address, as a number that an outsider can't predict. Tables that count by address index by it: the
// key is drawn at start, so nobody can choose addresses that collide with a victim's or with each other.
//
// An IPv4 address stands for itself; an IPv6 address stands for its /64, the smallest network that one subscriber is
// given (RFC 6177), since its holder can use any address of it.

#include "base/ip_address.hpp"
#include "base/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace belfry::base {

using SipKey = std::array<std::uint64_t, 2>;

// SipHash-2-4 (Aumasson and Bernstein, 2012).
std::uint64_t sip_hash(const SipKey& key, std::span<const std::uint8_t> message);

// Immutable; any thread.
class AddressHash {
 public:
  explicit AddressHash(Random& random) : key_{random.next_u64(), random.next_u64()} {}
  std::uint64_t operator()(const IpAddress& address) const;

 private:
  SipKey key_;
};

}  // namespace belfry::base
