#pragma once

// Signing in: the password, then the second factor of those who have one, then a session. In between stands a pending
// sign-in, which is worth nothing without a code: a token of ten minutes, of the person and the browser that gave the
// password. Beginning anew gives no more tries, as codes are counted for the account.
//
// Every success gives a new token of the session and a new one of the device, and ends the session that the browser had
// (OWASP ASVS 5.0, 7.2.4: "Verify that the application generates a new session token on user authentication,
// including re-authentication, and terminates the current session token").

#include "accounts/credential_check.hpp"
#include "accounts/session_cache.hpp"
#include "accounts/session_opener.hpp"
#include "accounts/short_lived.hpp"
#include "base/random.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace belfry::accounts {

// How long the second step may take. OWASP ASVS 5.0, 6.5.5, allows a code ten minutes that is sent out of band.
inline constexpr std::chrono::minutes kPendingLifetime{10};
// Pending sign-ins, of all and of a person; inclusive.
inline constexpr std::size_t kPendingSignIns = 10'000;
inline constexpr std::size_t kPendingPerPerson = 10;

struct SignedIn {
  std::string session_token;
  std::string device_token;
  Person person;
  Session session;
};

// The password was right.
struct CodeNeeded {
  std::string pending;
};

using PasswordOutcome = std::variant<SignedIn, CodeNeeded>;

class SignIn {
 public:
  // All outlive this; `random` is drawn from on the pool's threads.
  SignIn(AccountStore& store, base::BlockingPool& database, CredentialCheck& credentials, SessionCache& sessions,
         const base::Clock& clock, base::Random& random, SignInNotices& notices);

  // Any thread.
  boost::asio::awaitable<Checked<PasswordOutcome>> password(std::string email, std::string password, Visitor visitor);
  // `typed`: as of CredentialCheck::code(). After Wrong, the same pending sign-in may be tried again.
  boost::asio::awaitable<Checked<SignedIn>> code(std::string pending, std::string typed, Visitor visitor);
  // Whose pending sign-in it is, to count what fails; empty where there is none.
  std::string email_of(std::string_view pending);
  // For whoever has proved it by other means, an invitation: a session, and a known device. Blocking, on the database
  // pool.
  Checked<SignedIn> complete(const Person& person, Proven proven, bool device_is_known, const Visitor& visitor);

  std::uint64_t pending_pushed_out() const { return pending_.pushed_out(); }

 private:
  struct Pending {
    Person person;
    Attempt password;  // the attempt that was right
    bool device_is_known;
    SecretHash browser;
  };

  // Blocking.
  Checked<PasswordOutcome> go_on(const ProvenPassword& proven, const Visitor& visitor);
  Checked<SignedIn> code_now(std::string_view pending, std::string_view typed, const Visitor& visitor);

  AccountStore& store_;
  base::BlockingPool& database_;
  CredentialCheck& credentials_;
  SessionOpener opener_;
  const base::Clock& clock_;
  base::Random& random_;
  SignInNotices& notices_;
  ShortLived<Pending> pending_;
};

}  // namespace belfry::accounts
