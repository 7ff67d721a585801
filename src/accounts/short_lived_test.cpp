#include "accounts/short_lived.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace belfry::accounts {
namespace {

using namespace std::chrono_literals;

class ShortLivedTest : public testing::Test {
 protected:
  static SecretHash token(int number) { return SecretHash::of(std::to_string(number)); }

  base::FakeClock clock_;
  base::FakeRandom random_;
  const PersonId ann_ = PersonId::random(random_);
  const PersonId bob_ = PersonId::random(random_);
  ShortLived<int> values_{clock_, {.lifetime = 60s, .capacity = 4, .per_owner = 3}};
};

TEST_F(ShortLivedTest, IsOverExactlyAtItsEndWhateverTheWallClockSays) {
  values_.put(token(1), ann_, 7);
  clock_.advance(60s - 1ms);
  clock_.step_wall(1000h);
  EXPECT_EQ(values_.find(token(1)), 7);
  clock_.advance(1ms);
  EXPECT_EQ(values_.find(token(1)), std::nullopt);
  EXPECT_EQ(values_.size(), 0U);
  EXPECT_EQ(values_.pushed_out(), 0U);
}

TEST_F(ShortLivedTest, IsTakenOnce) {
  values_.put(token(1), ann_, 7);
  EXPECT_EQ(values_.find(token(1)), 7);
  EXPECT_EQ(values_.take(token(1)), 7);
  EXPECT_EQ(values_.take(token(1)), std::nullopt);
  EXPECT_EQ(values_.find(token(1)), std::nullopt);
}

TEST_F(ShortLivedTest, IsReplacedUnderTheSameToken) {
  values_.put(token(1), ann_, 7);
  values_.put(token(1), bob_, 8);
  EXPECT_EQ(values_.size(), 1U);
  EXPECT_EQ(values_.find_or_put(token(1), ann_, 9), 8);
  EXPECT_EQ(values_.find_or_put(token(2), ann_, 9), 9);
  EXPECT_EQ(values_.find(token(2)), 9);
}

TEST_F(ShortLivedTest, PushesOutTheOldestOfTheOwnerAboveTheirShare) {
  values_.put(token(0), bob_, 0);
  for (int i = 1; i <= 4; ++i) values_.put(token(i), ann_, i);
  EXPECT_EQ(values_.find(token(1)), std::nullopt);
  EXPECT_EQ(values_.find(token(2)), 2);
  EXPECT_EQ(values_.find(token(0)), 0);
  EXPECT_EQ(values_.pushed_out(), 1U);
}

TEST_F(ShortLivedTest, PushesOutTheOldestOfAllWhereItIsFull) {
  for (int i = 0; i < 1000; ++i) values_.put(token(i), PersonId::random(random_), i);
  EXPECT_EQ(values_.size(), 4U);
  EXPECT_EQ(values_.pushed_out(), 996U);
  EXPECT_EQ(values_.find(token(995)), std::nullopt);
  EXPECT_EQ(values_.find(token(996)), 996);
}

TEST_F(ShortLivedTest, GivesAShareBackWithWhatIsTakenOrOver) {
  for (int i = 1; i <= 3; ++i) values_.put(token(i), ann_, i);
  values_.take(token(1));
  values_.put(token(4), ann_, 4);
  EXPECT_EQ(values_.pushed_out(), 0U);
  clock_.advance(60s);
  for (int i = 5; i <= 7; ++i) values_.put(token(i), ann_, i);
  EXPECT_EQ(values_.pushed_out(), 0U);
  EXPECT_EQ(values_.size(), 3U);
}

}  // namespace
}  // namespace belfry::accounts
