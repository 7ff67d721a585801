#include "accounts/csrf_token.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace belfry::accounts {
namespace {

using namespace std::chrono_literals;

class CsrfTokenTest : public testing::Test {
 protected:
  std::string outcome(std::string_view token, const CsrfBinding& binding, std::string_view action) const {
    const auto checked = tokens_.check(token, binding, action);
    return checked ? "good" : std::string{to_string(checked.error())};
  }

  base::FakeRandom random_;
  base::FakeClock clock_;
  CsrfTokens tokens_{random_, clock_};
  const SecretHash secret_ = SecretHash::of("a session");
  const CsrfBinding session_ = CsrfBinding::to_session(secret_);
};

TEST_F(CsrfTokenTest, IsGoodForItsSessionAndActionAsOftenAsItIsSent) {
  const std::string token = tokens_.issue(session_, "change-password");
  EXPECT_EQ(token.size(), 75U);
  EXPECT_EQ(outcome(token, session_, "change-password"), "good");
  EXPECT_EQ(outcome(token, session_, "change-password"), "good");
  EXPECT_NE(tokens_.issue(session_, "change-password"), token);
}

TEST_F(CsrfTokenTest, IsRefusedForAnotherSessionOrAction) {
  const std::string token = tokens_.issue(session_, "change-password");
  EXPECT_EQ(outcome(token, CsrfBinding::to_session(SecretHash::of("another")), "change-password"), "foreign");
  for (const char* action : {"", "change-passwor", "change-password2", "change-name", "Change-password"}) {
    EXPECT_EQ(outcome(token, session_, action), "foreign") << action;
  }
}

TEST_F(CsrfTokenTest, OfBeforeTheSignInIsNoneOfTheSessions) {
  const std::string token = tokens_.issue(CsrfBinding::to_browser(secret_), "sign-in");
  EXPECT_EQ(outcome(token, CsrfBinding::to_browser(secret_), "sign-in"), "good");
  EXPECT_EQ(outcome(token, CsrfBinding::to_browser(SecretHash::of("another")), "sign-in"), "foreign");
  EXPECT_EQ(outcome(token, session_, "sign-in"), "foreign");
}

TEST_F(CsrfTokenTest, IsStaleExactlyAtItsEndWhateverTheWallClockSays) {
  const std::string token = tokens_.issue(session_, "sign-out");
  clock_.advance(kCsrfLifetime - 1ms);
  clock_.step_wall(-1000h);
  EXPECT_EQ(outcome(token, session_, "sign-out"), "good");
  clock_.step_wall(10'000h);
  EXPECT_EQ(outcome(token, session_, "sign-out"), "good");
  clock_.advance(1ms);
  EXPECT_EQ(outcome(token, session_, "sign-out"), "stale");
  EXPECT_EQ(outcome(tokens_.issue(session_, "sign-out"), session_, "sign-out"), "good");
}

TEST_F(CsrfTokenTest, ThatIsIssuedStaleIsThatAloneFromTheFirstMomentOn) {
  const std::string token = tokens_.issue_stale(session_, "sign-out");
  EXPECT_EQ(outcome(token, session_, "sign-out"), "stale");
  EXPECT_EQ(outcome(token, session_, "sign-in"), "foreign");
  clock_.advance(10h);
  EXPECT_EQ(outcome(token, session_, "sign-out"), "stale");
  EXPECT_EQ(outcome(tokens_.issue_stale(session_, "sign-out"), session_, "sign-out"), "stale");
}

TEST_F(CsrfTokenTest, OfAnotherProcessIsForeign) {
  const CsrfTokens others{random_, clock_};
  EXPECT_EQ(outcome(others.issue(session_, "sign-out"), session_, "sign-out"), "foreign");
}

TEST_F(CsrfTokenTest, RefusesWhatIsMissingOrNoToken) {
  EXPECT_EQ(outcome("", session_, "sign-out"), "missing");
  const std::string token = tokens_.issue(session_, "sign-out");
  std::string other_alphabet = token;
  other_alphabet[3] = '+';
  std::string with_nul = token;
  with_nul[3] = '\0';
  for (const std::string& text :
       std::vector<std::string>{" ", token + "A", token.substr(1), token + "=", " " + token, other_alphabet, with_nul,
                                std::string(75, '.'), std::string(1'000'000, 'A')}) {
    EXPECT_EQ(outcome(text, session_, "sign-out"), "malformed") << text.substr(0, 80);
  }
}

TEST_F(CsrfTokenTest, IsForeignWithAnyCharacterChanged) {
  const std::string token = tokens_.issue(session_, "sign-out");
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = token[i] == 'Q' ? 'A' : 'Q';
    EXPECT_NE(outcome(changed, session_, "sign-out"), "good") << i;
  }
}

TEST_F(CsrfTokenTest, CannotBeMadeYoungerByItsTime) {
  const std::string old = tokens_.issue(session_, "sign-out");
  clock_.advance(kCsrfLifetime);
  const std::string young = tokens_.issue(session_, "sign-out");
  EXPECT_EQ(outcome(young.substr(0, 10) + old.substr(10), session_, "sign-out"), "foreign");
}

}  // namespace
}  // namespace belfry::accounts
