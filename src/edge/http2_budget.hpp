#pragma once

// HTTP/2 lets a client make the server work without asking for anything: pings, settings, resets, empty frames, window
// updates. Each such frame is paid from this budget, which time and finished work refill; a client that overdraws it is
// disconnected (ENHANCE_YOUR_CALM, RFC 9113, section 10.5). Honest clients stay a factor of ten below.

#include "base/clock.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace belfry::edge {

class Http2Budget {
 public:
  static constexpr double kFull = 400;
  static constexpr double kPerSecond = 10;
  // A reset costs more than it seems: the request before it was already begun (CVE-2023-44487).
  static constexpr double kReset = 2;
  static constexpr double kFrame = 1;

  explicit Http2Budget(base::SteadyTime now) : refilled_{now} {}

  // False once overdrawn.
  [[nodiscard]] bool spend(double cost, base::SteadyTime now) {
    left_ += std::chrono::duration<double>(now - refilled_).count() * kPerSecond;
    refilled_ = now;
    left_ = std::min(left_, kFull) - cost;
    return left_ >= 0;
  }
  // For work that was done: a client that receives data must send window updates, one that gets answers may cancel one.
  void earn(double amount) { left_ = std::min(left_ + amount, kFull); }

 private:
  double left_ = kFull;
  base::SteadyTime refilled_;
};

}  // namespace belfry::edge
