#include "base/clock.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace belfry::base {
namespace {

using namespace std::chrono_literals;

TEST(FakeClock, StandsStillUntilItIsMoved) {
  FakeClock clock;
  const auto wall = clock.wall_now();
  const auto steady = clock.steady_now();
  EXPECT_EQ(clock.wall_now(), wall);
  clock.advance(1500ms);
  EXPECT_EQ(clock.wall_now(), wall + 1500ms);
  EXPECT_EQ(clock.steady_now(), steady + 1500ms);
}

TEST(FakeClock, StepsTheWallAlone) {
  FakeClock clock;
  const auto wall = clock.wall_now();
  const auto steady = clock.steady_now();
  clock.step_wall(-1h);
  EXPECT_EQ(clock.wall_now(), wall - 1h);
  EXPECT_EQ(clock.steady_now(), steady);
}

TEST(SystemClock, GoesOnAndKnowsTheYear) {
  const SystemClock clock;
  const auto before = clock.steady_now();
  EXPECT_GE(clock.steady_now(), before);
  EXPECT_GT(clock.wall_now(), WallTime{std::chrono::sys_days{std::chrono::year{2024} / 1 / 1}});
}

}  // namespace
}  // namespace belfry::base
