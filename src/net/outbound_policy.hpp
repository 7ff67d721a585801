#pragma once

// Where Belfry's own calls out may go. A URL may come from a form or a feed, so a call must not become a way into the
// network that Belfry stands in: only addresses of the public internet are permitted, unless the owner lists more. What
// is judged is the address that is about to be connected to, not a name: a name that resolves differently the second
// time (DNS rebinding) gains nothing.

#include "base/address_range.hpp"
#include "base/ip_address.hpp"

#include <vector>

namespace belfry::net {

// Reachable for the whole internet: none of loopback, unspecified, link-local (cloud metadata is there), private
// (RFC 1918, RFC 4193, the shared space of RFC 6598), multicast, documentation, benchmarking, reserved, or an IPv6 form
// that carries such an IPv4 address (IANA's special-purpose registries, RFC 6890).
bool is_public(const base::IpAddress& address);

// Immutable; any thread.
class OutboundPolicy {
 public:
  // Public addresses only.
  OutboundPolicy() = default;
  // And these, whatever they are.
  explicit OutboundPolicy(std::vector<base::AddressRange> also_permitted)
      : also_permitted_{std::move(also_permitted)} {}

  bool permits(const base::IpAddress& address) const;

 private:
  std::vector<base::AddressRange> also_permitted_;
};

}  // namespace belfry::net
