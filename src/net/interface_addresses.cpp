#include "net/interface_addresses.hpp"

#include "net/native_address.hpp"

#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

namespace belfry::net {

namespace {

bool is_link_local(const base::IpAddress& address) {
  if (address.is_v4()) return (address.v4_value() >> 16U) == 0xa9feU;
  const base::IpAddress::V6Bytes& bytes = address.v6_bytes();
  return bytes[0] == 0xfe && (bytes[1] & 0xc0U) == 0x80U;
}

// An interface without an address, or with one of another family, has none for us.
std::optional<base::IpAddress> address_of(const sockaddr* raw) {
  if (raw == nullptr) return std::nullopt;
  NativeAddress native;
  if (raw->sa_family == AF_INET) {
    native.size = sizeof(sockaddr_in);
  } else if (raw->sa_family == AF_INET6) {
    native.size = sizeof(sockaddr_in6);
  } else {
    return std::nullopt;
  }
  std::memcpy(&native.storage, raw, native.size);
  const auto endpoint = from_native(native);
  if (!endpoint) return std::nullopt;
  return endpoint->address;
}

}  // namespace

std::vector<base::IpAddress> addresses_of(const ifaddrs* first) {
  std::vector<base::IpAddress> found;
  for (const ifaddrs* one = first; one != nullptr && found.size() < kInterfaceAddresses; one = one->ifa_next) {
    const auto address = address_of(one->ifa_addr);
    if (!address || address->is_loopback() || is_link_local(*address)) continue;
    if (std::ranges::find(found, *address) == found.end()) found.push_back(*address);
  }
  return found;
}

std::vector<base::IpAddress> interface_addresses() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner{first, &::freeifaddrs};
  return addresses_of(first);
}

}  // namespace belfry::net
