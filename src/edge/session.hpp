#pragma once

// One client's connection after its handshake, in whichever version of HTTP it speaks, and what it needs of the thread
// that it lives on.

#include "base/timer_wheel.hpp"
#include "edge/connection_limit.hpp"
#include "edge/options.hpp"
#include "edge/site.hpp"
#include "http/exchange.hpp"

#include <cstdint>

namespace belfry::edge {

// Lives as long as the worker.
struct Surroundings {
  Site& site;
  base::TimerWheel& wheel;
  const EdgeLimits& limits;
  // The streams of HTTP/2 that each address has open, counted for the whole process.
  ConnectionLimit& streams;
  // How many these may be, inclusive.
  std::uint32_t streams_per_address;
};

class Session {
 public:
  virtual ~Session() = default;
  // Serves the connection to its end. The session must outlive it.
  virtual boost::asio::awaitable<void> run() = 0;
  // No more requests: idle connections end now, busy ones behind what is under way.
  virtual void drain() = 0;
  // Ends everything now.
  virtual void stop() = 0;
};

}  // namespace belfry::edge
