#include "edge/connection_limit.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

namespace belfry::edge {
namespace {

using Lease = ConnectionLimit::Lease;

base::IpAddress address(std::string_view text) {
  return base::IpAddress::parse(text).value();
}
base::IpAddress nth(std::uint32_t n) {
  return base::IpAddress::v4(0x0a00'0000U + n);
}

class ConnectionLimitTest : public testing::Test {
 protected:
  // Takes up to `tries` places and keeps them.
  int take(ConnectionLimit& limit, const base::IpAddress& who, int tries, std::uint32_t cap) {
    int taken = 0;
    for (int i = 0; i < tries; ++i) {
      auto lease = limit.acquire(who, cap);
      if (!lease) continue;
      held_.push_back(std::move(*lease));
      ++taken;
    }
    return taken;
  }

  base::FakeRandom random_;
  ConnectionLimit limit_{random_, 1024};
  ConnectionLimit small_{random_, 8};
  // Ends before the limits do.
  std::vector<Lease> held_;
};

TEST_F(ConnectionLimitTest, RefusesTheConnectionAboveTheCap) {
  EXPECT_EQ(take(limit_, nth(1), 10, 4), 4);
  EXPECT_FALSE(limit_.acquire(nth(1), 4));
}

TEST_F(ConnectionLimitTest, CountsAddressesApart) {
  EXPECT_EQ(take(limit_, nth(1), 10, 4), 4);
  EXPECT_EQ(take(limit_, nth(2), 10, 4), 4);
}

TEST_F(ConnectionLimitTest, CountsIpv6By64) {
  EXPECT_EQ(take(limit_, address("2001:db8:0:1::1"), 3, 4), 3);
  EXPECT_EQ(take(limit_, address("2001:db8:0:1:ffff::1"), 3, 4), 1);
  EXPECT_EQ(take(limit_, address("2001:db8:0:2::1"), 10, 4), 4);
}

TEST_F(ConnectionLimitTest, APlaceIsGivenBackWhenItsLeaseEnds) {
  EXPECT_EQ(take(limit_, nth(1), 10, 3), 3);
  held_.pop_back();
  EXPECT_EQ(take(limit_, nth(1), 10, 3), 1);
  held_.clear();
  EXPECT_EQ(take(limit_, nth(1), 10, 3), 3);
}

TEST_F(ConnectionLimitTest, AMovedLeaseIsGivenBackOnce) {
  auto first = limit_.acquire(nth(1), 1);
  ASSERT_TRUE(first);
  Lease second = std::move(*first);
  first.reset();
  EXPECT_FALSE(limit_.acquire(nth(1), 1));
  Lease third;
  third = std::move(second);
  EXPECT_FALSE(limit_.acquire(nth(1), 1));
  third = Lease{};
  EXPECT_EQ(take(limit_, nth(1), 5, 1), 1);
}

TEST_F(ConnectionLimitTest, ALowerCapHoldsForWhoIsInside) {
  EXPECT_EQ(take(limit_, nth(1), 5, 10), 5);
  EXPECT_FALSE(limit_.acquire(nth(1), 3));
  EXPECT_EQ(take(limit_, nth(1), 5, 6), 1);
}

TEST_F(ConnectionLimitTest, ACapOfZeroRefusesEverybody) {
  EXPECT_FALSE(limit_.acquire(nth(1), 0));
}

TEST_F(ConnectionLimitTest, WhoSpeaksForManyIsNotCapped) {
  EXPECT_EQ(take(limit_, nth(1), 5000, ConnectionLimit::kNoCap), 5000);
}

TEST_F(ConnectionLimitTest, NewcomersShareAFewPlacesWhereTheTableIsFull) {
  for (std::uint32_t n = 0; n < 8; ++n) EXPECT_EQ(take(small_, nth(n), 1, 4), 1);
  EXPECT_EQ(small_.overflowed(), 0U);
  int taken = 0;
  for (std::uint32_t n = 100; n < 5100; ++n) taken += take(small_, nth(n), 1, 4);
  EXPECT_EQ(taken, static_cast<int>(ConnectionLimit::kOverflowPlaces));
  EXPECT_EQ(small_.overflowed(), 5000U);
  // Who is in the table keeps an own count.
  EXPECT_EQ(take(small_, nth(0), 10, 4), 3);
  // And places come back.
  held_.clear();
  EXPECT_EQ(take(small_, nth(9999), 10, 4), 4);
}

TEST_F(ConnectionLimitTest, GivesEntriesOfWhoLeftToOthers) {
  for (std::uint32_t n = 0; n < 10'000; ++n) {
    const auto lease = small_.acquire(nth(n), 1);
    ASSERT_TRUE(lease);
  }
  EXPECT_EQ(small_.overflowed(), 0U);
}

TEST_F(ConnectionLimitTest, MemoryIsFixed) {
  const std::size_t before = limit_.memory_bytes();
  for (std::uint32_t n = 0; n < 100'000; ++n) (void)take(limit_, nth(n), 1, 4);
  EXPECT_EQ(limit_.memory_bytes(), before);
  EXPECT_LE((ConnectionLimit{random_}.memory_bytes()), std::size_t{1} << 21);
}

TEST_F(ConnectionLimitTest, AdmitsExactlyTheCapAcrossThreads) {
  for (int round = 0; round < 30; ++round) {
    ConnectionLimit limit{random_, 8};
    std::atomic<int> taken{0};
    std::vector<std::vector<Lease>> held(6);
    {
      std::vector<std::jthread> threads;
      threads.reserve(held.size());
      for (auto& mine : held) {
        threads.emplace_back([&] {
          for (int i = 0; i < 100; ++i) {
            if (auto lease = limit.acquire(nth(1), 300)) {
              mine.push_back(std::move(*lease));
              ++taken;
            }
          }
        });
      }
    }
    ASSERT_EQ(taken, 300);
  }
}

TEST_F(ConnectionLimitTest, EveryPlaceComesBackAfterAStormOfThreads) {
  // More addresses than entries, so that entries change hands and the shared places are used while others leave.
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (unsigned t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        std::mt19937 random{t};
        std::vector<Lease> mine;
        for (int i = 0; i < 20'000; ++i) {
          if (auto lease = small_.acquire(nth(static_cast<std::uint32_t>(random() % 20)), 3)) {
            mine.push_back(std::move(*lease));
          }
          if (mine.size() > 4) mine.erase(mine.begin());
        }
      });
    }
  }
  // All eight entries are free again: eight newcomers find one each, and all their places.
  const std::uint64_t before = small_.overflowed();
  for (std::uint32_t n = 1000; n < 1008; ++n) EXPECT_EQ(take(small_, nth(n), 10, 3), 3);
  EXPECT_EQ(small_.overflowed(), before);
  // So are the shared ones.
  int taken = 0;
  for (std::uint32_t n = 2000; n < 4000; ++n) taken += take(small_, nth(n), 1, 3);
  EXPECT_EQ(taken, static_cast<int>(ConnectionLimit::kOverflowPlaces));
}

TEST_F(ConnectionLimitTest, TableSizeIsAPowerOfTwo) {
  for (const std::size_t entries : {0U, 4U, 12U, 1000U}) {
    EXPECT_THROW((ConnectionLimit{random_, entries}), std::invalid_argument);
  }
}

}  // namespace
}  // namespace belfry::edge
