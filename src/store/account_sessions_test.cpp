// Sessions in the account store.

#include "store/account_store_test_support.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace belfry::store {
namespace {

using namespace std::chrono_literals;
using accounts::AccountError;
using accounts::Person;
using accounts::PersonState;
using accounts::Role;
using accounts::Session;

class AccountSessionTest : public AccountStoreTest {
 protected:
  Session open_one(std::string_view token) { return store_->open_session(new_session(ann_, token)).value(); }

  Person ann_ = add("ann@example.com");
};

TEST_F(AccountSessionTest, IsFoundByItsTokenAlsoAfterARestart) {
  const Session opened = open_one("token");
  EXPECT_EQ(opened.created.wall, clock_.wall_now());
  EXPECT_EQ(opened.device, "Firefox on Debian");
  reopen();
  EXPECT_EQ(store_->session(secret("token")).value(), opened);
  EXPECT_EQ(store_->session(secret("another")).error(), AccountError::NotFound);
}

TEST_F(AccountSessionTest, KnowsWhatItWasHandedOverFromAfterARestart) {
  open_one("parent");
  Session handed_over = new_session(ann_, "child");
  handed_over.parent = secret("parent");
  ASSERT_TRUE(store_->open_session(handed_over));
  reopen();
  EXPECT_EQ(store_->session(secret("child")).value().parent, secret("parent"));
  ASSERT_TRUE(store_->end_session(ann_.id, secret("parent")));
  EXPECT_EQ(store_->session(secret("child")).error(), AccountError::NotFound);
}

TEST_F(AccountSessionTest, IsOverWhenItWasIdleForLong) {
  open_one("token");
  clock_.advance(1h - 1ms);
  ASSERT_TRUE(store_->use_sessions({secret("token"), secret("no such")}));
  clock_.advance(1h - 1ms);
  EXPECT_TRUE(store_->session(secret("token")));
  clock_.advance(1ms);
  EXPECT_EQ(store_->session(secret("token")).error(), AccountError::NotFound);
  EXPECT_TRUE(store_->sessions(ann_.id).value().empty());
  // Use does not bring it back.
  ASSERT_TRUE(store_->use_sessions({secret("token")}));
  EXPECT_EQ(store_->session(secret("token")).error(), AccountError::NotFound);
}

TEST_F(AccountSessionTest, IsOverAfterItsAbsoluteLimitHoweverMuchItIsUsed) {
  open_one("token");
  for (int i = 0; i < 47; ++i) {
    clock_.advance(30min);
    ASSERT_TRUE(store_->use_sessions({secret("token")}));
    ASSERT_TRUE(store_->session(secret("token")));
  }
  clock_.advance(30min);
  EXPECT_EQ(store_->session(secret("token")).error(), AccountError::NotFound);
}

TEST_F(AccountSessionTest, LivesNoLongerForAClockThatWasSetBack) {
  open_one("token");
  clock_.step_wall(-1000h);
  EXPECT_TRUE(store_->session(secret("token")));
  clock_.advance(1h);
  EXPECT_EQ(store_->session(secret("token")).error(), AccountError::NotFound);
  open_one("another");
  clock_.step_wall(1h);
  EXPECT_EQ(store_->session(secret("another")).error(), AccountError::NotFound);
}

TEST_F(AccountSessionTest, IsListedByItsLastUse) {
  const Person bob = add("bob@example.com");
  ASSERT_TRUE(store_->open_session(new_session(bob, "bob's")));
  open_one("first");
  clock_.advance(1s);
  open_one("second");
  clock_.advance(1s);
  ASSERT_TRUE(store_->use_sessions({secret("first")}));
  const auto sessions = store_->sessions(ann_.id).value();
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_EQ(sessions[0].token, secret("first"));
  EXPECT_EQ(sessions[1].token, secret("second"));
  EXPECT_EQ(store_->sessions().value().size(), 3U);
}

TEST_F(AccountSessionTest, IsEndedAloneOrWithAllOthers) {
  const Person bob = add("bob@example.com");
  for (const char* token : {"one", "two", "three"}) open_one(token);
  EXPECT_EQ(store_->end_session(bob.id, secret("one")).error(), AccountError::NotFound);
  EXPECT_TRUE(store_->end_session(ann_.id, secret("one")));
  EXPECT_EQ(store_->end_session(ann_.id, secret("one")).error(), AccountError::NotFound);
  ASSERT_TRUE(store_->end_sessions(ann_.id, secret("two")));
  ASSERT_EQ(store_->sessions(ann_.id).value().size(), 1U);
  ASSERT_TRUE(store_->end_sessions(ann_.id, std::nullopt));
  EXPECT_TRUE(store_->sessions().value().empty());
}

TEST_F(AccountSessionTest, EndsWithAChangeOfRoleOrState) {
  open_one("token");
  ASSERT_TRUE(store_->set_role(ann_.id, Role::Staff));
  EXPECT_TRUE(store_->sessions().value().empty());
  open_one("another");
  ASSERT_TRUE(store_->set_state(ann_.id, PersonState::Locked));
  EXPECT_TRUE(store_->sessions().value().empty());
  EXPECT_EQ(store_->open_session(new_session(ann_, "third")).error(), AccountError::Refused);
}

TEST_F(AccountSessionTest, GivesItsPlaceToTheOneAboveTheLimit) {
  for (std::size_t i = 0; i <= accounts::kSessionsPerPerson; ++i) {
    open_one("token " + std::to_string(i));
    clock_.advance(1s);
  }
  EXPECT_EQ(store_->sessions(ann_.id).value().size(), accounts::kSessionsPerPerson);
  EXPECT_EQ(store_->session(secret("token 0")).error(), AccountError::NotFound);
  EXPECT_TRUE(store_->session(secret("token 1")));
}

TEST_F(AccountSessionTest, RefusesATextTooLongAndNobodys) {
  auto session = new_session(ann_, "token");
  session.device = std::string(accounts::kDeviceTextLimit + 1, 'x');
  EXPECT_EQ(store_->open_session(session).error(), AccountError::Refused);
  session.device.pop_back();
  EXPECT_TRUE(store_->open_session(session));
  session.person = accounts::PersonId::random(random_);
  session.token = secret("another");
  EXPECT_EQ(store_->open_session(session).error(), AccountError::NotFound);
}

}  // namespace
}  // namespace belfry::store
