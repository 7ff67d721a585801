#pragma once

// The e-mails that forms ask for: links to reset a password, to confirm an address, invitations. What strangers can
// cause is bounded for each mailbox, silently, as the notices are (notice_limit.hpp).

#include "accounts/email_address.hpp"
#include "base/clock.hpp"
#include "people/mails.hpp"
#include "people/notice_limit.hpp"
#include "people/outbox.hpp"

namespace belfry::people {

// Any thread.
class Letters {
 public:
  // Both outlive this.
  Letters(const base::Clock& clock, Outbox& outbox) : outbox_{outbox}, limit_{clock} {}

  // Whether this mailbox may get one more of this kind within the hour; counts it. Asked before the store is, of every
  // address alike: what is refused here tells nothing of who has an account.
  bool admits(const accounts::EmailAddress& email, NoticeKind kind) { return limit_.admits(email, kind); }

  // Returns at once, whatever becomes of the mail.
  void post(const accounts::EmailAddress& to, Letter letter) { outbox_.post(to, std::move(letter)); }

 private:
  Outbox& outbox_;
  NoticeLimit limit_;
};

}  // namespace belfry::people
