#pragma once

// How a call reaches a site, where that is not left to the name's resolution: a TCP endpoint, or a Unix socket behind
// which the site listens too. On the Unix socket the caller begins with a PROXY protocol header, as a load balancer
// would, and so comes from whatever address it names: what a drill needs that must be somebody else for a moment.

#include "base/ip_address.hpp"

#include <filesystem>
#include <optional>

namespace belfry::net {

struct Way {
  // Where to, by TCP; not looked at with `socket`.
  base::Endpoint endpoint;
  // Not empty: by this Unix socket instead.
  std::filesystem::path socket;
  // Who comes: the local address to bind (TCP; none: the kernel chooses) or the address that the header names (Unix
  // socket; none: 127.0.0.1).
  std::optional<base::IpAddress> source;

  friend bool operator==(const Way&, const Way&) = default;
};

}  // namespace belfry::net
