#pragma once

// How slow a body may come in: in each window of waiting it must bring a least number of bytes (EdgeLimits). Only time
// spent waiting for the client counts, not what the other side of the door takes.

#include "base/clock.hpp"
#include "edge/options.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace belfry::edge {

class RateWindow {
 public:
  explicit RateWindow(const EdgeLimits& limits) : limits_{limits} {}

  // Before a wait: how long it may take.
  std::chrono::milliseconds begin_wait(base::SteadyTime now) {
    waiting_since_ = now;
    return left_;
  }
  // After a wait that brought `bytes`.
  void end_wait(base::SteadyTime now, std::size_t bytes) {
    bytes_ += bytes;
    if (bytes_ >= limits_.body_bytes_a_window) {
      bytes_ = 0;
      left_ = limits_.body_window;
      return;
    }
    left_ -= std::chrono::duration_cast<std::chrono::milliseconds>(now - waiting_since_);
    // The wheel ticks coarsely: what came in time is never punished for its tick.
    if (left_ < std::chrono::milliseconds{1}) left_ = std::chrono::milliseconds{1};
  }

 private:
  const EdgeLimits& limits_;
  std::chrono::milliseconds left_{limits_.body_window};
  std::uint64_t bytes_ = 0;
  base::SteadyTime waiting_since_{};
};

}  // namespace belfry::edge
