#pragma once

// One coarse wheel of deadlines a thread. Sockets set and move deadlines on every read, so that must cost next to
// nothing: moving a Deadline further away only stores the new time; the wheel finds out when the old place comes round.
// A deadline fires up to one tick late, never early. The wheel also keeps the time of its last tick, which is exact
// enough for deadlines and saves a clock read each.
//
// One thread; a Deadline must not outlive its wheel.

#include "base/clock.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>

namespace belfry::base {

class TimerWheel;

class Deadline {
 public:
  // `expired` runs on the wheel's thread, at most once for each arm(). It may arm or disarm any deadline and destroy
  // any other than its own.
  Deadline(TimerWheel& wheel, std::move_only_function<void()> expired);
  ~Deadline() { unlink(); }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  // From now on, `after` from the wheel's present tick; replaces an earlier time.
  void arm(std::chrono::milliseconds after);
  void disarm() { armed_ = false; }
  bool armed() const { return armed_; }

 private:
  friend class TimerWheel;
  void unlink();

  TimerWheel& wheel_;
  std::move_only_function<void()> expired_;
  SteadyTime expires_{};
  SteadyTime linked_for_{};
  bool armed_ = false;
  Deadline* previous_ = nullptr;
  Deadline* next_ = nullptr;
};

class TimerWheel {
 public:
  static constexpr std::chrono::milliseconds kTick{100};

  explicit TimerWheel(const Clock& clock);
  ~TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // The time of the last advance(): behind the clock by one tick at most while the thread is not overloaded.
  SteadyTime now() const { return now_; }

  // Fires what has expired. The owner calls it every kTick; after a pause it catches up.
  void advance();

 private:
  friend class Deadline;
  // 512 slots of 100 ms: deadlines up to 51 s are found at their own tick, longer ones are looked at once a turn.
  static constexpr std::size_t kSlots = 512;

  void link(Deadline& deadline);
  std::size_t slot_of(SteadyTime time) const;

  const Clock& clock_;
  SteadyTime now_;
  SteadyTime::rep last_tick_;
  // Heads of circular, doubly linked lists.
  std::array<Deadline*, kSlots> slots_{};
};

}  // namespace belfry::base
