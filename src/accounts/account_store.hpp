#pragma once

// Where people and what they prove themselves by are kept. Blocking: called on the database pool alone, by any of its
// threads. What a call acknowledged is kept through a crash and a power cut; what it refused changed nothing.
//
// Canaries (accounts/canary.hpp) are people to every call that names one, but in no list of people, and never
// administrators. Whatever would make a canary of an e-mail, or an e-mail of a canary, is Refused, but add_canary().
//
// It sees no password, token or code, only their hashes; the secret of the second factor, which has to be computed
// with, is kept sealed. Limits in time are its own, by both clocks (accounts/running_time.hpp): callers hand in no
// time.

#include "accounts/account_error.hpp"
#include "accounts/email_address.hpp"
#include "accounts/link.hpp"
#include "accounts/lockout.hpp"
#include "accounts/person.hpp"
#include "accounts/secret.hpp"
#include "accounts/session.hpp"
#include "crypto/totp.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::accounts {

template <class T>
using Answer = std::expected<T, AccountError>;

// What a store holds everybody to.
struct AccountLimits {
  LockoutPolicy lockout;
  SessionLimits sessions;
};

// What an authenticator was enrolled with.
struct Enrolment {
  std::vector<std::byte> secret;
  crypto::TotpStep confirmed = 0;  // the step of the code that confirmed it: used
  std::vector<SecretHash> recovery_codes;
};

struct NewPerson {
  PersonId id;
  EmailAddress email;
  std::string name;
  std::string password_hash;
  std::optional<Enrolment> second_factor;
};

// What a person's second factor is computed with.
struct Authenticator {
  std::vector<std::byte> secret;
  crypto::TotpStep confirmed = 0;  // the step in which it was enrolled: since then it is on
  std::optional<crypto::TotpStep> newest_used;
  std::size_t recovery_codes_left = 0;
};

// Who counts an attempt.
enum class Counter : std::uint8_t {
  Strangers,  // all devices that the person did not sign in on before
  Device,     // one that they did
  Codes,      // of the second factor, on whatever device
  Nobody,     // e-mails of nobody, many of which share a counter
};
std::string_view to_string(Counter counter);

// An attempt that is spent, or that was refused.
struct Attempt {
  bool admitted = false;
  bool locks = false;  // the last of its row: if it is wrong, its person is to be told
  // Whose password it may be; none where it was refused, the e-mail is nobody's, or the person may not sign in. The
  // caller hashes and answers alike in all of these.
  std::optional<PersonId> person;
  std::string password_hash;

  // What the store knows it by.
  Counter counter = Counter::Nobody;
  std::string subject;
  std::uint64_t number = 0;
  std::uint64_t password = 0;  // how many the person had until then
};

// Whether an e-mail that somebody wishes for is nobody's.
enum class NewEmail : std::uint8_t { Free, Taken };

// All that is kept of a person and can be told them.
struct AccountExport {
  Person person;
  std::vector<Session> sessions;
  std::size_t known_devices = 0;
  std::size_t recovery_codes_left = 0;
};

// Devices that are known of a person, inclusive: one more and the one unused for longest is a stranger again.
inline constexpr std::size_t kDevicesPerPerson = 20;

class AccountStore {
 public:
  virtual ~AccountStore() = default;

  // ---- Links. A new one for the same step and the same person or e-mail ends the one before, but for sign-ups.

  // AlreadyThere where there is an administrator.
  virtual Answer<void> offer_first_administrator(const SecretHash& token) = 0;
  // Good for as long as `inviter` stays an active administrator. EmailTaken where somebody has the e-mail who does not
  // wait for approval.
  virtual Answer<void> invite(const SecretHash& token, const EmailAddress& email, Role role,
                              const PersonId& inviter) = 0;
  // EmailTaken where somebody has the e-mail. Strangers ask for these, so that one ends no other of the same e-mail,
  // which may be its owner's; beyond kOpenSignUps the oldest of all goes.
  virtual Answer<void> offer_sign_up(const SecretHash& token, const EmailAddress& email) = 0;
  // To reset the password; whose it is, if anybody's who may sign in (NotFound).
  virtual Answer<Person> offer_reset(const SecretHash& token, const EmailAddress& email) = 0;
  // Two links, both of which have to be confirmed within their hour. Where somebody has the e-mail they are made all
  // the same, so that neither can be told from one that is good: that of the new address is then for nobody.
  virtual Answer<NewEmail> offer_email_change(const SecretHash& from, const SecretHash& to, const PersonId& person,
                                              const EmailAddress& email) = 0;
  // Leaves it unused.
  virtual Answer<Link> link(LinkStep step, const SecretHash& token) = 0;
  // Invitations that can still be accepted, oldest first.
  virtual Answer<std::vector<Link>> invitations() = 0;
  // Ends a link of any step; nothing where there is none.
  virtual Answer<void> withdraw(const SecretHash& token) = 0;

  // ---- What links are used for: once, in the same step with what they allow.

  // AlreadyThere where another was faster.
  virtual Answer<Person> accept_first_administrator(const SecretHash& token, const NewPerson& person) = 0;
  // With the role of the invitation; refused for another e-mail than it was sent to. In place of somebody who waited
  // for approval under that e-mail, which they had not shown to be theirs.
  virtual Answer<Person> accept_invitation(const SecretHash& token, const NewPerson& person) = 0;
  // As a member in this state; Refused for another e-mail than it was sent to. EmailTaken where somebody else came
  // first; then too, every link to sign up with that e-mail is spent.
  virtual Answer<Person> accept_sign_up(const SecretHash& token, const NewPerson& person, PersonState state) = 0;
  // Lifts every lock that attempts made, forgets known devices, and ends the person's sessions and links.
  virtual Answer<Person> reset_password(const SecretHash& token, std::string_view password_hash) = 0;
  // Whether both ends have confirmed by now, and the e-mail is the new one.
  virtual Answer<bool> confirm_email_change(LinkStep end, const SecretHash& token) = 0;

  // ---- People.

  virtual Answer<Person> add(const NewPerson& person, Role role, PersonState state) = 0;
  virtual Answer<Person> find(const PersonId& id) = 0;
  virtual Answer<Person> find(const EmailAddress& email) = 0;
  // Who is active. Refused for an e-mail that is no canary's, and for an administrator.
  virtual Answer<Person> add_canary(const NewPerson& person, Role role) = 0;
  // By when they came, as are:
  virtual Answer<std::vector<Person>> people() = 0;
  // What drills have not erased: also those that were cut off.
  virtual Answer<std::vector<Person>> canaries() = 0;
  // These end the person's sessions. Of who is no active administrator any more, and of who is erased as one, every
  // invitation ends, and every link to reset a password with it, as they may have handed on any.
  virtual Answer<void> set_role(const PersonId& id, Role role) = 0;
  virtual Answer<void> set_state(const PersonId& id, PersonState state) = 0;
  virtual Answer<void> set_name(const PersonId& id, std::string_view name) = 0;
  // With everything that is kept of them.
  virtual Answer<void> erase(const PersonId& id) = 0;
  virtual Answer<AccountExport> export_of(const PersonId& id) = 0;

  // ---- Passwords.

  virtual Answer<std::string> password_hash(const PersonId& id) = 0;
  // Ends the person's sessions and their links (to reset the password, and to change the e-mail), and forgets the
  // devices that were known but for `kept`.
  virtual Answer<void> set_password(const PersonId& id, std::string_view hash,
                                    const std::optional<SecretHash>& kept) = 0;
  // The same password under a higher cost; false where it was changed meanwhile, which stays.
  virtual Answer<bool> rehash_password(const PersonId& id, std::string_view old_hash, std::string_view new_hash) = 0;
  // Everybody's but canaries', for the evidence of how they are hashed.
  virtual Answer<std::vector<std::string>> password_hashes() = 0;

  // ---- The second factor.

  // In place of any before.
  virtual Answer<void> set_second_factor(const PersonId& id, const Enrolment& enrolment) = 0;
  // NotFound where there is none.
  virtual Answer<Authenticator> second_factor(const PersonId& id) = 0;
  // Whether the step is newer than the newest used; it is that from now on. Of two at the same time one is.
  virtual Answer<bool> use_step(const PersonId& id, crypto::TotpStep step) = 0;
  // Whether it is one of the person's that was not used.
  virtual Answer<bool> use_recovery_code(const PersonId& id, const SecretHash& code) = 0;
  virtual Answer<void> set_recovery_codes(const PersonId& id, const std::vector<SecretHash>& codes) = 0;
  virtual Answer<void> remove_second_factor(const PersonId& id) = 0;

  // ---- Attempts, after OWASP's device cookies. Each is spent before anything is hashed (accounts/lockout.hpp).

  // `device`: what the device says it is; a stranger's unless that person signed in on it.
  virtual Answer<Attempt> reserve_password(const EmailAddress& email, const std::optional<SecretHash>& device) = 0;
  // Of a code or a recovery code.
  virtual Answer<Attempt> reserve_code(const PersonId& id) = 0;
  // The person may go on. Refused where the password was changed, or the person locked, while it was hashed.
  virtual Answer<void> was_right(const Attempt& attempt) = 0;
  // As an administrator may.
  virtual Answer<void> lift_locks(const PersonId& id) = 0;
  // As if so much time had passed for the locks of a canary: what a drill cannot wait for. Refused for anybody else.
  virtual Answer<void> age_locks(const PersonId& canary, std::chrono::milliseconds by) = 0;
  // The person signed in on it, with all that they have to prove. `before`: what it was known as until then, which is
  // forgotten with its counter, so that a renewed device takes one place and not two.
  virtual Answer<void> know_device(const PersonId& id, const SecretHash& device,
                                   const std::optional<SecretHash>& before) = 0;

  // ---- Sessions. One that is over by a limit is not there. Whatever ends one but its limits, a place that another
  // takes too, ends in the same step those that were handed over from it.

  // By its clocks, to compare the times of a session with.
  virtual Answer<Moment> now() = 0;
  // Its times are set here. With a parent: NotFound where that is not there or not of the same person, Refused where it
  // was handed over itself.
  virtual Answer<Session> open_session(const Session& session) = 0;
  virtual Answer<Session> session(const SecretHash& token) = 0;
  // They were used until now: many at a time, as each call waits for the disk. Those that are over stay so.
  virtual Answer<void> use_sessions(const std::vector<SecretHash>& tokens) = 0;
  // The one used last first.
  virtual Answer<std::vector<Session>> sessions(const PersonId& id) = 0;
  // Everybody's.
  virtual Answer<std::vector<Session>> sessions() = 0;
  // NotFound where it is not that person's.
  virtual Answer<void> end_session(const PersonId& id, const SecretHash& token) = 0;
  // But for `kept` itself: what was handed over from it is handed over anew.
  virtual Answer<void> end_sessions(const PersonId& id, const std::optional<SecretHash>& kept) = 0;
};

}  // namespace belfry::accounts
