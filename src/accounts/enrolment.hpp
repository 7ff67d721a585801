#pragma once

// How a person comes to a second factor, and parts from it. An authenticator is offered a secret and confirms by a code
// that it has it; only then is it kept. Ten recovery codes are shown once, with that, and kept as hashes.
//
// A secret on offer belongs to a place: the session that it was asked for in, or the invitation that is being accepted.
// All tabs of a place are offered the same one.

#include "accounts/credential_check.hpp"
#include "accounts/session_cache.hpp"
#include "accounts/session_opener.hpp"
#include "accounts/short_lived.hpp"
#include "base/random.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::accounts {

// How long a secret is on offer: an app may have to be installed first.
inline constexpr std::chrono::minutes kEnrolmentLifetime{15};
// On offer at a time, inclusive.
inline constexpr std::size_t kEnrolments = 10'000;

struct EnrolmentOffer {
  std::string secret;  // 160 bits (RFC 4226, section 4, R6) in base32, in groups of four with blanks between
  std::string uri;     // otpauth://, for the QR code
};

struct Enrolled {
  Enrolment enrolment;                      // to be kept
  std::vector<std::string> recovery_codes;  // to be shown once
};

// The secrets on offer. Any thread, not blocking.
class EnrolmentOffers {
 public:
  // `issuer`, which the app shows, has no colon. Both references outlive this.
  EnrolmentOffers(std::string issuer, const base::Clock& clock, base::Random& random);

  EnrolmentOffer offer(const SecretHash& place, const EmailAddress& account);
  // Whether the secret on offer gives that code now; leaves it on offer. Over where none is.
  Checked<void> check(const SecretHash& place, std::string_view code);
  // Once.
  Checked<Enrolled> confirm(const SecretHash& place, std::string_view code);

 private:
  Checked<crypto::TotpStep> step_of(const SecretHash& place, std::string_view code);

  const std::string issuer_;
  const base::Clock& clock_;
  base::Random& random_;
  ShortLived<std::vector<std::byte>, SecretHash> secrets_;
};

// A session that replaces the one of before, as what is proven in it has changed.
struct Renewed {
  std::string session_token;
  Session session;
  std::vector<std::string> recovery_codes;  // to be shown once; none where it was turned off
};

// What a signed-in person does with it. Each needs the password again, and a code where there is a second factor
// already: whoever finds a browser open does not get the account with it. OWASP ASVS 5.0, 7.5.1: "Verify that the
// application requires full re-authentication before allowing modifications to sensitive account attributes".
class SecondFactorSettings {
 public:
  // All outlive this.
  SecondFactorSettings(AccountStore& store, base::BlockingPool& database, CredentialCheck& credentials,
                       SessionCache& sessions, EnrolmentOffers& offers, const base::Clock& clock, base::Random& random,
                       SignInNotices& notices);

  // Any thread. Refused are what CredentialCheck refuses, and Over where the session has ended meanwhile. Changing the
  // second factor ends all of the person's other sessions.

  // What is on offer to that session, confirmed by `new_code`; in place of the authenticator of before, of which `code`
  // is. `proven`: the password was given before the offer was shown. NotConfirmed before any attempt is spent.
  boost::asio::awaitable<Checked<Renewed>> turn_on(std::shared_ptr<const SignedInAs> who, ProvenPassword proven,
                                                   std::string code, std::string new_code, Visitor visitor);
  boost::asio::awaitable<Checked<Renewed>> turn_off(std::shared_ptr<const SignedInAs> who, std::string password,
                                                    std::string code, Visitor visitor);
  // In place of those of before; the session stays.
  boost::asio::awaitable<Checked<std::vector<std::string>>> renew_recovery_codes(std::shared_ptr<const SignedInAs> who,
                                                                                 std::string password, std::string code,
                                                                                 Visitor visitor);

 private:
  // Blocking.
  Checked<Renewed> turn_on_now(const Person& person, const SecretHash& place, std::string_view new_code,
                               const Visitor& visitor);
  Checked<Renewed> turn_off_now(const Person& person, const Visitor& visitor);
  Checked<std::vector<std::string>> renew_now(const Person& person);
  // All sessions end but for a new one.
  Checked<Renewed> renew(const Person& person, Proven proven, const Visitor& visitor);
  void tell(const Person& person, SecondFactorChange change);

  AccountStore& store_;
  base::BlockingPool& database_;
  CredentialCheck& credentials_;
  SessionOpener opener_;
  EnrolmentOffers& offers_;
  const base::Clock& clock_;
  base::Random& random_;
  SignInNotices& notices_;
};

}  // namespace belfry::accounts
