#pragma once

// What can happen to a connection. Errors of the machine (out of descriptors or memory) are among them: they happen.

#include <cstdint>
#include <expected>
#include <string_view>

namespace belfry::net {

enum class NetError : std::uint8_t {
  Closed,  // the other end went away, or this end was told to stop
  DeadlineExceeded,
  Refused,         // nobody listens there, or the network says no
  OutOfResources,  // no descriptor or no memory
  TlsFailed,       // what came was no TLS, or not one that we accept
};
std::string_view to_string(NetError error);

template <class T>
using NetResult = std::expected<T, NetError>;

}  // namespace belfry::net
