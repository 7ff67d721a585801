#include "accounts/hand_over.hpp"

#include "accounts/accounts_test_support.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace belfry::accounts {
namespace {

using namespace std::chrono_literals;

class HandOverTest : public AccountsTest {
 protected:
  static constexpr const char* kApplication = "app.example.com";

  HandOverTest() { who_ = sessions_.find(signed_in("ann@example.com", visitor()).session_token, kHost); }

  // The browser on the application's host, where it has another cookie.
  Visitor there(std::string_view cookie = "cookie") const {
    Visitor from = visitor(cookie);
    from.host = kApplication;
    return from;
  }
  std::string issue() { return hand_over_.issue(*who_, kApplication, there().browser); }
  Checked<HandedOver> redeem(std::string code, const Visitor& from) {
    return await_for_test(hand_over_.redeem(std::move(code), from));
  }

  const Person ann_ = add("ann@example.com");
  std::shared_ptr<const SignedInAs> who_;
  HandOver hand_over_{store_, database_, sessions_, clock_, random_};
};

TEST_F(HandOverTest, GivesTheOtherHostASessionOfItsOwn) {
  const auto handed = redeem(issue(), there());
  ASSERT_TRUE(handed);
  const auto who = sessions_.find(handed->session_token, kApplication);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->person, ann_.id);
  EXPECT_EQ(who->proven, who_->proven);
  // Neither is good at the other's host.
  EXPECT_FALSE(sessions_.find(handed->session_token, kHost));
  EXPECT_TRUE(sessions_.is_signed_in(who_->token));
}

TEST_F(HandOverTest, EndsWithTheSessionThatItCameFrom) {
  const auto handed = redeem(issue(), there());
  ASSERT_TRUE(handed);
  EXPECT_EQ(handed->session.parent, who_->token);
  ASSERT_TRUE(store_.end_session(ann_.id, who_->token));
  sessions_.refresh(ann_.id);
  EXPECT_FALSE(sessions_.find(handed->session_token, kApplication));
}

TEST_F(HandOverTest, EndsWhereItsBrowserSignsInAnew) {
  const auto handed = redeem(issue(), there());
  ASSERT_TRUE(handed);
  Visitor again = visitor();
  again.before = who_;
  signed_in("ann@example.com", again);
  EXPECT_FALSE(sessions_.is_signed_in(who_->token));
  EXPECT_FALSE(sessions_.find(handed->session_token, kApplication));
}

TEST_F(HandOverTest, ProvesNothingAnew) {
  clock_.advance(30min);
  const auto handed = redeem(issue(), there());
  ASSERT_TRUE(handed);
  EXPECT_EQ(sessions_.find(handed->session_token, kApplication)->created, who_->created);
}

TEST_F(HandOverTest, IsGoodOnce) {
  const std::string code = issue();
  EXPECT_EQ(outcome(redeem(code, there())), "in");
  EXPECT_EQ(outcome(redeem(code, there())), "over");
}

TEST_F(HandOverTest, IsNotGoodInAnotherBrowserAndUsedByTheTry) {
  const std::string code = issue();
  EXPECT_EQ(outcome(redeem(code, there("another"))), "over");
  EXPECT_EQ(outcome(redeem(code, there())), "over");
}

TEST_F(HandOverTest, IsNotGoodAtAnotherHost) {
  Visitor elsewhere = there();
  elsewhere.host = "other.example.com";
  EXPECT_EQ(outcome(redeem(issue(), elsewhere)), "over");
}

TEST_F(HandOverTest, IsOverAfterAMinute) {
  const std::string first = issue();
  clock_.advance(60s - 1ms);
  EXPECT_EQ(outcome(redeem(first, there())), "in");
  const std::string second = issue();
  clock_.advance(60s);
  EXPECT_EQ(outcome(redeem(second, there())), "over");
}

TEST_F(HandOverTest, IsOverWhereTheSessionHasEnded) {
  const std::string code = issue();
  ASSERT_TRUE(store_.end_sessions(ann_.id, std::nullopt));
  sessions_.refresh(ann_.id);
  EXPECT_EQ(outcome(redeem(code, there())), "over");
  EXPECT_TRUE(store_.sessions(ann_.id).value().empty());
}

TEST_F(HandOverTest, LeavesNothingOpenWhereTheSessionEndsMeanwhile) {
  const std::string code = issue();
  // The store knows, and the table does not yet.
  ASSERT_TRUE(store_.end_sessions(ann_.id, std::nullopt));
  EXPECT_EQ(outcome(redeem(code, there())), "over");
  EXPECT_TRUE(store_.sessions(ann_.id).value().empty());
  EXPECT_EQ(sessions_.size(), 0U);
}

TEST_F(HandOverTest, RefusesWhatIsNoCode) {
  for (const char* text : {"", "invented", "////", "0000000000000000000000000000000000000000000"}) {
    EXPECT_EQ(outcome(redeem(text, there())), "over") << text;
  }
}

TEST_F(HandOverTest, PushesOutOnesOwnCodesAlone) {
  add("bob@example.com");
  const auto bob = sessions_.find(signed_in("bob@example.com", visitor()).session_token, kHost);
  const std::string bobs = hand_over_.issue(*bob, kApplication, there().browser);
  const std::string first = issue();
  for (std::size_t i = 0; i < kHandOversPerPerson; ++i) issue();
  EXPECT_EQ(hand_over_.pushed_out(), 1U);
  EXPECT_EQ(outcome(redeem(first, there())), "over");
  EXPECT_EQ(outcome(redeem(bobs, there())), "in");
}

}  // namespace
}  // namespace belfry::accounts
