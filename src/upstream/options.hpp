#pragma once

// What the way to the application can be told. Filled from the configuration file by `app`.

#include <chrono>
#include <cstdint>
#include <string>

namespace belfry::upstream {

struct UpstreamOptions {
  // From "http://host:port": a name or an address, and a port. IPv6 without brackets.
  std::string host;
  std::uint16_t port = 80;

  std::chrono::milliseconds connect{5'000};
  // From the request's end to the response's first byte.
  std::chrono::milliseconds first_byte{60'000};
  // Without a byte in either direction: a response that stalls, an event stream, a WebSocket.
  std::chrono::milliseconds idle{300'000};
};

}  // namespace belfry::upstream
