#include "net/native_address.hpp"

#include <netinet/in.h>

#include <cstring>

namespace belfry::net {

NativeAddress to_native(const base::Endpoint& endpoint) {
  NativeAddress native;
  if (endpoint.address.is_v4()) {
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(endpoint.port);
    four.sin_addr.s_addr = htonl(endpoint.address.v4_value());
    std::memcpy(&native.storage, &four, sizeof four);
    native.size = sizeof four;
  } else {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(endpoint.port);
    std::memcpy(six.sin6_addr.s6_addr, endpoint.address.v6_bytes().data(), sizeof six.sin6_addr.s6_addr);
    std::memcpy(&native.storage, &six, sizeof six);
    native.size = sizeof six;
  }
  return native;
}

std::optional<base::Endpoint> from_native(const NativeAddress& address) {
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address.storage, sizeof four);
    return base::Endpoint{base::IpAddress::v4(ntohl(four.sin_addr.s_addr)), ntohs(four.sin_port)};
  }
  if (address.storage.ss_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &address.storage, sizeof six);
    base::IpAddress::V6Bytes bytes{};
    std::memcpy(bytes.data(), six.sin6_addr.s6_addr, bytes.size());
    return base::Endpoint{base::IpAddress::v6(bytes), ntohs(six.sin6_port)};
  }
  return std::nullopt;
}

}  // namespace belfry::net
