#include "accounts/sign_in.hpp"

#include "accounts/accounts_test_support.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <set>
#include <string>
#include <vector>

namespace belfry::accounts {
namespace {

using namespace std::chrono_literals;

class SignInTest : public AccountsTest {
 protected:
  // Up to a sign that a row is spent.
  void spend(const std::string& email, const Visitor& from, int attempts = 5) {
    for (int i = 0; i < attempts; ++i) EXPECT_EQ(outcome_of(email, "wrong", from), "wrong");
  }
  Visitor on(const SignedIn& before) const {
    Visitor from = visitor();
    from.device = SecretHash::of(before.device_token);
    return from;
  }
};

TEST_F(SignInTest, OpensASessionWithTheRightPassword) {
  const Person ann = add("ann@example.com");
  const SignedIn in = signed_in("Ann@Example.com", visitor());
  EXPECT_EQ(in.person.id, ann.id);
  EXPECT_EQ(in.session.proven, Proven::Password);
  const auto who = sessions_.find(in.session_token, kHost);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->person, ann.id);
  EXPECT_EQ(who->email.text(), "ann@example.com");
  EXPECT_EQ(store_.session(SecretHash::of(in.session_token)).value().device, "Firefox on Debian");
}

TEST_F(SignInTest, HasOneAnswerForAllThatIsWrong) {
  add("ann@example.com");
  add("awaiting@example.com", Role::Member, PersonState::Awaiting);
  add("barred@example.com", Role::Member, PersonState::Locked);
  add("locked@example.com");
  spend("locked@example.com", visitor());
  for (const char* email : {"locked@example.com", "awaiting@example.com", "barred@example.com", "nobody@example.com",
                            "", "no e-mail", "ann@example.com\n", "ann@[127.0.0.1]"}) {
    EXPECT_EQ(outcome_of(email, kPassword, visitor()), "wrong") << email;
  }
  for (const std::string& password :
       std::vector<std::string>{"", "correct horse ", std::string(5000, 'x'), std::string{kPassword} + '\0'}) {
    EXPECT_EQ(outcome_of("ann@example.com", password, visitor("another")), "wrong");
    ASSERT_TRUE(store_.lift_locks(store_.find(EmailAddress::parse("ann@example.com").value()).value().id));
  }
}

TEST_F(SignInTest, AsksTheStoreTheSameWhateverIsWrong) {
  add("ann@example.com");
  add("barred@example.com", Role::Member, PersonState::Locked);
  add("locked@example.com");
  spend("locked@example.com", visitor());
  std::set<std::vector<std::string>> seen;
  for (const auto& [email, password] :
       std::vector<std::pair<std::string, std::string>>{{"ann@example.com", "wrong"},
                                                        {"barred@example.com", kPassword},
                                                        {"locked@example.com", kPassword},
                                                        {"locked@example.com", "wrong"},
                                                        {"nobody@example.com", "wrong"},
                                                        {"no e-mail", "wrong"},
                                                        {"ann@example.com", std::string(5000, 'x')}}) {
    store_.calls.clear();
    EXPECT_EQ(outcome_of(email, password, visitor()), "wrong");
    seen.insert(store_.calls);
  }
  const std::vector<std::string> one_call{"reserve_password"};
  EXPECT_EQ(seen, std::set{one_call});
}

TEST_F(SignInTest, LocksAtTheFifthAndDoesNotLetTheRightOneInMeanwhile) {
  const Person ann = add("ann@example.com");
  spend("ann@example.com", visitor(), 4);
  EXPECT_TRUE(notices_.locks.empty());
  spend("ann@example.com", visitor(), 1);
  EXPECT_EQ(notices_.locks, (std::vector<LockNotice>{{ann.id, ann.email, Counter::Strangers, clock_.wall_now()}}));
  EXPECT_EQ(outcome_of("ann@example.com", kPassword, visitor()), "wrong");
  clock_.step_wall(100h);
  EXPECT_EQ(outcome_of("ann@example.com", kPassword, visitor()), "wrong");
  clock_.advance(15min);
  EXPECT_EQ(outcome_of("ann@example.com", kPassword, visitor()), "in");
  EXPECT_EQ(notices_.locks.size(), 1U);
}

TEST_F(SignInTest, TellsNobodyOfALockOfNobody) {
  spend("nobody@example.com", visitor());
  EXPECT_TRUE(notices_.locks.empty());
}

TEST_F(SignInTest, SpendsNoMoreThanFiveOfManyGuessesAtOnce) {
  add("ann@example.com");
  boost::asio::io_context loop;
  base::TaskGroup tasks{loop.get_executor(), 100};
  base::BlockingPool database{2, 200};
  PasswordHashing hashing{{.format = PasswordFormat::Plain, .cost = kCost, .threads = 2, .queue = 100},
                          crypto::Key256::random(random_),
                          random_};
  CredentialCheck credentials{store_, database, hashing, clock_, notices_};
  SignIn sign_in{store_, database, credentials, sessions_, clock_, random_, notices_};
  std::deque<Awaited<Checked<PasswordOutcome>>> answers(100);
  for (auto& answer : answers) {
    ASSERT_TRUE(tasks.spawn(keep(sign_in.password("ann@example.com", "wrong", visitor()), &answer)));
  }
  loop.run();
  for (const auto& answer : answers) EXPECT_EQ(outcome(answer.value.value()), "wrong");
  const auto attempt = store_.reserve_password(EmailAddress::parse("ann@example.com").value(), std::nullopt).value();
  EXPECT_FALSE(attempt.admitted);
  clock_.advance(15min);
  // Five were counted, and none of those that were refused.
  EXPECT_EQ(store_.reserve_password(EmailAddress::parse("ann@example.com").value(), std::nullopt).value().number, 6U);
}

TEST_F(SignInTest, LeavesTheOwnersDeviceOpenWhileStrangersAreLockedOut) {
  add("ann@example.com");
  const SignedIn first = signed_in("ann@example.com", visitor());
  EXPECT_EQ(notices_.new_devices.size(), 1U);
  spend("ann@example.com", visitor("stranger"));
  EXPECT_EQ(outcome_of("ann@example.com", kPassword, visitor("stranger")), "wrong");
  const SignedIn second = signed_in("ann@example.com", on(first));
  EXPECT_EQ(notices_.new_devices.size(), 1U);
  // It opens nothing for strangers.
  EXPECT_EQ(outcome_of("ann@example.com", kPassword, visitor("stranger")), "wrong");
  // Renewed: the device is known by its newest token alone.
  EXPECT_NE(second.device_token, first.device_token);
  EXPECT_EQ(outcome_of("ann@example.com", kPassword, on(first)), "wrong");
  EXPECT_EQ(outcome_of("ann@example.com", kPassword, on(second)), "in");
}

TEST_F(SignInTest, TakesNoPlaceOfOtherDevicesHoweverOftenOneSignsIn) {
  const Person ann = add("ann@example.com");
  const SignedIn phone = signed_in("ann@example.com", visitor("phone"));
  SignedIn laptop = signed_in("ann@example.com", visitor());
  for (int i = 0; i < 30; ++i) laptop = signed_in("ann@example.com", on(laptop));
  EXPECT_EQ(store_.export_of(ann.id).value().known_devices, 2U);
  spend("ann@example.com", visitor("stranger"));
  EXPECT_EQ(outcome_of("ann@example.com", kPassword, on(phone)), "in");
}

TEST_F(SignInTest, TellsTheOwnerOfANewDevice) {
  const Person ann = add("ann@example.com");
  Visitor from = visitor();
  from.description = std::string(299, 'x') + "é and more";
  const SignedIn in = signed_in("ann@example.com", from);
  ASSERT_EQ(notices_.new_devices.size(), 1U);
  EXPECT_EQ(notices_.new_devices[0],
            (NewDeviceNotice{ann.id, ann.email, std::string(299, 'x'), "192.0.2.1", clock_.wall_now()}));
  EXPECT_EQ(in.session.device.size(), 299U);
}

TEST_F(SignInTest, EndsTheSessionThatTheBrowserHad) {
  add("ann@example.com");
  add("bob@example.com");
  for (const char* next : {"ann@example.com", "bob@example.com"}) {
    const SignedIn first = signed_in("ann@example.com", visitor());
    Visitor again = visitor();
    again.before = sessions_.find(first.session_token, kHost);
    ASSERT_TRUE(again.before);
    const SignedIn second = signed_in(next, again);
    EXPECT_NE(second.session_token, first.session_token);
    EXPECT_FALSE(sessions_.find(first.session_token, kHost));
    EXPECT_FALSE(store_.session(SecretHash::of(first.session_token)));
    EXPECT_TRUE(sessions_.find(second.session_token, kHost));
  }
}

TEST_F(SignInTest, ReplacesAHashOfALowerCost) {
  const Person ann = add("ann@example.com", Role::Member, PersonState::Active, kCost);
  PasswordHashing dearer{{.format = PasswordFormat::Plain, .cost = kCost + 1, .threads = 1, .queue = 1},
                         crypto::Key256::random(random_),
                         random_};
  CredentialCheck credentials{store_, database_, dearer, clock_, notices_};
  SignIn sign_in{store_, database_, credentials, sessions_, clock_, random_, notices_};
  ASSERT_TRUE(await_for_test(sign_in.password("ann@example.com", kPassword, visitor())));
  EXPECT_EQ(crypto::bcrypt_cost(store_.password_hash(ann.id).value()), kCost + 1);
  EXPECT_TRUE(await_for_test(sign_in.password("ann@example.com", kPassword, visitor())));
}

TEST_F(SignInTest, SpendsNoAttemptWhereThereIsNoPlaceToHash) {
  add("ann@example.com");
  std::vector<PasswordHashing::Place> places;
  while (auto place = hashing_.place()) places.push_back(std::move(*place));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(outcome_of("ann@example.com", "wrong", visitor()), "busy");
  EXPECT_EQ(std::ranges::count(store_.calls, "reserve_password"), 0);
  places.clear();
  EXPECT_EQ(outcome_of("ann@example.com", kPassword, visitor()), "in");
}

TEST_F(SignInTest, LetsNobodyInWhereTheStoreFails) {
  const Person ann = add("ann@example.com");
  enrol(ann);
  const std::string token = pending("ann@example.com", visitor());
  store_.available = false;
  EXPECT_EQ(outcome_of("ann@example.com", kPassword, visitor()), "unavailable");
  EXPECT_EQ(outcome(try_code(token, code_at(0s), visitor())), "unavailable");
  store_.available = true;
  database_.stop();
  EXPECT_EQ(outcome_of("ann@example.com", kPassword, visitor()), "busy");
}

TEST_F(SignInTest, AsksForACodeAndOpensNothingBefore) {
  const Person ann = add("ann@example.com");
  enrol(ann);
  const std::string token = pending("ann@example.com", visitor());
  EXPECT_FALSE(sessions_.find(token, kHost));
  EXPECT_TRUE(store_.sessions(ann.id).value().empty());
  EXPECT_TRUE(notices_.new_devices.empty());
  const auto in = try_code(token, code_at(0s), visitor());
  ASSERT_TRUE(in);
  EXPECT_EQ(in->session.proven, Proven::SecondFactor);
  EXPECT_EQ(sessions_.find(in->session_token, kHost)->proven, Proven::SecondFactor);
  EXPECT_EQ(notices_.new_devices.size(), 1U);
}

TEST_F(SignInTest, ToleratesOneStepAndTakesNoneTwiceNorAnOlderOne) {
  enrol(add("ann@example.com"));
  const auto with = [&](const std::string& code) {
    return outcome(try_code(pending("ann@example.com", visitor()), code, visitor()));
  };
  EXPECT_EQ(with(code_at(-60s)), "wrong");
  EXPECT_EQ(with(code_at(60s)), "wrong");
  EXPECT_EQ(with(code_at(-30s)), "in");
  EXPECT_EQ(with(code_at(-30s)), "wrong");
  std::string grouped = code_at(30s);
  EXPECT_EQ(with(grouped.insert(3, " ")), "in");
  EXPECT_EQ(with(code_at(30s)), "wrong");
  EXPECT_EQ(with(code_at(0s)), "wrong");
  // Not by a wall clock that is set back either.
  const std::string replayed = code_at(30s);
  clock_.advance(10min);
  clock_.step_wall(-10min);
  EXPECT_EQ(with(replayed), "wrong");
}

TEST_F(SignInTest, TakesEachRecoveryCodeOnce) {
  const auto codes = enrol(add("ann@example.com"));
  const auto with = [&](const std::string& code) {
    return outcome(try_code(pending("ann@example.com", visitor()), code, visitor()));
  };
  EXPECT_EQ(with(codes[0]), "in");
  EXPECT_EQ(with(codes[0]), "wrong");
  std::string lower = codes[1];
  std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  EXPECT_EQ(with(lower), "in");
  for (const std::string& text :
       std::vector<std::string>{"", "12345", "1234567", "abcdef", std::string(100'000, '1'), codes[2] + "A"}) {
    EXPECT_EQ(with(text), "wrong") << text.substr(0, 50);
    ASSERT_TRUE(store_.lift_locks(store_.people().value()[0].id));
  }
}

TEST_F(SignInTest, CountsWrongCodesForTheAccountAndNotForTheFlow) {
  const Person ann = add("ann@example.com");
  enrol(ann);
  // Each in a flow of its own, and all with the right password, which counts apart.
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(outcome(try_code(pending("ann@example.com", visitor()), wrong_code(), visitor())), "wrong");
  }
  EXPECT_EQ(notices_.locks, (std::vector<LockNotice>{{ann.id, ann.email, Counter::Codes, clock_.wall_now()}}));
  const std::string locked = pending("ann@example.com", visitor());
  EXPECT_EQ(outcome(try_code(locked, code_at(0s), visitor())), "wrong");
  clock_.advance(15min);
  EXPECT_EQ(outcome(try_code(pending("ann@example.com", visitor()), code_at(0s), visitor())), "in");
}

TEST_F(SignInTest, MayTryAnotherCodeInTheSameFlow) {
  enrol(add("ann@example.com"));
  const std::string token = pending("ann@example.com", visitor());
  EXPECT_EQ(outcome(try_code(token, wrong_code(), visitor())), "wrong");
  EXPECT_EQ(outcome(try_code(token, code_at(0s), visitor())), "in");
  // And once.
  EXPECT_EQ(outcome(try_code(token, code_at(30s), visitor())), "over");
}

TEST_F(SignInTest, KnowsWhoseThePendingSignInIs) {
  enrol(add("ann@example.com"));
  EXPECT_EQ(sign_in_.email_of(pending("ann@example.com", visitor())), "ann@example.com");
  EXPECT_EQ(sign_in_.email_of(new_token(random_)), "");
  EXPECT_EQ(sign_in_.email_of("no token"), "");
}

TEST_F(SignInTest, IsOverAfterTenMinutesAndInAnotherBrowser) {
  enrol(add("ann@example.com"));
  const std::string token = pending("ann@example.com", visitor());
  EXPECT_EQ(outcome(try_code(token, code_at(0s), visitor("another"))), "over");
  clock_.advance(kPendingLifetime - 1ms);
  EXPECT_EQ(outcome(try_code(token, wrong_code(), visitor())), "wrong");
  clock_.advance(1ms);
  EXPECT_EQ(outcome(try_code(token, code_at(0s), visitor())), "over");
  for (const char* text : {"", "invented", "////"}) {
    EXPECT_EQ(outcome(try_code(text, code_at(0s), visitor())), "over") << text;
  }
}

TEST_F(SignInTest, IsOverWhereThePasswordWasChangedOrThePersonLockedMeanwhile) {
  const Person ann = add("ann@example.com");
  enrol(ann);
  const std::string before = pending("ann@example.com", visitor());
  ASSERT_TRUE(store_.set_password(ann.id, crypto::bcrypt_hash("another", kCost, random_), std::nullopt));
  EXPECT_EQ(outcome(try_code(before, code_at(0s), visitor())), "over");
  ASSERT_TRUE(store_.set_password(ann.id, crypto::bcrypt_hash(kPassword, kCost, random_), std::nullopt));
  const std::string again = pending("ann@example.com", visitor());
  ASSERT_TRUE(store_.set_state(ann.id, PersonState::Locked));
  EXPECT_EQ(outcome(try_code(again, code_at(30s), visitor())), "wrong");
  EXPECT_TRUE(store_.sessions(ann.id).value().empty());
}

TEST_F(SignInTest, LetsSeveralTabsSignInAtOnce) {
  const auto codes = enrol(add("ann@example.com"));
  const std::string first = pending("ann@example.com", visitor());
  const std::string second = pending("ann@example.com", visitor());
  EXPECT_EQ(outcome(try_code(second, code_at(0s), visitor())), "in");
  EXPECT_EQ(outcome(try_code(first, codes[0], visitor())), "in");
}

TEST_F(SignInTest, PushesOutOnesOwnPendingSignInsAlone) {
  enrol(add("ann@example.com"));
  enrol(add("bob@example.com"));
  const std::string bobs = pending("bob@example.com", visitor());
  const std::string anns = pending("ann@example.com", visitor());
  for (std::size_t i = 0; i < kPendingPerPerson; ++i) pending("ann@example.com", visitor());
  EXPECT_EQ(sign_in_.pending_pushed_out(), 1U);
  EXPECT_EQ(outcome(try_code(anns, code_at(0s), visitor())), "over");
  EXPECT_EQ(outcome(try_code(bobs, code_at(0s), visitor())), "in");
}

}  // namespace
}  // namespace belfry::accounts
