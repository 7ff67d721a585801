#pragma once

// All that signing in needs, with a clock that stands still, a store in memory and hashes of the lowest cost.

#include "accounts/await_for_test.hpp"
#include "accounts/credential_check.hpp"
#include "accounts/fake_account_store.hpp"
#include "accounts/password_hashing.hpp"
#include "accounts/session_cache.hpp"
#include "accounts/session_opener.hpp"
#include "accounts/sign_in.hpp"
#include "crypto/bcrypt.hpp"
#include "crypto/totp.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::accounts {

class FakeSignInNotices final : public SignInNotices {
 public:
  std::vector<LockNotice> locks;
  std::vector<NewDeviceNotice> new_devices;
  std::vector<SecondFactorNotice> changes;

  void locked(LockNotice notice) override { locks.push_back(std::move(notice)); }
  void new_device(NewDeviceNotice notice) override { new_devices.push_back(std::move(notice)); }
  void second_factor_changed(SecondFactorNotice notice) override { changes.push_back(std::move(notice)); }
};

class AccountsTest : public testing::Test {
 protected:
  static constexpr unsigned kCost = 4;
  static constexpr const char* kPassword = "correct horse";
  static constexpr const char* kHost = "belfry.example.com";

  Person add(std::string_view email, Role role = Role::Member, PersonState state = PersonState::Active,
             unsigned cost = kCost) {
    const NewPerson person{.id = PersonId::random(random_),
                           .email = EmailAddress::parse(email).value(),
                           .name = "Ann",
                           .password_hash = crypto::bcrypt_hash(kPassword, cost, random_),
                           .second_factor = std::nullopt};
    return store_.add(person, role, state).value();
  }
  // With the codes that recover.
  std::vector<std::string> enrol(const Person& person) {
    auto codes = new_recovery_codes(random_);
    Enrolment enrolment{.secret = secret_, .confirmed = 0, .recovery_codes = {}};
    for (const std::string& code : codes) enrolment.recovery_codes.push_back(hash_of_recovery_code(code).value());
    EXPECT_TRUE(store_.set_second_factor(person.id, enrolment));
    return codes;
  }
  std::string code_at(std::chrono::milliseconds from_now) const {
    return crypto::totp_code(secret_, crypto::totp_step(clock_.wall_now() + from_now).value());
  }
  // One that no step near now has.
  std::string wrong_code() const {
    for (char digit = '0'; digit <= '9'; ++digit) {
      const std::string code(crypto::kTotpDigits, digit);
      const std::chrono::seconds near = crypto::kTotpPeriod;
      if (code != code_at(-near) && code != code_at(std::chrono::seconds{0}) && code != code_at(near)) return code;
    }
    return {};
  }
  Visitor visitor(std::string_view browser = "browser") const {
    return {.browser = SecretHash::of(browser),
            .device = std::nullopt,
            .before = nullptr,
            .host = kHost,
            .description = "Firefox on Debian",
            .address = "192.0.2.1"};
  }

  Checked<PasswordOutcome> try_password(std::string email, std::string password, const Visitor& from) {
    return await_for_test(sign_in_.password(std::move(email), std::move(password), from));
  }
  Checked<SignedIn> try_code(std::string pending, std::string code, const Visitor& from) {
    return await_for_test(sign_in_.code(std::move(pending), std::move(code), from));
  }
  // Where the password is all that is asked for.
  SignedIn signed_in(std::string email, const Visitor& from) {
    return std::get<SignedIn>(try_password(std::move(email), kPassword, from).value());
  }
  std::string pending(std::string email, const Visitor& from) {
    return std::get<CodeNeeded>(try_password(std::move(email), kPassword, from).value()).pending;
  }
  static std::string outcome(const auto& checked) { return checked ? "in" : std::string{to_string(checked.error())}; }
  // By the password alone.
  std::string outcome_of(std::string email, std::string password, const Visitor& from) {
    return outcome(try_password(std::move(email), std::move(password), from));
  }

  base::FakeClock clock_;
  base::FakeRandom random_;
  const std::vector<std::byte> secret_ = crypto::new_totp_secret(random_);
  FakeAccountStore store_{clock_};
  base::BlockingPool database_{1, 16};
  PasswordHashing hashing_{{.format = PasswordFormat::Plain, .cost = kCost, .threads = 1, .queue = 4},
                           crypto::Key256::random(random_),
                           random_};
  FakeSignInNotices notices_;
  SessionCache sessions_{store_, clock_, SessionLimits{}};
  CredentialCheck credentials_{store_, database_, hashing_, clock_, notices_};
  SignIn sign_in_{store_, database_, credentials_, sessions_, clock_, random_, notices_};
};

}  // namespace belfry::accounts
