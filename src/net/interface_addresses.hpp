#pragma once

// The addresses under which other machines may reach this one, as its interfaces have them now.

#include "base/ip_address.hpp"

#include <cstddef>
#include <vector>

struct ifaddrs;

namespace belfry::net {

// Inclusive; what a machine has beyond is left out.
inline constexpr std::size_t kInterfaceAddresses = 32;

// Neither loopback nor link-local (169.254.0.0/16, RFC 3927; fe80::/10, RFC 4291, section 2.5.6), each once. Empty
// where the kernel tells none. Any thread; does not wait.
std::vector<base::IpAddress> interface_addresses();

// The same of a list as getifaddrs(3) gives it.
std::vector<base::IpAddress> addresses_of(const ifaddrs* first);

}  // namespace belfry::net
