// Attempts, known devices and the second factor in the account store.

#include "store/account_store_test_support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <vector>

namespace belfry::store {
namespace {

using namespace std::chrono_literals;
using accounts::AccountError;
using accounts::Attempt;
using accounts::Counter;
using accounts::Person;
using accounts::PersonState;

class AccountAttemptTest : public AccountStoreTest {
 protected:
  Attempt reserve(std::string_view address, std::optional<accounts::SecretHash> device = std::nullopt) {
    return store_->reserve_password(email(address), device).value();
  }
  int spend_all(std::string_view address, std::optional<accounts::SecretHash> device = std::nullopt) {
    int admitted = 0;
    while (reserve(address, device).admitted) ++admitted;
    return admitted;
  }

  Person ann_ = add("ann@example.com");
};

TEST_F(AccountAttemptTest, HasFiveThenLocksForAQuarterOfAnHour) {
  for (int i = 1; i <= 5; ++i) {
    const Attempt attempt = reserve("ann@example.com");
    EXPECT_TRUE(attempt.admitted);
    EXPECT_EQ(attempt.locks, i == 5);
    EXPECT_EQ(attempt.person, ann_.id);
    EXPECT_EQ(attempt.password_hash, "$2b$12$hash of ann@example.com");
  }
  const Attempt refused = reserve("ANN@example.com");
  EXPECT_FALSE(refused.admitted);
  EXPECT_FALSE(refused.person);
  EXPECT_EQ(refused.password_hash, "");
  EXPECT_EQ(store_->was_right(refused).error(), AccountError::Refused);
  clock_.advance(15min - 1ms);
  EXPECT_EQ(spend_all("ann@example.com"), 0);
  clock_.advance(1ms);
  EXPECT_EQ(spend_all("ann@example.com"), 5);
  clock_.advance(30min - 1ms);
  EXPECT_EQ(spend_all("ann@example.com"), 0);
}

TEST_F(AccountAttemptTest, SpendsExactlyFiveOnAHundredParallelGuesses) {
  // Over several connections, as other processes would have, so that it is the transaction that counts.
  std::vector<std::unique_ptr<SqliteAccountStore>> stores;
  std::vector<std::unique_ptr<base::FakeRandom>> randoms;
  for (std::uint64_t i = 0; i < 4; ++i) {
    randoms.push_back(std::make_unique<base::FakeRandom>(100 + i));
    stores.push_back(SqliteAccountStore::open(file(), master_, clock_, *randoms.back(), {.boot = "boot"}, 60s).value());
  }
  std::atomic<int> admitted = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> locks = 0;
  std::vector<std::thread> guessers;
  guessers.reserve(100);
  for (std::size_t i = 0; i < 100; ++i) {
    guessers.emplace_back([&, i] {
      const auto attempt = stores[i % stores.size()]->reserve_password(email("ann@example.com"), std::nullopt);
      if (!attempt) return;
      ++(attempt->admitted ? admitted : refused);
      if (attempt->locks) ++locks;
    });
  }
  for (std::thread& guesser : guessers) guesser.join();
  EXPECT_EQ(admitted, 5);
  EXPECT_EQ(refused, 95);
  EXPECT_EQ(locks, 1);
}

TEST_F(AccountAttemptTest, BeginsANewRowWhenOneWasRight) {
  for (int i = 0; i < 4; ++i) reserve("ann@example.com");
  const Attempt fifth = reserve("ann@example.com");
  ASSERT_TRUE(store_->was_right(fifth));
  EXPECT_EQ(spend_all("ann@example.com"), 5);
}

TEST_F(AccountAttemptTest, HoldsThroughARestartWhoseTimeCounts) {
  spend_all("ann@example.com");
  reopen();
  EXPECT_EQ(spend_all("ann@example.com"), 0);
  store_.reset();
  clock_.advance(15min);
  reopen();
  EXPECT_EQ(spend_all("ann@example.com"), 5);
}

TEST_F(AccountAttemptTest, KeepsWhatWasSpentThroughARestart) {
  for (int i = 0; i < 3; ++i) reserve("ann@example.com");
  reopen();
  EXPECT_EQ(spend_all("ann@example.com"), 2);
}

TEST_F(AccountAttemptTest, IsNotOpenedByAStepOfTheWallClock) {
  spend_all("ann@example.com");
  for (const auto step : {24h, -48h, 10'000h}) {
    clock_.step_wall(step);
    EXPECT_EQ(spend_all("ann@example.com"), 0);
    reopen();
    EXPECT_EQ(spend_all("ann@example.com"), 0);
  }
  clock_.advance(15min);
  EXPECT_EQ(spend_all("ann@example.com"), 5);
}

TEST_F(AccountAttemptTest, CountsNoTimeThatTheMachineWasOff) {
  spend_all("ann@example.com");
  clock_.advance(10min);
  EXPECT_EQ(spend_all("ann@example.com"), 0);
  // Another boot, or a system that does not tell: steady times say nothing about what passed.
  clock_.advance(10h);
  reopen("another boot");
  EXPECT_EQ(spend_all("ann@example.com"), 0);
  reopen("");
  clock_.advance(10h);
  reopen("");
  EXPECT_EQ(spend_all("ann@example.com"), 0);
  reopen("a third");
  clock_.advance(5min);
  EXPECT_EQ(spend_all("ann@example.com"), 5);
}

TEST_F(AccountAttemptTest, KeepsTheDoublingThroughARestart) {
  spend_all("ann@example.com");
  clock_.advance(15min);
  reopen();
  spend_all("ann@example.com");
  clock_.advance(15min);
  EXPECT_EQ(spend_all("ann@example.com"), 0);
  clock_.advance(15min);
  EXPECT_EQ(spend_all("ann@example.com"), 5);
}

TEST_F(AccountAttemptTest, LeavesTheOwnersDeviceItsOwnCount) {
  ASSERT_TRUE(store_->know_device(ann_.id, secret("device"), std::nullopt));
  EXPECT_EQ(spend_all("ann@example.com"), 5);
  // Locked for strangers, open on the device; what is right there opens nothing for strangers.
  const Attempt attempt = reserve("ann@example.com", secret("device"));
  EXPECT_TRUE(attempt.admitted);
  EXPECT_EQ(attempt.counter, Counter::Device);
  ASSERT_TRUE(store_->was_right(attempt));
  EXPECT_EQ(spend_all("ann@example.com"), 0);
  // A device has no more than five of its own, and does not become a stranger with five more.
  EXPECT_EQ(spend_all("ann@example.com", secret("device")), 5);
  EXPECT_EQ(spend_all("ann@example.com", secret("device")), 0);
}

TEST_F(AccountAttemptTest, TakesADeviceThatItDoesNotKnowForAStranger) {
  const Person bob = add("bob@example.com");
  ASSERT_TRUE(store_->know_device(bob.id, secret("bob's"), std::nullopt));
  EXPECT_EQ(spend_all("ann@example.com"), 5);
  for (const char* device : {"bob's", "invented", ""}) {
    EXPECT_EQ(spend_all("ann@example.com", secret(device)), 0) << device;
  }
}

TEST_F(AccountAttemptTest, KnowsOnlySoManyDevicesAndForgetsTheOneUnusedForLongest) {
  for (std::size_t i = 0; i < accounts::kDevicesPerPerson; ++i) {
    ASSERT_TRUE(store_->know_device(ann_.id, secret("device " + std::to_string(i)), std::nullopt));
  }
  ASSERT_TRUE(store_->know_device(ann_.id, secret("device 0"), std::nullopt));
  ASSERT_TRUE(store_->know_device(ann_.id, secret("one more"), std::nullopt));
  EXPECT_EQ(store_->export_of(ann_.id).value().known_devices, accounts::kDevicesPerPerson);
  EXPECT_EQ(reserve("ann@example.com", secret("device 0")).counter, Counter::Device);
  EXPECT_EQ(reserve("ann@example.com", secret("one more")).counter, Counter::Device);
  EXPECT_EQ(reserve("ann@example.com", secret("device 1")).counter, Counter::Strangers);
}

TEST_F(AccountAttemptTest, ForgetsWhatARenewedDeviceWasKnownAs) {
  ASSERT_TRUE(store_->know_device(ann_.id, secret("first"), std::nullopt));
  EXPECT_EQ(spend_all("ann@example.com", secret("first")), 5);
  ASSERT_TRUE(store_->know_device(ann_.id, secret("second"), secret("first")));
  EXPECT_EQ(store_->export_of(ann_.id).value().known_devices, 1U);
  EXPECT_EQ(reserve("ann@example.com", secret("first")).counter, Counter::Strangers);
  const Attempt attempt = reserve("ann@example.com", secret("second"));
  EXPECT_EQ(attempt.counter, Counter::Device);
  EXPECT_TRUE(attempt.admitted);
  // One that nobody knew is no matter.
  ASSERT_TRUE(store_->know_device(ann_.id, secret("third"), secret("never")));
  EXPECT_EQ(store_->export_of(ann_.id).value().known_devices, 2U);
}

TEST_F(AccountAttemptTest, LocksAnUnknownEmailAlike) {
  int admitted = 0;
  for (; reserve("nobody@example.com").admitted; ++admitted) {
  }
  EXPECT_EQ(admitted, 5);
  EXPECT_FALSE(reserve("Nobody@Example.com").admitted);
  EXPECT_TRUE(reserve("ann@example.com").admitted);
  clock_.advance(15min);
  const Attempt attempt = reserve("nobody@example.com");
  EXPECT_TRUE(attempt.admitted);
  EXPECT_FALSE(attempt.person);
  EXPECT_EQ(store_->was_right(attempt).error(), AccountError::Refused);
}

TEST_F(AccountAttemptTest, KeepsUnknownEmailsInATableOfFixedSize) {
  std::set<std::string> subjects;
  for (int i = 0; i < 300; ++i) {
    const Attempt attempt = reserve("nobody" + std::to_string(i) + "@example.com");
    EXPECT_EQ(attempt.counter, Counter::Nobody);
    EXPECT_EQ(attempt.subject.size(), 3U);
    EXPECT_TRUE(attempt.subject.find_first_not_of("0123456789abcdef") == std::string::npos);
    subjects.insert(attempt.subject);
  }
  EXPECT_GT(subjects.size(), 250U);
}

TEST_F(AccountAttemptTest, SaysNothingOfWhoeverMayNotSignIn) {
  for (const PersonState state : {PersonState::Locked, PersonState::Awaiting}) {
    ASSERT_TRUE(store_->set_state(ann_.id, state));
    const Attempt attempt = reserve("ann@example.com");
    EXPECT_TRUE(attempt.admitted);
    EXPECT_FALSE(attempt.person);
    EXPECT_EQ(attempt.password_hash, "");
    EXPECT_EQ(store_->was_right(attempt).error(), AccountError::Refused);
    EXPECT_FALSE(store_->reserve_code(ann_.id).value().person);
  }
}

TEST_F(AccountAttemptTest, RefusesThePasswordThatWasChangedWhileItWasHashed) {
  const Attempt attempt = reserve("ann@example.com");
  // The same password under another cost is still right.
  ASSERT_TRUE(store_->rehash_password(ann_.id, attempt.password_hash, "$2b$13$same").value());
  EXPECT_TRUE(store_->was_right(attempt));
  const Attempt late = reserve("ann@example.com");
  ASSERT_TRUE(store_->set_password(ann_.id, "$2b$12$new", std::nullopt));
  EXPECT_EQ(store_->was_right(late).error(), AccountError::Refused);
  const Attempt locked = reserve("ann@example.com");
  ASSERT_TRUE(store_->set_state(ann_.id, PersonState::Locked));
  EXPECT_EQ(store_->was_right(locked).error(), AccountError::Refused);
}

TEST_F(AccountAttemptTest, CountsCodesApartFromPasswords) {
  ASSERT_TRUE(store_->set_second_factor(ann_.id, enrolment()));
  int codes = 0;
  while (store_->reserve_code(ann_.id).value().admitted) ++codes;
  EXPECT_EQ(codes, 5);
  EXPECT_EQ(spend_all("ann@example.com"), 5);
  // A right password begins no new row of codes.
  clock_.advance(15min);
  const Attempt code = store_->reserve_code(ann_.id).value();
  ASSERT_TRUE(store_->was_right(reserve("ann@example.com")));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(store_->reserve_code(ann_.id).value().admitted);
  EXPECT_FALSE(store_->reserve_code(ann_.id).value().admitted);
  ASSERT_TRUE(store_->was_right(code));
  EXPECT_TRUE(store_->reserve_code(ann_.id).value().admitted);
  EXPECT_EQ(store_->reserve_code(accounts::PersonId::random(random_)).error(), AccountError::NotFound);
}

TEST_F(AccountAttemptTest, IsLiftedEverywhereByAnAdministrator) {
  ASSERT_TRUE(store_->know_device(ann_.id, secret("device"), std::nullopt));
  const Attempt early = reserve("ann@example.com", secret("device"));
  spend_all("ann@example.com");
  spend_all("ann@example.com", secret("device"));
  while (store_->reserve_code(ann_.id).value().admitted) {
  }
  ASSERT_TRUE(store_->lift_locks(ann_.id));
  EXPECT_TRUE(store_->was_right(early));
  EXPECT_EQ(spend_all("ann@example.com"), 5);
  EXPECT_EQ(spend_all("ann@example.com", secret("device")), 5);
  EXPECT_TRUE(store_->reserve_code(ann_.id).value().admitted);
}

class AccountSecondFactorTest : public AccountStoreTest {
 protected:
  Person ann_ = add("ann@example.com");
};

TEST_F(AccountSecondFactorTest, IsKeptWithTheStepThatConfirmedIt) {
  EXPECT_EQ(store_->second_factor(ann_.id).error(), AccountError::NotFound);
  ASSERT_TRUE(store_->set_second_factor(ann_.id, enrolment()));
  const auto factor = store_->second_factor(ann_.id).value();
  EXPECT_EQ(factor.secret, enrolment().secret);
  EXPECT_EQ(factor.newest_used, crypto::TotpStep{100});
  EXPECT_EQ(factor.confirmed, crypto::TotpStep{100});
  EXPECT_EQ(factor.recovery_codes_left, 2U);
  EXPECT_TRUE(store_->find(ann_.id).value().has_second_factor);
  ASSERT_TRUE(store_->remove_second_factor(ann_.id));
  EXPECT_EQ(store_->second_factor(ann_.id).error(), AccountError::NotFound);
  EXPECT_FALSE(store_->use_recovery_code(ann_.id, secret("code 1")).value());
  EXPECT_EQ(store_->set_recovery_codes(ann_.id, {secret("code 3")}).error(), AccountError::NotFound);
  auto empty = enrolment();
  empty.secret.clear();
  EXPECT_EQ(store_->set_second_factor(ann_.id, empty).error(), AccountError::Refused);
}

TEST_F(AccountSecondFactorTest, UsesNoStepTwiceNorAnOlderOne) {
  EXPECT_FALSE(store_->use_step(ann_.id, 101).value());
  ASSERT_TRUE(store_->set_second_factor(ann_.id, enrolment()));
  EXPECT_FALSE(store_->use_step(ann_.id, 100).value());
  EXPECT_TRUE(store_->use_step(ann_.id, 102).value());
  reopen();
  EXPECT_FALSE(store_->use_step(ann_.id, 102).value());
  EXPECT_FALSE(store_->use_step(ann_.id, 101).value());
  EXPECT_FALSE(store_->use_step(ann_.id, ~crypto::TotpStep{0}).value());
  EXPECT_TRUE(store_->use_step(ann_.id, 103).value());
}

TEST_F(AccountSecondFactorTest, LetsOneOfManyAtTheSameTimeUseAStep) {
  ASSERT_TRUE(store_->set_second_factor(ann_.id, enrolment()));
  std::atomic<int> used = 0;
  std::vector<std::thread> users;
  users.reserve(20);
  for (int i = 0; i < 20; ++i) {
    users.emplace_back([&] { used += store_->use_step(ann_.id, 101).value() ? 1 : 0; });
  }
  for (std::thread& user : users) user.join();
  EXPECT_EQ(used, 1);
}

TEST_F(AccountSecondFactorTest, TakesEachRecoveryCodeOnceAndOfItsOwnerAlone) {
  const Person bob = add("bob@example.com");
  ASSERT_TRUE(store_->set_second_factor(ann_.id, enrolment()));
  EXPECT_FALSE(store_->use_recovery_code(bob.id, secret("code 1")).value());
  EXPECT_TRUE(store_->use_recovery_code(ann_.id, secret("code 1")).value());
  EXPECT_FALSE(store_->use_recovery_code(ann_.id, secret("code 1")).value());
  EXPECT_FALSE(store_->use_recovery_code(ann_.id, secret("code 3")).value());
  EXPECT_EQ(store_->second_factor(ann_.id).value().recovery_codes_left, 1U);
  // New ones end the old.
  ASSERT_TRUE(store_->set_recovery_codes(ann_.id, {secret("code 3")}));
  EXPECT_FALSE(store_->use_recovery_code(ann_.id, secret("code 2")).value());
  EXPECT_TRUE(store_->use_recovery_code(ann_.id, secret("code 3")).value());
}

}  // namespace
}  // namespace belfry::store
