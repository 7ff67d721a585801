#pragma once

// What is kept of a request, and the way to find it again by the id that its response carried.

#include "base/clock.hpp"
#include "base/ip_address.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::record {

struct RequestRecord {
  base::WallTime time;  // when the head was complete
  std::string id;       // the value of X-Request-Id
  base::IpAddress client;
  std::string version;  // "HTTP/1.1"
  std::string method;
  std::string host;
  std::string path;  // canonical, without the query: queries carry secrets
  std::uint16_t status = 0;
  std::string reason;            // why it was refused or failed, snake_case; empty where it was admitted and answered
  std::string route;             // "application", "page", or "edge" for what never became a request
  std::uint64_t bytes_sent = 0;  // body
  std::chrono::microseconds took{0};
};

class RequestLookup {
 public:
  virtual ~RequestLookup() = default;
  // Blocking (reads files): never on a worker's thread. Also finds what was logged a moment ago.
  virtual std::optional<RequestRecord> find(std::string_view id) = 0;
};

}  // namespace belfry::record
