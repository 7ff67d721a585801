#pragma once

// Tells the owner of an account by e-mail what happened to it, and administrators who waits for them. Without an outbox
// nobody can be told, and the log says that there was something; beyond the limit (notice_limit.hpp) there is neither.

#include "accounts/sign_in_notices.hpp"
#include "base/clock.hpp"
#include "people/notice_limit.hpp"
#include "people/outbox.hpp"
#include "record/log.hpp"

#include <vector>

namespace belfry::people {

// Any thread.
class MailNotices final : public accounts::SignInNotices {
 public:
  // `outbox` may be null; everything else outlives this, as it does.
  MailNotices(const base::Clock& clock, record::Log& log, Outbox* outbox, MailSite site);

  void locked(accounts::LockNotice notice) override;
  void new_device(accounts::NewDeviceNotice notice) override;
  void second_factor_changed(accounts::SecondFactorNotice notice) override;

  // A reset or a change: OWASP ASVS 5.0, 6.3.7, as for the second factor.
  void password_changed(const accounts::Person& person, base::WallTime at);
  // `before`: as they were until then; told at the address of then.
  void email_changed(const accounts::Person& before, base::WallTime at);
  // Somebody who signed up waits for one of them.
  void approval_asked(const std::vector<accounts::Person>& administrators, base::WallTime at);

 private:
  // Whether a letter is wanted; says in the log what nobody is told.
  bool wants(const accounts::EmailAddress& email, const accounts::PersonId& person, NoticeKind kind);

  record::Log& log_;
  Outbox* const outbox_;
  const MailSite site_;
  NoticeLimit limit_;
};

}  // namespace belfry::people
