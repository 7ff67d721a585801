#include "base/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace belfry::base {
namespace {

using namespace std::chrono_literals;

class TimerWheelTest : public testing::Test {
 protected:
  void pass(std::chrono::milliseconds time) {
    const SteadyTime end = clock.steady_now() + time;
    while (clock.steady_now() < end) {
      clock.advance(10ms);
      wheel.advance();
    }
  }

  FakeClock clock;
  TimerWheel wheel{clock};
};

TEST_F(TimerWheelTest, FiresOnceNotEarlyAndAtMostATickLate) {
  for (const auto after : {0ms, 1ms, 99ms, 100ms, 101ms, 5'000ms, 51'199ms, 51'200ms, 51'300ms, 75'000ms, 200'000ms}) {
    SteadyTime fired_at{};
    int times = 0;
    Deadline deadline{wheel, [&] {
                        fired_at = clock.steady_now();
                        ++times;
                      }};
    const SteadyTime armed_at = wheel.now();
    deadline.arm(after);
    EXPECT_TRUE(deadline.armed());
    pass(after + 2 * TimerWheel::kTick + 60s);
    EXPECT_EQ(times, 1) << after.count();
    EXPECT_FALSE(deadline.armed());
    EXPECT_GE(fired_at, armed_at + after);
    EXPECT_LE(fired_at, armed_at + after + 2 * TimerWheel::kTick);
  }
}

TEST_F(TimerWheelTest, DoesNotFireWhatWasDisarmed) {
  int times = 0;
  Deadline deadline{wheel, [&] { ++times; }};
  deadline.arm(1s);
  deadline.disarm();
  EXPECT_FALSE(deadline.armed());
  pass(120s);
  EXPECT_EQ(times, 0);
  deadline.arm(1s);
  deadline.disarm();
  deadline.arm(2s);
  pass(3s);
  EXPECT_EQ(times, 1);
}

TEST_F(TimerWheelTest, MovesADeadlineBothWays) {
  int times = 0;
  Deadline deadline{wheel, [&] { ++times; }};
  deadline.arm(1s);
  for (int i = 0; i < 100; ++i) {
    pass(500ms);
    deadline.arm(1s);
  }
  EXPECT_EQ(times, 0) << "pushed away each time before it was due";
  deadline.arm(60s);
  deadline.arm(200ms);
  pass(400ms);
  EXPECT_EQ(times, 1) << "pulled nearer";
  pass(120s);
  EXPECT_EQ(times, 1);
}

TEST_F(TimerWheelTest, FiresWhatIsDueAfterALongPause) {
  std::vector<int> fired;
  Deadline first{wheel, [&] { fired.push_back(1); }};
  Deadline second{wheel, [&] { fired.push_back(2); }};
  Deadline third{wheel, [&] { fired.push_back(3); }};
  first.arm(1s);
  second.arm(100s);
  third.arm(2h);
  clock.advance(1h);
  wheel.advance();
  std::ranges::sort(fired);
  EXPECT_EQ(fired, (std::vector{1, 2}));
  EXPECT_TRUE(third.armed());
  third.disarm();
}

TEST_F(TimerWheelTest, LetsACallbackArmItselfAgain) {
  int times = 0;
  Deadline* self = nullptr;
  Deadline deadline{wheel, [&] {
                      ++times;
                      self->arm(0ms);
                    }};
  self = &deadline;
  deadline.arm(0ms);
  pass(1s);
  EXPECT_GE(times, 4);
  EXPECT_LE(times, 10) << "once a tick, not in a circle";
}

// Deadlines of the same slot: due now, due a whole turn later (in either order of linking), and destroyed by another.
TEST_F(TimerWheelTest, LetsACallbackDestroyAndArmItsNeighbours) {
  constexpr auto turn = 51'200ms;
  for (int order = 0; order < 6; ++order) {
    int fired = 0;
    auto later = std::make_unique<Deadline>(wheel, [&] { fired += 100; });
    auto other = std::make_unique<Deadline>(wheel, [&] { fired += 10; });
    Deadline killer{wheel, [&] {
                      ++fired;
                      later.reset();
                      if (other) other->arm(0ms);
                    }};
    const auto arm_later = [&] { later->arm(1s + turn); };
    const auto arm_other = [&] { other->arm(1s + turn); };
    const auto arm_killer = [&] { killer.arm(1s); };
    switch (order) {
      case 0:
        arm_later();
        arm_other();
        arm_killer();
        break;
      case 1:
        arm_later();
        arm_killer();
        arm_other();
        break;
      case 2:
        arm_other();
        arm_later();
        arm_killer();
        break;
      case 3:
        arm_other();
        arm_killer();
        arm_later();
        break;
      case 4:
        arm_killer();
        arm_later();
        arm_other();
        break;
      default:
        arm_killer();
        arm_other();
        arm_later();
        break;
    }
    pass(2s);
    EXPECT_EQ(fired, 11) << order;
    pass(2 * turn);
    EXPECT_EQ(fired, 11) << order;
  }
}

TEST_F(TimerWheelTest, AgreesWithAPlainListOfDeadlines) {
  constexpr std::size_t kCount = 200;
  std::vector<SteadyTime> due(kCount);
  std::vector<bool> armed(kCount, false);
  std::vector<std::unique_ptr<Deadline>> deadlines;
  deadlines.reserve(kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    deadlines.push_back(std::make_unique<Deadline>(wheel, [&, i] {
      EXPECT_TRUE(armed[i]);
      EXPECT_LE(due[i], clock.steady_now()) << "early";
      armed[i] = false;
    }));
  }
  std::uint64_t random = 7;
  const auto next = [&](std::uint64_t below) {
    random = random * 6364136223846793005ULL + 1442695040888963407ULL;
    return (random >> 33) % below;
  };
  for (int step = 0; step < 5'000; ++step) {
    const std::size_t i = next(kCount);
    if (next(4) == 0) {
      deadlines[i]->disarm();
      armed[i] = false;
    } else {
      const std::chrono::milliseconds after{next(next(2) == 0 ? 1'000 : 120'000)};
      deadlines[i]->arm(after);
      due[i] = wheel.now() + after;
      armed[i] = true;
    }
    clock.advance(std::chrono::milliseconds{next(120)});
    wheel.advance();
    for (std::size_t k = 0; k < kCount; ++k) {
      ASSERT_EQ(deadlines[k]->armed(), armed[k]);
      if (!armed[k]) continue;
      ASSERT_GT(due[k] + TimerWheel::kTick, clock.steady_now()) << "missed";
    }
  }
}

TEST_F(TimerWheelTest, KeepsTheTimeOfItsLastTick) {
  const SteadyTime before = wheel.now();
  clock.advance(1s);
  EXPECT_EQ(wheel.now(), before);
  wheel.advance();
  EXPECT_EQ(wheel.now(), before + 1s);
}

}  // namespace
}  // namespace belfry::base
