#pragma once

// Time that the machine ran: what limits are counted in where somebody could gain by setting a clock. It goes on over a
// restart of the program, stands still while the machine is off, and never goes back; its origin means nothing. Whoever
// keeps accounts keeps it too, and hands it out with the wall's.

#include "base/clock.hpp"

#include <chrono>

namespace belfry::accounts {

struct RunningClock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<RunningClock>;
  static constexpr bool is_steady = true;
};
using RunningTime = RunningClock::time_point;

// Both at one instant.
struct Moment {
  base::WallTime wall;
  RunningTime running;
  friend bool operator==(const Moment&, const Moment&) = default;
};

// Whether something that holds for `limit` since then is over, exactly at its end too. One of the two clocks is enough
// to end it, so that setting the wall clock back makes nothing last longer, and neither does a machine that was off.
inline bool has_passed(const Moment& since, std::chrono::milliseconds limit, const Moment& now) {
  return now.running - since.running >= limit || now.wall - since.wall >= limit;
}

}  // namespace belfry::accounts
