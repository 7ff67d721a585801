#pragma once

// HTTP/2 lets a client make the server work without asking for anything: pings, settings, resets, empty frames, window
// updates, and breaches of a stream's rules that the server answers with a reset. Each of them is paid from this
// budget, which time and finished work refill; a client that overdraws it is disconnected (ENHANCE_YOUR_CALM, RFC 9113,
// section 10.5). Honest clients stay a factor of ten below.

#include "base/clock.hpp"

#include <nghttp2/nghttp2.h>

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

  // What a reset costs that we had to send. Where the client broke a rule it is that of its own (CVE-2025-8671,
  // "MadeYouReset"); where it opened more streams than it was told, a frame that nobody asked for.
  static constexpr double cost_of_our_reset(std::uint32_t error) {
    switch (error) {
      case NGHTTP2_NO_ERROR:
      case NGHTTP2_INTERNAL_ERROR:
        return 0;  // our reasons
      case NGHTTP2_REFUSED_STREAM:
        return kFrame;
      default:
        return kReset;
    }
  }

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
