#include "accounts/address_slowing.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace belfry::accounts {
namespace {

using namespace std::chrono_literals;

base::IpAddress address(std::string_view text) {
  return base::IpAddress::parse(text).value();
}
base::IpAddress nth(std::uint32_t n) {
  return base::IpAddress::v4(0x0a00'0000U + n);
}
std::string subject(std::size_t number) {
  return "p" + std::to_string(number) + "@example.com";
}

class AddressSlowingTest : public testing::Test {
 protected:
  // On the accounts from `first` on, all now.
  void fail(const base::IpAddress& from, std::size_t accounts, std::size_t first = 0) {
    for (std::size_t i = 0; i < accounts; ++i) slowing_.failed(from, subject(first + i));
  }
  static std::string told(const AddressSlowing::Judgement& judgement) {
    if (const auto* slowed = std::get_if<AddressSlowing::Slowed>(&judgement)) {
      return "slowed by " + std::to_string(slowed->delay.count()) + " ms";
    }
    if (const auto* blocked = std::get_if<AddressSlowing::Blocked>(&judgement)) {
      return "blocked for " + std::to_string(blocked->retry_after.count()) + " s";
    }
    return "free";
  }
  std::string judge(const base::IpAddress& from) const { return told(slowing_.judge(from)); }

  base::FakeClock clock_;
  base::FakeRandom random_;
  AddressSlowing slowing_{clock_, random_};
  const base::IpAddress here_ = address("192.0.2.1");
};

TEST_F(AddressSlowingTest, SlowsFromTheTenthAccountOn) {
  EXPECT_EQ(judge(here_), "free");
  fail(here_, 9);
  EXPECT_EQ(judge(here_), "free");
  fail(here_, 1, 9);
  EXPECT_EQ(judge(here_), "slowed by 125 ms");
  EXPECT_EQ(judge(address("192.0.2.2")), "free");
}

TEST_F(AddressSlowingTest, SlowsMoreWithEachAccountUpToFiveSeconds) {
  fail(here_, 10);
  for (std::size_t accounts = 11; accounts <= 49; ++accounts) {
    fail(here_, 1, accounts - 1);
    EXPECT_EQ(judge(here_), "slowed by " + std::to_string(125 * (accounts - 9)) + " ms");
  }
  EXPECT_EQ(judge(here_), "slowed by 5000 ms");
}

TEST_F(AddressSlowingTest, BlocksFromTheFiftiethAccountOnForAnHour) {
  fail(here_, 49);
  EXPECT_EQ(judge(here_), "slowed by 5000 ms");
  clock_.advance(10min);
  fail(here_, 1, 49);
  EXPECT_EQ(judge(here_), "blocked for 3600 s");
  clock_.advance(1h - 1ms);
  EXPECT_EQ(judge(here_), "blocked for 1 s");
  clock_.advance(1ms);
  EXPECT_EQ(judge(here_), "free");
  // And begins anew.
  fail(here_, 9);
  EXPECT_EQ(judge(here_), "free");
  fail(here_, 1, 9);
  EXPECT_EQ(judge(here_), "slowed by 125 ms");
}

TEST_F(AddressSlowingTest, DoesNotBlockForLongerByWhatWasUnderWay) {
  fail(here_, 50);
  clock_.advance(30min);
  fail(here_, 50, 50);
  EXPECT_EQ(judge(here_), "blocked for 1800 s");
  clock_.advance(30min);
  EXPECT_EQ(judge(here_), "free");
}

TEST_F(AddressSlowingTest, CountsAnAccountOnceHoweverOftenItFails) {
  for (int i = 0; i < 1000; ++i) fail(here_, 9);
  EXPECT_EQ(judge(here_), "free");
}

TEST_F(AddressSlowingTest, TakesAnyTextForASubject) {
  for (const std::string_view text : {std::string_view{}, std::string_view{"\0", 1}, std::string_view{"\0\0", 2},
                                      std::string_view{"ann"}, std::string_view{"ann@"}}) {
    slowing_.failed(here_, text);
    slowing_.failed(here_, text);
  }
  fail(here_, 4);
  EXPECT_EQ(judge(here_), "free");
  slowing_.failed(here_, std::string(10'000, 'x'));
  EXPECT_EQ(judge(here_), "slowed by 125 ms");
}

TEST_F(AddressSlowingTest, CountsAFailureForAnHour) {
  fail(here_, 9);
  clock_.advance(30min);
  fail(here_, 1, 9);
  clock_.advance(30min - 1ms);
  EXPECT_EQ(judge(here_), "slowed by 125 ms");
  clock_.advance(1ms);
  EXPECT_EQ(judge(here_), "free");
  // The tenth is still there.
  fail(here_, 8, 20);
  EXPECT_EQ(judge(here_), "free");
  fail(here_, 1, 28);
  EXPECT_EQ(judge(here_), "slowed by 125 ms");
}

TEST_F(AddressSlowingTest, CountsAnAccountFromItsLastFailure) {
  fail(here_, 10);
  clock_.advance(59min);
  fail(here_, 9);
  clock_.advance(1min);
  EXPECT_EQ(judge(here_), "free");
  fail(here_, 1, 9);
  EXPECT_EQ(judge(here_), "slowed by 125 ms");
}

TEST_F(AddressSlowingTest, BlocksNobodyWhoIsSlowEnough) {
  for (std::size_t i = 0; i < 1000; ++i) {
    fail(here_, 1, i);
    clock_.advance(2min);
    EXPECT_NE(judge(here_).substr(0, 7), "blocked") << i;
  }
}

TEST_F(AddressSlowingTest, FollowsNoClockThatIsSet) {
  fail(here_, 50);
  clock_.step_wall(1000h);
  EXPECT_EQ(judge(here_), "blocked for 3600 s");
  clock_.step_wall(-2000h);
  EXPECT_EQ(judge(here_), "blocked for 3600 s");
}

TEST_F(AddressSlowingTest, TakesOneIpv6NetworkOf64BitsForOneAddress) {
  for (std::size_t i = 0; i < 10; ++i) {
    slowing_.failed(address("2001:db8:1:2::" + std::to_string(i + 1)), subject(i));
  }
  EXPECT_EQ(judge(address("2001:db8:1:2:ffff::1")), "slowed by 125 ms");
  EXPECT_EQ(judge(address("2001:db8:1:3::1")), "free");
  fail(address("::ffff:192.0.2.9"), 10);
  EXPECT_EQ(judge(address("192.0.2.9")), "slowed by 125 ms");
}

TEST_F(AddressSlowingTest, LetsGoOfTheAddressThatFailedLongestAgoWhereItIsFull) {
  AddressSlowing small{clock_, random_, 3};
  const auto fail_in_small = [&](std::uint32_t n) {
    for (std::size_t i = 0; i < 10; ++i) small.failed(nth(n), subject(i));
  };
  for (std::uint32_t n = 1; n <= 3; ++n) fail_in_small(n);
  small.failed(nth(1), subject(0));
  // A look keeps nobody.
  EXPECT_EQ(told(small.judge(nth(2))), "slowed by 125 ms");
  small.failed(nth(4), subject(0));
  EXPECT_EQ(small.size(), 3U);
  EXPECT_EQ(told(small.judge(nth(2))), "free");
  EXPECT_EQ(told(small.judge(nth(1))), "slowed by 125 ms");
  EXPECT_EQ(told(small.judge(nth(3))), "slowed by 125 ms");
  EXPECT_THROW((AddressSlowing{clock_, random_, 0}), std::invalid_argument);
}

TEST_F(AddressSlowingTest, LetsGoOfThoseWhoseHourIsOver) {
  fail(nth(1), 50);
  fail(nth(2), 1);
  clock_.advance(1h - 1ms);
  fail(nth(3), 1);
  EXPECT_EQ(slowing_.size(), 3U);
  clock_.advance(1ms);
  fail(nth(3), 1);
  EXPECT_EQ(slowing_.size(), 1U);
}

TEST_F(AddressSlowingTest, IsOfBoundedSizeUnderAFloodOfAddresses) {
  for (std::uint32_t n = 0; n < 3 * kSlowedAddresses; ++n) slowing_.failed(nth(n), "ann@example.com");
  EXPECT_EQ(slowing_.size(), kSlowedAddresses);
}

TEST_F(AddressSlowingTest, CountsExactlyFromManyThreads) {
  constexpr std::size_t kThreads = 7;
  constexpr std::size_t kEach = 7;
  std::atomic<bool> is_done = false;
  std::thread reader{[&] {
    while (!is_done) {
      EXPECT_NE(judge(here_).substr(0, 7), "blocked");
      EXPECT_LE(slowing_.size(), 1 + kThreads);
    }
  }};
  std::vector<std::thread> writers;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    writers.emplace_back([&, thread] {
      for (int round = 0; round < 200; ++round) {
        fail(here_, kEach, thread * kEach);
        fail(nth(static_cast<std::uint32_t>(thread)), kEach);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  is_done = true;
  reader.join();
  // Forty-nine.
  EXPECT_EQ(judge(here_), "slowed by 5000 ms");
  fail(here_, 1, kThreads * kEach);
  EXPECT_EQ(judge(here_), "blocked for 3600 s");
}

}  // namespace
}  // namespace belfry::accounts
