#include "accounts/lockout.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <vector>

namespace belfry::accounts {
namespace {

using namespace std::chrono_literals;

constexpr LockoutPolicy kPolicy{};
constexpr RunningTime kNow{1h};

// Reserves as often as it is admitted.
int spend_all(Lockout& lockout, RunningTime now) {
  int admitted = 0;
  while (lockout.reserve(kPolicy, now)) ++admitted;
  return admitted;
}

TEST(Lockout, AdmitsFiveInARowAndRefusesTheSixth) {
  Lockout lockout;
  for (std::uint64_t attempt = 1; attempt <= 5; ++attempt) EXPECT_EQ(lockout.reserve(kPolicy, kNow), attempt);
  EXPECT_TRUE(lockout.is_locked(kNow));
  EXPECT_EQ(lockout.reserve(kPolicy, kNow), std::nullopt);
}

TEST(Lockout, SpendsNothingWhileLocked) {
  Lockout lockout;
  spend_all(lockout, kNow);
  const Lockout locked = lockout;
  EXPECT_EQ(lockout.reserve(kPolicy, kNow + 14min), std::nullopt);
  EXPECT_EQ(lockout, locked);
}

TEST(Lockout, IsOverExactlyAtItsEnd) {
  Lockout lockout;
  spend_all(lockout, kNow);
  EXPECT_FALSE(lockout.reserve(kPolicy, kNow + 15min - 1ms));
  EXPECT_TRUE(lockout.reserve(kPolicy, kNow + 15min));
}

TEST(Lockout, GivesANewRowBehindEachLockAndDoublesUpToADay) {
  Lockout lockout;
  RunningTime now = kNow;
  for (const auto expected : {15min, 30min, 60min, 120min, 240min, 480min, 960min, 1440min, 1440min, 1440min}) {
    EXPECT_EQ(spend_all(lockout, now), 5);
    EXPECT_TRUE(lockout.is_locked(now + expected - 1ms)) << expected.count();
    now += expected;
    EXPECT_FALSE(lockout.is_locked(now)) << expected.count();
  }
}

TEST(Lockout, BeginsANewRowBehindASuccess) {
  Lockout lockout;
  for (int i = 0; i < 3; ++i) lockout.reserve(kPolicy, kNow);
  lockout.succeed(kPolicy, lockout.reserve(kPolicy, kNow).value());
  EXPECT_EQ(spend_all(lockout, kNow), 5);
}

TEST(Lockout, LetsTheFifthBeRight) {
  Lockout lockout;
  for (int i = 0; i < 4; ++i) lockout.reserve(kPolicy, kNow);
  const auto fifth = lockout.reserve(kPolicy, kNow);
  EXPECT_TRUE(lockout.is_locked(kNow));
  lockout.succeed(kPolicy, fifth.value());
  EXPECT_FALSE(lockout.is_locked(kNow));
  EXPECT_EQ(lockout.locks, 0U);
  EXPECT_EQ(spend_all(lockout, kNow), 5);
}

TEST(Lockout, CountsWhatWasReservedBehindTheRightOneStill) {
  Lockout lockout;
  lockout.reserve(kPolicy, kNow);
  const auto second = lockout.reserve(kPolicy, kNow);
  EXPECT_EQ(spend_all(lockout, kNow), 3);
  lockout.succeed(kPolicy, second.value());
  EXPECT_EQ(spend_all(lockout, kNow), 2);
}

TEST(Lockout, IsNotOpenedByAnAttemptThatCountsNoMore) {
  Lockout lockout;
  const auto early = lockout.reserve(kPolicy, kNow);
  spend_all(lockout, kNow);
  const RunningTime later = kNow + 15min;
  spend_all(lockout, later);
  lockout.succeed(kPolicy, early.value());
  EXPECT_TRUE(lockout.is_locked(later));
  EXPECT_EQ(lockout.locks, 2U);
}

TEST(Lockout, IsLiftedAsIfNobodyHadTried) {
  Lockout lockout;
  spend_all(lockout, kNow);
  lockout.lift();
  EXPECT_EQ(spend_all(lockout, kNow), 5);
  EXPECT_EQ(lockout.until, kNow + 15min);
}

TEST(Lockout, RefusesAnAttemptThatNobodyReserved) {
  Lockout lockout;
  EXPECT_THROW(lockout.succeed(kPolicy, 0), std::invalid_argument);
  EXPECT_THROW(lockout.succeed(kPolicy, 1), std::invalid_argument);
  EXPECT_THROW(lockout.reserve({.attempts = 0}, kNow), std::invalid_argument);
}

TEST(LockDuration, HoldsForAnyPolicy) {
  constexpr auto kLongest = std::numeric_limits<std::uint32_t>::max();
  EXPECT_EQ(lock_duration(kPolicy, 1), 15min);
  EXPECT_EQ(lock_duration(kPolicy, kLongest), 24h);
  EXPECT_EQ(lock_duration({.first = 48h, .longest = 24h}, 1), 24h);
  EXPECT_EQ(lock_duration({.first = 0ms, .longest = 24h}, kLongest), 0ms);
  EXPECT_EQ(lock_duration({.first = 1ms, .longest = std::chrono::milliseconds::max()}, kLongest),
            std::chrono::milliseconds::max());
}

TEST(HasPassed, IsEndedByEitherClock) {
  const Moment since{base::WallTime{1000h}, RunningTime{10h}};
  const auto after = [&](std::chrono::milliseconds wall, std::chrono::milliseconds running) {
    return has_passed(since, 1h, {since.wall + wall, since.running + running});
  };
  EXPECT_FALSE(after(1h - 1ms, 1h - 1ms));
  EXPECT_TRUE(after(1h, 0h));
  EXPECT_TRUE(after(0h, 1h));
  // The wall clock was set back: the other ends it.
  EXPECT_FALSE(after(-100h, 59min));
  EXPECT_TRUE(after(-100h, 1h));
}

}  // namespace
}  // namespace belfry::accounts
