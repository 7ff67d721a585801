#include "accounts/password_hashing.hpp"

#include "accounts/await_for_test.hpp"
#include "crypto/bcrypt.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <limits>
#include <stdexcept>
#include <vector>

namespace belfry::accounts {
namespace {

using base::BlockingError;

// Low, so that the tests are fast; what holds for them holds for 12.
constexpr unsigned kCost = 4;

class PasswordHashingTest : public testing::Test {
 protected:
  static PasswordHashingOptions options(PasswordFormat format = PasswordFormat::Plain, unsigned cost = kCost) {
    return {.format = format, .cost = cost, .threads = 1, .queue = 1};
  }
  crypto::Key256 key() const { return key_.copy(); }

  static std::string hash(PasswordHashing& hashing, std::string password) {
    const auto place = hashing.place();
    return await_for_test(hashing.hash(&place.value(), std::move(password))).value();
  }
  static PasswordCheck verify(PasswordHashing& hashing, std::string password, std::optional<std::string> stored) {
    const auto place = hashing.place();
    return await_for_test(hashing.verify(&place.value(), std::move(password), std::move(stored))).value();
  }
  // Of the processor's time, which is what the work takes whatever else the machine does; the quickest of some, as a
  // cache that others have emptied is paid for too.
  static std::chrono::microseconds time_of(PasswordHashing& hashing, const std::string& password,
                                           const std::optional<std::string>& stored) {
    std::clock_t quickest = std::numeric_limits<std::clock_t>::max();
    for (int i = 0; i < 5; ++i) {
      const std::clock_t before = std::clock();
      verify(hashing, password, stored);
      quickest = std::min(quickest, std::clock() - before);
    }
    return std::chrono::microseconds{quickest * 1'000'000 / CLOCKS_PER_SEC};
  }

  base::FakeRandom random_;
  crypto::Key256 key_ = crypto::Key256::random(random_);
};

TEST_F(PasswordHashingTest, VerifiesWhatItHashedAndNothingElse) {
  for (const PasswordFormat format : {PasswordFormat::Plain, PasswordFormat::HmacSha384}) {
    PasswordHashing hashing{options(format), key(), random_};
    const std::string stored = hash(hashing, "correct horse");
    EXPECT_EQ(MarkedHash::parse(stored).value().format, format);
    EXPECT_TRUE(verify(hashing, "correct horse", stored).is_right);
    EXPECT_FALSE(verify(hashing, "correct horses", stored).is_right);
    EXPECT_FALSE(verify(hashing, "", stored).is_right);
    EXPECT_FALSE(verify(hashing, "correct horse", stored).renewed);
    EXPECT_NE(hash(hashing, "correct horse"), stored);
  }
}

TEST_F(PasswordHashingTest, IsWrongWhereThereIsNoHashOrNoneThatCanBeRead) {
  PasswordHashing hashing{options(), key(), random_};
  for (const std::optional<std::string>& stored :
       std::vector<std::optional<std::string>>{std::nullopt, "", "$2b$", "$2a$04$abc", "{md5}$2b$04$abc", "plain"}) {
    EXPECT_FALSE(verify(hashing, "correct horse", stored).is_right) << stored.value_or("none");
    EXPECT_FALSE(verify(hashing, "", stored).is_right) << stored.value_or("none");
  }
}

TEST_F(PasswordHashingTest, TakesNoPasswordThatIsOnlyAlikeInWhatBcryptReads) {
  PasswordHashing hashing{options(), key(), random_};
  const std::string longest(72, 'a');
  const std::string stored = hash(hashing, longest);
  EXPECT_TRUE(verify(hashing, longest, stored).is_right);
  EXPECT_FALSE(verify(hashing, longest + "a", stored).is_right);
  const std::string with_nul{"secret\0more", 11};
  EXPECT_FALSE(verify(hashing, with_nul, hash(hashing, "secret")).is_right);
  // As no password is the empty one, which stands in for it.
  EXPECT_FALSE(verify(hashing, with_nul, hash(hashing, "")).is_right);
  EXPECT_THROW(hash(hashing, with_nul), std::invalid_argument);
}

TEST_F(PasswordHashingTest, VerifiesPasswordsOfBothFormatsAfterAChangeOfPreset) {
  PasswordHashing plain{options(), key(), random_};
  PasswordHashing digested{options(PasswordFormat::HmacSha384), key(), random_};
  const std::string of_plain = hash(plain, "correct horse");
  const std::string of_digest = hash(digested, "correct horse");
  // A plain one is made anew of the digest; the other way it stays.
  const PasswordCheck check = verify(digested, "correct horse", of_plain);
  EXPECT_TRUE(check.is_right);
  ASSERT_TRUE(check.renewed);
  EXPECT_EQ(MarkedHash::parse(*check.renewed).value().format, PasswordFormat::HmacSha384);
  EXPECT_TRUE(verify(digested, "correct horse", check.renewed).is_right);
  EXPECT_TRUE(verify(plain, "correct horse", of_digest).is_right);
  EXPECT_FALSE(verify(plain, "correct horse", of_digest).renewed);
}

TEST_F(PasswordHashingTest, RenewsAHashOfALowerCostWhereThePasswordIsRight) {
  PasswordHashing before{options(), key(), random_};
  PasswordHashing after{options(PasswordFormat::Plain, kCost + 1), key(), random_};
  const std::string stored = hash(before, "correct horse");
  EXPECT_FALSE(verify(after, "wrong", stored).renewed);
  const PasswordCheck check = verify(after, "correct horse", stored);
  EXPECT_TRUE(check.is_right);
  ASSERT_TRUE(check.renewed);
  EXPECT_EQ(crypto::bcrypt_cost(*check.renewed), kCost + 1);
  // A lowered cost lowers no hash.
  EXPECT_FALSE(verify(before, "correct horse", check.renewed).renewed);
}

TEST_F(PasswordHashingTest, CostsTheSameForNobodyForALowerCostAndForWhatIsNotTaken) {
  PasswordHashing hashing{options(PasswordFormat::Plain, 8), key(), random_};
  PasswordHashing lower{options(PasswordFormat::Plain, 6), key(), random_};
  const auto usual = time_of(hashing, "wrong", hash(hashing, "right"));
  const std::array others{time_of(hashing, "wrong", std::nullopt), time_of(hashing, "wrong", hash(lower, "right")),
                          time_of(hashing, std::string(1000, 'x'), hash(hashing, "right")),
                          time_of(hashing, "wrong", "unreadable")};
  for (const auto other : others) {
    // Half or twice as much would be one of the hashings less or more.
    EXPECT_LT(other, usual * 17 / 10);
    EXPECT_GT(other, usual * 6 / 10);
  }
}

TEST_F(PasswordHashingTest, CostsAsMuchAsTheDearestHashThatItWasShown) {
  PasswordHashing higher{options(PasswordFormat::Plain, 9), key(), random_};
  PasswordHashing hashing{options(PasswordFormat::Plain, 7), key(), random_};
  const std::vector<std::string> stored{"unreadable", hash(higher, "right"), hash(hashing, "right")};
  hashing.equalize(stored);
  const auto dearest = time_of(hashing, "wrong", stored[1]);
  for (const auto other : {time_of(hashing, "wrong", std::nullopt), time_of(hashing, "wrong", stored[2])}) {
    EXPECT_LT(other, dearest * 17 / 10);
    EXPECT_GT(other, dearest * 6 / 10);
  }
}

TEST_F(PasswordHashingTest, GivesAsManyPlacesAsItHasThreadsAndQueue) {
  PasswordHashing hashing{options(), key(), random_};
  auto first = hashing.place();
  auto second = hashing.place();
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(hashing.place());
  second.reset();
  auto third = hashing.place();
  EXPECT_TRUE(third);
  // Moved, it is still one.
  auto moved = std::move(third);
  EXPECT_FALSE(hashing.place());
  moved.reset();
  EXPECT_TRUE(hashing.place());
}

TEST_F(PasswordHashingTest, RefusesAPlaceOfAnotherOrNone) {
  PasswordHashing hashing{options(), key(), random_};
  PasswordHashing other{options(), key(), random_};
  const auto place = other.place();
  EXPECT_THROW(await_for_test(hashing.hash(&place.value(), "correct horse")), std::invalid_argument);
  EXPECT_THROW(await_for_test(hashing.verify(nullptr, "correct horse", std::nullopt)), std::invalid_argument);
}

TEST_F(PasswordHashingTest, AnswersWithStoppedWhenItIs) {
  PasswordHashing hashing{options(), key(), random_};
  hashing.stop();
  const auto place = hashing.place();
  EXPECT_EQ(await_for_test(hashing.hash(&place.value(), "correct horse")).error(), BlockingError::Stopped);
}

TEST_F(PasswordHashingTest, RefusesACostThatBcryptDoesNotHave) {
  EXPECT_THROW((PasswordHashing{options(PasswordFormat::Plain, 3), key(), random_}), std::invalid_argument);
  EXPECT_THROW((PasswordHashing{options(PasswordFormat::Plain, 32), key(), random_}), std::invalid_argument);
}

TEST(HashingThreads, IsOneAtLeast) {
  EXPECT_GE(hashing_threads(), 1U);
}

}  // namespace
}  // namespace belfry::accounts
