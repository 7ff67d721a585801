#pragma once

// What the owner of an account is to be told, as values: the words and the mail are others'. OWASP ASVS 5.0, 6.3.5:
// "Verify that users are notified of suspicious authentication attempts (successful or unsuccessful)."

#include "accounts/account_store.hpp"
#include "accounts/email_address.hpp"
#include "accounts/person.hpp"
#include "base/clock.hpp"

#include <cstdint>
#include <string>

namespace belfry::accounts {

// A row of wrong passwords or codes has locked the account, for those whom `counter` counts.
struct LockNotice {
  PersonId person;
  EmailAddress email;
  Counter counter;
  base::WallTime at;
  friend bool operator==(const LockNotice&, const LockNotice&) = default;
};

// Somebody signed in on a device that was not known; the first one too.
struct NewDeviceNotice {
  PersonId person;
  EmailAddress email;
  std::string device;   // what the browser says it is: text of a stranger
  std::string address;  // where it came from
  base::WallTime at;
  friend bool operator==(const NewDeviceNotice&, const NewDeviceNotice&) = default;
};

enum class SecondFactorChange : std::uint8_t { TurnedOn, TurnedOff, NewRecoveryCodes };

// OWASP ASVS 5.0, 6.3.7: "Verify that users are notified after updates to authentication details".
struct SecondFactorNotice {
  PersonId person;
  EmailAddress email;
  SecondFactorChange change;
  base::WallTime at;
  friend bool operator==(const SecondFactorNotice&, const SecondFactorNotice&) = default;
};

class SignInNotices {
 public:
  virtual ~SignInNotices() = default;
  // Called on any thread. They return at once, whatever becomes of the notice: who signs in does not wait for a mail,
  // and cannot tell by the time whether one is sent.
  virtual void locked(LockNotice notice) = 0;
  virtual void new_device(NewDeviceNotice notice) = 0;
  virtual void second_factor_changed(SecondFactorNotice notice) = 0;
};

}  // namespace belfry::accounts
