#pragma once

// Time is handed in, never taken: whoever needs to know it holds a Clock. Wall time is for what people and protocols
// read (logs, certificates, evidence); steady time is for waits and rates, and does not jump when the wall clock does.

#include <chrono>

namespace belfry::base {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime wall_now() const = 0;
  virtual SteadyTime steady_now() const = 0;
};

// The machine's own clocks. Any thread.
class SystemClock final : public Clock {
 public:
  WallTime wall_now() const override;
  SteadyTime steady_now() const override;
};

// A clock that stands still until a test moves it. One thread.
class FakeClock final : public Clock {
 public:
  WallTime wall_now() const override { return wall_; }
  SteadyTime steady_now() const override { return steady_; }

  // Both clocks go on, as time does.
  void advance(std::chrono::milliseconds by) {
    wall_ += by;
    steady_ += by;
  }
  // The wall clock alone jumps, as when an operator or NTP sets it.
  void step_wall(std::chrono::milliseconds by) { wall_ += by; }

 private:
  WallTime wall_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
  SteadyTime steady_{std::chrono::hours{1}};
};

}  // namespace belfry::base
