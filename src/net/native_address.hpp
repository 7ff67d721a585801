#pragma once

// An Endpoint as the kernel's sockaddr, and back.

#include "base/ip_address.hpp"

#include <sys/socket.h>

#include <optional>

namespace belfry::net {

struct NativeAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

NativeAddress to_native(const base::Endpoint& endpoint);
// nullopt for what is neither IPv4 nor IPv6 (a Unix socket). IPv4-mapped addresses are folded.
std::optional<base::Endpoint> from_native(const NativeAddress& address);

}  // namespace belfry::net
