#pragma once

// Whether somebody has a person's password, or their second factor: the one place where either is tried, so that no
// route takes a credential past the lock (each attempt is reserved first: accounts/account_store.hpp).
//
// A wrong password, one of a locked account, of a person who may not sign in, of nobody, and an e-mail that is none are
// one answer, and the same work: one transaction, one hashing. OWASP ASVS 5.0, 6.3.8: "Verify that valid users cannot
// be deduced from failed authentication challenges".

#include "accounts/account_store.hpp"
#include "accounts/password_hashing.hpp"
#include "accounts/session_cache.hpp"
#include "accounts/sign_in_notices.hpp"
#include "base/blocking_pool.hpp"
#include "base/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::accounts {

enum class SignInRefusal : std::uint8_t {
  Wrong,         // or locked; it is not told which
  Over,          // what was begun is over, was used, or is another browser's: to be begun anew
  NotConfirmed,  // a new authenticator's code is not right; no attempt was spent
  Busy,          // as many are at it as may be: 503 with Retry-After (kHashingRetryAfter)
  Unavailable,   // the store failed: nobody gets in
};
std::string_view to_string(SignInRefusal refusal);

// What a failure of the store comes to. What it refuses or does not find was right until a moment ago.
SignInRefusal refusal_of(AccountError error);

template <class T>
using Checked = std::expected<T, SignInRefusal>;

struct ProvenPassword {
  Person person;
  Attempt attempt;  // tells, by was_right(), whether the password is still the same later on
  bool device_is_known = false;
};

// The pieces that a drill's control is without (app/measures.hpp), and by default the real ones.
struct CredentialPieces {
  // Spends an attempt.
  static Answer<Attempt> reserve(AccountStore& store, const EmailAddress& email,
                                 const std::optional<SecretHash>& device) {
    return store.reserve_password(email, device);
  }
  // Whether the digits are a code of now that was not used; it is used from now on.
  static Answer<bool> use(AccountStore& store, const PersonId& id, const Authenticator& authenticator,
                          std::string_view digits, base::WallTime now);

  Answer<Attempt> (*reserve_password)(AccountStore&, const EmailAddress&, const std::optional<SecretHash>&) = &reserve;
  Answer<bool> (*use_code)(AccountStore&, const PersonId&, const Authenticator&, std::string_view,
                           base::WallTime) = &use;
};

class CredentialCheck {
 public:
  // All outlive this. The queue of `database` is no shorter than the hashing's, or an attempt may be spent on a
  // password that was right and found no place to say so.
  CredentialCheck(AccountStore& store, base::BlockingPool& database, PasswordHashing& hashing, const base::Clock& clock,
                  SignInNotices& notices, CredentialPieces pieces = {});

  // Any thread. `email` as it was typed, without blanks around it. `device`: what the browser says it is known as. A
  // hash of a lower cost is replaced on the way.
  boost::asio::awaitable<Checked<ProvenPassword>> password(std::string email, std::string password,
                                                           std::optional<SecretHash> device);

  // Blocking, on the database pool. `typed`: a code of the authenticator, with or without blanks, or a recovery code.
  Checked<void> code(const Person& person, std::string_view typed);

  // What is left to prove of somebody who is signed in, once the password was right: that it is that person's, that it
  // and the session are good still (Over), and the code where there is a second factor. Blocking, on the database pool.
  Checked<Person> again(const ProvenPassword& proven, const SignedInAs& who, std::string_view code);
  // The same without a code.
  Checked<Person> again(const ProvenPassword& proven, const SignedInAs& who);

 private:
  Answer<Person> settle(const Attempt& attempt, const std::optional<std::string>& renewed);
  Answer<bool> is_code(const PersonId& id, std::string_view typed, bool may_be_used);

  AccountStore& store_;
  base::BlockingPool& database_;
  PasswordHashing& hashing_;
  const base::Clock& clock_;
  SignInNotices& notices_;
  const CredentialPieces pieces_;
};

}  // namespace belfry::accounts
