#include "guard/rate_limit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <random>
#include <thread>
#include <vector>

namespace belfry::guard {
namespace {

using namespace std::chrono_literals;

base::IpAddress address(std::string_view text) {
  return base::IpAddress::parse(text).value();
}
base::IpAddress nth(std::uint32_t n) {
  return base::IpAddress::v4(0x0a00'0000U + n);
}

class RateLimitTest : public testing::Test {
 protected:
  RateLimit make(double rate, std::uint32_t burst, std::size_t entries = 1024) {
    return RateLimit{RateOptions{rate, burst}, random_, entries};
  }
  int admitted_of(RateLimit& limit, const base::IpAddress& who, int requests, Cost cost = Cost::page()) {
    int admitted = 0;
    for (int i = 0; i < requests; ++i) admitted += limit.admit(who, cost, now_).has_value() ? 1 : 0;
    return admitted;
  }

  base::FakeRandom random_;
  base::SteadyTime now_{1h};
};

TEST_F(RateLimitTest, RefusesRequestAboveBurst) {
  auto limit = make(1, 20);
  EXPECT_EQ(admitted_of(limit, nth(1), 20), 20);
  EXPECT_FALSE(limit.admit(nth(1), Cost::page(), now_));
}

TEST_F(RateLimitTest, CountsAddressesApart) {
  auto limit = make(1, 5);
  EXPECT_EQ(admitted_of(limit, nth(1), 10), 5);
  EXPECT_EQ(admitted_of(limit, nth(2), 10), 5);
  EXPECT_EQ(admitted_of(limit, address("2001:db8::1"), 10), 5);
}

TEST_F(RateLimitTest, CountsIpv6By64) {
  auto limit = make(1, 5);
  EXPECT_EQ(admitted_of(limit, address("2001:db8:0:1::1"), 3), 3);
  EXPECT_EQ(admitted_of(limit, address("2001:db8:0:1:ffff::2"), 10), 2);
  EXPECT_EQ(admitted_of(limit, address("2001:db8:0:2::1"), 10), 5);
}

TEST_F(RateLimitTest, RegainsAtTheRate) {
  auto limit = make(2, 4);
  EXPECT_EQ(admitted_of(limit, nth(1), 10), 4);
  now_ += 499ms;
  EXPECT_EQ(admitted_of(limit, nth(1), 10), 0);
  now_ += 1ms;
  EXPECT_EQ(admitted_of(limit, nth(1), 10), 1);
  now_ += 1h;
  EXPECT_EQ(admitted_of(limit, nth(1), 10), 4);
}

TEST_F(RateLimitTest, RefusedRequestsTakeNothing) {
  auto limit = make(1, 2);
  admitted_of(limit, nth(1), 1000);
  now_ += 1s;
  EXPECT_EQ(admitted_of(limit, nth(1), 10), 1);
}

TEST_F(RateLimitTest, AFileCostsATenthOfAPage) {
  auto limit = make(1, 5);
  EXPECT_EQ(admitted_of(limit, nth(1), 1000, Cost::file()), 50);
  EXPECT_FALSE(limit.admit(nth(1), Cost::page(), now_));
}

TEST_F(RateLimitTest, ACostAboveTheBurstIsNeverAdmitted) {
  auto limit = make(1, 5);
  EXPECT_FALSE(limit.admit(nth(1), Cost{51}, now_));
  EXPECT_TRUE(limit.admit(nth(1), Cost{50}, now_));
  EXPECT_FALSE(limit.admit(nth(2), Cost{std::numeric_limits<std::uint32_t>::max()}, now_));
}

TEST_F(RateLimitTest, SaysHowLongToWaitRoundedUp) {
  auto limit = make(0.4, 2);  // a page takes 2.5 s
  admitted_of(limit, nth(1), 2);
  EXPECT_EQ(limit.admit(nth(1), Cost::page(), now_).error(), 3s);
  now_ += 2400ms;
  EXPECT_EQ(limit.admit(nth(1), Cost::page(), now_).error(), 1s);
  now_ += 100ms;
  EXPECT_TRUE(limit.admit(nth(1), Cost::page(), now_));
}

TEST_F(RateLimitTest, WaitingAsLongAsToldIsEnough) {
  std::mt19937_64 random{5};
  for (int round = 0; round < 200; ++round) {
    auto limit =
        make(std::uniform_real_distribution{0.05, 40.0}(random), 1 + static_cast<std::uint32_t>(random() % 20), 8);
    for (int i = 0; i < 30; ++i) {
      const Cost cost{1 + static_cast<std::uint32_t>(random() % 10)};
      const auto answer = limit.admit(nth(1), cost, now_);
      if (answer) continue;
      EXPECT_GE(answer.error(), 1s);
      now_ += answer.error();
      EXPECT_TRUE(limit.admit(nth(1), cost, now_));
    }
  }
}

// The bucket against its definition: it holds the burst at most, regains at the rate, and gives what it holds.
TEST_F(RateLimitTest, AgreesWithATokenBucket) {
  std::mt19937_64 random{6};
  for (int round = 0; round < 50; ++round) {
    // A tenth of a page in whole microseconds, so that the limit and the model count alike.
    const auto tenth_us = std::uniform_int_distribution<std::int64_t>{500, 200'000}(random);
    const auto burst = std::uniform_int_distribution<std::uint32_t>{1, 50}(random);
    auto limit = make(100'000.0 / static_cast<double>(tenth_us), burst, 8);
    const std::int64_t full = std::int64_t{burst} * 10 * tenth_us;
    std::int64_t held = full;
    for (int i = 0; i < 2000; ++i) {
      const auto pause = std::uniform_int_distribution<std::int64_t>{0, 4 * tenth_us}(random);
      now_ += std::chrono::microseconds{pause};
      held = std::min(full, held + pause);
      const Cost cost = random() % 2 == 0 ? Cost::page() : Cost::file();
      const bool expected = held >= cost.tenths * tenth_us;
      ASSERT_EQ(limit.admit(nth(1), cost, now_).has_value(), expected) << "request " << i;
      if (expected) held -= cost.tenths * tenth_us;
    }
  }
}

TEST_F(RateLimitTest, KeepsAnyRateWithinHalfAPerCent) {
  std::mt19937_64 random{7};
  for (int round = 0; round < 15; ++round) {
    const double rate = std::uniform_real_distribution{0.5, 500.0}(random);
    auto limit = make(rate, 1, 8);
    int admitted = 0;
    const int seconds = static_cast<int>(400 / rate) + 1;
    for (int i = 0; i < seconds * 10'000; ++i) {
      now_ += 100us;
      admitted += limit.admit(nth(1), Cost::file(), now_).has_value() ? 1 : 0;
    }
    EXPECT_NEAR(admitted, rate * 10 * seconds, rate * 10 * seconds * 0.005 + 10) << rate;
    now_ += 1h;
  }
}

TEST_F(RateLimitTest, AdmitsExactlyTheBurstAcrossThreads) {
  for (int round = 0; round < 20; ++round) {
    auto limit = make(1, 500, 8);
    std::atomic<int> admitted{0};
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) {
          if (limit.admit(nth(1), Cost::page(), now_)) ++admitted;
        }
      });
    }
    threads.clear();
    ASSERT_EQ(admitted, 500);
  }
}

TEST_F(RateLimitTest, AdmitsExactlyTheBurstOfEachAddressAcrossThreads) {
  // Eight addresses fight for the eight places of one set, and each must get one bucket, not two.
  for (int round = 0; round < 50; ++round) {
    auto limit = make(1, 20, 8);
    std::array<std::atomic<int>, 8> admitted{};
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (unsigned t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (unsigned i = 0; i < 400; ++i) {
          const unsigned who = (i * 5 + t) % 8;
          if (limit.admit(nth(who), Cost::page(), now_)) ++admitted[who];
        }
      });
    }
    threads.clear();
    for (const auto& count : admitted) ASSERT_EQ(count, 20);
    ASSERT_EQ(limit.overflowed(), 0U);
  }
}

TEST_F(RateLimitTest, MillionsOfAddressesChangeNeitherMemoryNorWhoIsThere) {
  auto limit = make(1, 10, 1024);
  const std::size_t memory = limit.memory_bytes();
  EXPECT_EQ(admitted_of(limit, address("192.0.2.1"), 4), 4);
  for (std::uint32_t n = 0; n < 500'000; ++n) admitted_of(limit, nth(n), 1);
  EXPECT_EQ(limit.memory_bytes(), memory);
  EXPECT_GE(limit.overflowed(), 500'000U - 10'240U);
  // Still its own bucket, with what it had spent: neither forgotten nor drained by the flood.
  EXPECT_EQ(admitted_of(limit, address("192.0.2.1"), 20), 6);
}

TEST_F(RateLimitTest, NewcomersShareOneLargerBucketWhereTheTableIsFull) {
  auto limit = make(1, 10, 8);
  for (std::uint32_t n = 0; n < 8; ++n) EXPECT_TRUE(limit.admit(nth(n), Cost::page(), now_));
  EXPECT_EQ(limit.overflowed(), 0U);
  int admitted = 0;
  for (std::uint32_t n = 8; n < 5000; ++n) admitted += limit.admit(nth(n), Cost::page(), now_).has_value() ? 1 : 0;
  EXPECT_EQ(admitted, 10 * static_cast<int>(RateLimit::kOverflowShare));
  EXPECT_EQ(limit.overflowed(), 4992U);
  // It regains as much faster.
  EXPECT_EQ(limit.admit(nth(9000), Cost::page(), now_).error(), 1s);
  now_ += 500ms;
  admitted = 0;
  for (std::uint32_t n = 8; n < 5000; ++n) admitted += limit.admit(nth(n), Cost::page(), now_).has_value() ? 1 : 0;
  EXPECT_EQ(admitted, static_cast<int>(RateLimit::kOverflowShare) / 2);
}

TEST_F(RateLimitTest, EvictsOnlyFullBuckets) {
  auto limit = make(1, 10, 8);
  EXPECT_EQ(admitted_of(limit, nth(0), 10), 10);
  for (std::uint32_t n = 1; n < 8; ++n) EXPECT_TRUE(limit.admit(nth(n), Cost::page(), now_));
  // After a second the seven are full again and give way to newcomers; the first is not, and stays.
  now_ += 1s;
  for (std::uint32_t n = 100; n < 107; ++n) EXPECT_TRUE(limit.admit(nth(n), Cost::page(), now_));
  EXPECT_EQ(limit.overflowed(), 0U);
  EXPECT_EQ(admitted_of(limit, nth(0), 10), 1);
}

TEST_F(RateLimitTest, ANewRateForgetsNoCount) {
  auto limit = make(10, 10);
  EXPECT_EQ(admitted_of(limit, nth(1), 20), 10);
  limit.configure({.rate = 10, .burst = 12});
  EXPECT_EQ(admitted_of(limit, nth(1), 20), 2);
  limit.configure({.rate = 10, .burst = 5});
  EXPECT_EQ(admitted_of(limit, nth(1), 20), 0);
  now_ += 700ms;  // 12 were spent, 7 are regained: 5 are still out
  EXPECT_EQ(admitted_of(limit, nth(1), 20), 0);
  now_ += 100ms;
  EXPECT_EQ(admitted_of(limit, nth(1), 20), 1);
}

TEST_F(RateLimitTest, AnAddressThatReturnsAfterMonthsHasAFullBucket) {
  auto limit = make(1, 10);
  EXPECT_EQ(admitted_of(limit, nth(1), 20), 10);
  for (const auto away : {24h * 30, 24h * 100, 24h * 150, 24h * 365}) {
    now_ += away;
    EXPECT_EQ(admitted_of(limit, nth(1), 20), 10);
  }
}

TEST_F(RateLimitTest, BringsSenselessOptionsDownToStrictOnes) {
  for (const double rate : {0.0, -5.0, std::nan(""), 1e-9}) {
    auto limit = make(rate, 1000);
    EXPECT_EQ(admitted_of(limit, nth(1), 10), 1) << rate;
    EXPECT_EQ(limit.admit(nth(1), Cost::page(), now_).error(), 1h) << rate;
  }
  auto no_burst = make(10, 0);
  EXPECT_EQ(admitted_of(no_burst, nth(1), 10), 1);
  auto boundless = make(std::numeric_limits<double>::infinity(), std::numeric_limits<std::uint32_t>::max());
  EXPECT_TRUE(boundless.admit(nth(1), Cost::page(), now_));
  EXPECT_FALSE(boundless.admit(nth(1), Cost{std::numeric_limits<std::uint32_t>::max()}, now_));
}

TEST_F(RateLimitTest, TableSizeIsAPowerOfTwo) {
  for (const std::size_t entries : {0U, 1U, 4U, 12U, 1000U}) EXPECT_THROW(make(1, 1, entries), std::invalid_argument);
}

}  // namespace
}  // namespace belfry::guard
