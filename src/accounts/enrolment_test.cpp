#include "accounts/enrolment.hpp"

#include "accounts/accounts_test_support.hpp"
#include "crypto/base32.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::accounts {
namespace {

using namespace std::chrono_literals;

class EnrolmentTest : public AccountsTest {
 protected:
  static std::vector<std::byte> secret_of(const EnrolmentOffer& offer) {
    std::string text = offer.secret;
    std::erase(text, ' ');
    return crypto::from_base32(text).value();
  }
  std::string code_of(const EnrolmentOffer& offer) const {
    return crypto::totp_code(secret_of(offer), crypto::totp_step(clock_.wall_now()).value());
  }
  std::shared_ptr<const SignedInAs> sign_in(std::string email) {
    return sessions_.find(signed_in(std::move(email), visitor()).session_token, kHost);
  }
  std::shared_ptr<const SignedInAs> sign_in_with_code(std::string email) {
    clock_.advance(90s);
    const auto in = try_code(pending(std::move(email), visitor()), code_at(0s), visitor()).value();
    clock_.advance(90s);
    return sessions_.find(in.session_token, kHost);
  }
  Checked<Renewed> turn_on(const std::shared_ptr<const SignedInAs>& who, std::string password, std::string code,
                           std::string new_code) {
    // As the page does: nothing is spent where the code is not the offer's.
    if (const auto confirmed = offers_.check(who->token, new_code); !confirmed)
      return std::unexpected{confirmed.error()};
    auto proven = await_for_test(credentials_.password(who->email.text(), std::move(password), visitor().device));
    if (!proven) return std::unexpected{proven.error()};
    return await_for_test(settings_.turn_on(who, std::move(*proven), std::move(code), std::move(new_code), visitor()));
  }
  Checked<Renewed> turn_off(const std::shared_ptr<const SignedInAs>& who, std::string password, std::string code) {
    return await_for_test(settings_.turn_off(who, std::move(password), std::move(code), visitor()));
  }

  EnrolmentOffers offers_{"Belfry", clock_, random_};
  SecondFactorSettings settings_{store_, database_, credentials_, sessions_, offers_, clock_, random_, notices_};
  const Person ann_ = add("ann@example.com");
  const SecretHash place_ = SecretHash::of("an invitation");
};

TEST_F(EnrolmentTest, OffersASecretOf160BitsThatAppsCanRead) {
  const EnrolmentOffer offer = offers_.offer(place_, ann_.email);
  EXPECT_EQ(secret_of(offer).size(), 20U);
  EXPECT_EQ(offer.secret.size(), 39U);
  EXPECT_EQ(offer.uri, crypto::totp_uri("Belfry", "ann@example.com", secret_of(offer)));
  // In all tabs of the place the same, in another place another.
  EXPECT_EQ(offers_.offer(place_, ann_.email).secret, offer.secret);
  EXPECT_NE(offers_.offer(SecretHash::of("another"), ann_.email).secret, offer.secret);
}

TEST_F(EnrolmentTest, IsConfirmedByACodeOnceAndGivesTenRecoveryCodes) {
  const EnrolmentOffer offer = offers_.offer(place_, ann_.email);
  EXPECT_TRUE(offers_.check(place_, code_of(offer)));
  const auto enrolled = offers_.confirm(place_, code_of(offer));
  ASSERT_TRUE(enrolled);
  EXPECT_EQ(enrolled->enrolment.secret, secret_of(offer));
  EXPECT_EQ(enrolled->enrolment.confirmed, crypto::totp_step(clock_.wall_now()));
  const std::set<std::string> different{enrolled->recovery_codes.begin(), enrolled->recovery_codes.end()};
  EXPECT_EQ(different.size(), 10U);
  ASSERT_EQ(enrolled->enrolment.recovery_codes.size(), 10U);
  EXPECT_EQ(enrolled->enrolment.recovery_codes[3], hash_of_recovery_code(enrolled->recovery_codes[3]));
  EXPECT_EQ(outcome(offers_.confirm(place_, code_of(offer))), "over");
}

TEST_F(EnrolmentTest, IsNotConfirmedByAnotherCode) {
  const EnrolmentOffer offer = offers_.offer(place_, ann_.email);
  const std::string right = code_of(offer);
  for (const std::string& code : std::vector<std::string>{
           "", "12345", right + "0", code_of(offers_.offer(SecretHash::of("another"), ann_.email))}) {
    EXPECT_EQ(outcome(offers_.confirm(place_, code)), "not confirmed") << code;
  }
  EXPECT_EQ(outcome(offers_.confirm(SecretHash::of("nowhere"), right)), "over");
  EXPECT_EQ(outcome(offers_.confirm(place_, right.substr(0, 3) + " " + right.substr(3))), "in");
}

TEST_F(EnrolmentTest, IsOverAfterItsTime) {
  offers_.offer(place_, ann_.email);
  clock_.advance(kEnrolmentLifetime);
  EXPECT_EQ(outcome(offers_.check(place_, "000000")), "over");
}

TEST_F(EnrolmentTest, TurnsOnByThePasswordAndReplacesEverySession) {
  const auto other = sign_in("ann@example.com");
  const auto who = sign_in("ann@example.com");
  const std::string code = code_of(offers_.offer(who->token, who->email));
  const auto renewed = turn_on(who, kPassword, "", code);
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->session.proven, Proven::SecondFactor);
  EXPECT_EQ(renewed->recovery_codes.size(), 10U);
  EXPECT_FALSE(sessions_.is_signed_in(other->token));
  EXPECT_FALSE(sessions_.is_signed_in(who->token));
  const auto now = sessions_.find(renewed->session_token, kHost);
  ASSERT_TRUE(now);
  EXPECT_TRUE(now->has_second_factor);
  EXPECT_EQ(store_.sessions(ann_.id).value().size(), 1U);
  EXPECT_EQ(notices_.changes,
            (std::vector<SecondFactorNotice>{{ann_.id, ann_.email, SecondFactorChange::TurnedOn, clock_.wall_now()}}));
  // The code that confirmed is used; a recovery code gets in.
  EXPECT_EQ(outcome(try_code(pending("ann@example.com", visitor()), code, visitor())), "wrong");
  EXPECT_EQ(outcome(try_code(pending("ann@example.com", visitor()), renewed->recovery_codes[0], visitor())), "in");
}

TEST_F(EnrolmentTest, SpendsNoAttemptOnAnAuthenticatorThatDoesNotConfirm) {
  const auto who = sign_in("ann@example.com");
  EXPECT_EQ(outcome(turn_on(who, kPassword, "", "000000")), "over");
  offers_.offer(who->token, who->email);
  store_.calls.clear();
  EXPECT_EQ(outcome(turn_on(who, kPassword, "", "no code")), "not confirmed");
  EXPECT_TRUE(store_.calls.empty());
}

TEST_F(EnrolmentTest, CountsWrongPasswordsLikeEveryOtherRoute) {
  const auto who = sign_in("ann@example.com");
  const std::string code = code_of(offers_.offer(who->token, who->email));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(outcome(turn_on(who, "wrong", "", code)), "wrong");
  EXPECT_EQ(outcome(turn_on(who, kPassword, "", code)), "wrong");
  EXPECT_EQ(outcome_of("ann@example.com", kPassword, visitor()), "wrong");
  EXPECT_EQ(notices_.locks.size(), 1U);
  EXPECT_FALSE(store_.find(ann_.id).value().has_second_factor);
}

TEST_F(EnrolmentTest, ReplacesAnAuthenticatorByACodeOfIt) {
  enrol(ann_);
  const auto who = sign_in_with_code("ann@example.com");
  const std::string new_code = code_of(offers_.offer(who->token, who->email));
  EXPECT_EQ(outcome(turn_on(who, kPassword, "", new_code)), "wrong");
  EXPECT_EQ(outcome(turn_on(who, kPassword, wrong_code(), new_code)), "wrong");
  EXPECT_EQ(store_.second_factor(ann_.id).value().secret, secret_);
  EXPECT_EQ(outcome(turn_on(who, kPassword, code_at(0s), new_code)), "in");
  EXPECT_NE(store_.second_factor(ann_.id).value().secret, secret_);
}

TEST_F(EnrolmentTest, TurnsOffByPasswordAndCode) {
  const auto codes = enrol(ann_);
  const auto who = sign_in_with_code("ann@example.com");
  EXPECT_EQ(outcome(turn_off(who, kPassword, "")), "wrong");
  EXPECT_EQ(outcome(turn_off(who, "wrong", code_at(0s))), "wrong");
  EXPECT_TRUE(store_.find(ann_.id).value().has_second_factor);
  const auto renewed = turn_off(who, kPassword, codes[0]);
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->session.proven, Proven::Password);
  EXPECT_TRUE(renewed->recovery_codes.empty());
  EXPECT_FALSE(store_.find(ann_.id).value().has_second_factor);
  EXPECT_FALSE(sessions_.is_signed_in(who->token));
  EXPECT_EQ(notices_.changes.back().change, SecondFactorChange::TurnedOff);
  // Nothing is left to turn off.
  const auto again = sessions_.find(renewed->session_token, kHost);
  EXPECT_EQ(outcome(turn_off(again, kPassword, codes[1])), "over");
}

TEST_F(EnrolmentTest, RenewsRecoveryCodesAndEndsThoseOfBefore) {
  const auto before = enrol(ann_);
  const auto who = sign_in_with_code("ann@example.com");
  const auto after =
      await_for_test(settings_.renew_recovery_codes(who, std::string{kPassword}, code_at(0s), visitor()));
  ASSERT_TRUE(after);
  EXPECT_TRUE(sessions_.is_signed_in(who->token));
  EXPECT_EQ(outcome(try_code(pending("ann@example.com", visitor()), before[0], visitor())), "wrong");
  EXPECT_EQ(outcome(try_code(pending("ann@example.com", visitor()), after->at(0), visitor())), "in");
}

TEST_F(EnrolmentTest, IsOverWhereTheSessionHasEnded) {
  const auto codes = enrol(ann_);
  const auto who = sign_in_with_code("ann@example.com");
  ASSERT_TRUE(store_.end_sessions(ann_.id, std::nullopt));
  EXPECT_EQ(outcome(turn_off(who, kPassword, codes[0])), "over");
  EXPECT_TRUE(store_.find(ann_.id).value().has_second_factor);
}

TEST_F(EnrolmentTest, IsWrongWithTheCredentialsOfAnother) {
  const Person bob = add("bob@example.com");
  const auto who = sign_in("ann@example.com");
  SignedInAs mixed = *who;
  mixed.email = bob.email;  // as it would be if the two had changed their e-mails
  const auto confused = std::make_shared<const SignedInAs>(mixed);
  const std::string code = code_of(offers_.offer(who->token, who->email));
  EXPECT_EQ(outcome(turn_on(confused, kPassword, "", code)), "wrong");
  EXPECT_FALSE(store_.find(ann_.id).value().has_second_factor);
  EXPECT_FALSE(store_.find(bob.id).value().has_second_factor);
}

}  // namespace
}  // namespace belfry::accounts
