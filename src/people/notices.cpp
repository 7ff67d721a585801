#include "people/notices.hpp"

#include "accounts/canary.hpp"

#include <utility>

namespace belfry::people {

MailNotices::MailNotices(const base::Clock& clock, record::Log& log, Outbox* outbox, MailSite site)
    : log_{log}, outbox_{outbox}, site_{std::move(site)}, limit_{clock} {}

void MailNotices::locked(accounts::LockNotice notice) {
  if (wants(notice.email, notice.person, NoticeKind::Locked)) {
    outbox_->post(notice.email, people::locked(site_, notice));
  }
}

void MailNotices::new_device(accounts::NewDeviceNotice notice) {
  if (wants(notice.email, notice.person, NoticeKind::NewDevice)) {
    outbox_->post(notice.email, people::new_device(site_, notice));
  }
}

void MailNotices::second_factor_changed(accounts::SecondFactorNotice notice) {
  if (wants(notice.email, notice.person, NoticeKind::SecondFactor)) {
    outbox_->post(notice.email, people::second_factor_changed(site_, notice));
  }
}

void MailNotices::password_changed(const accounts::Person& person, base::WallTime at) {
  if (wants(person.email, person.id, NoticeKind::Password)) {
    outbox_->post(person.email, people::password_changed(site_, at));
  }
}

void MailNotices::email_changed(const accounts::Person& before, base::WallTime at) {
  if (wants(before.email, before.id, NoticeKind::EmailChanged)) {
    outbox_->post(before.email, people::email_changed(site_, at));
  }
}

void MailNotices::approval_asked(const std::vector<accounts::Person>& administrators, base::WallTime at) {
  for (const accounts::Person& one : administrators) {
    if (wants(one.email, one.id, NoticeKind::Approval)) outbox_->post(one.email, people::approval_asked(site_, at));
  }
}

bool MailNotices::wants(const accounts::EmailAddress& email, const accounts::PersonId& person, NoticeKind kind) {
  // A drill locks its own canary, over and over.
  if (accounts::is_canary(email)) return false;
  if (!limit_.admits(email, kind)) return false;
  // The operator sees it in either case.
  const bool has_mail = outbox_ != nullptr;
  log_.info("something happened to an account",
            {{"person", person.to_string()}, {"notice", to_string(kind)}, {"told", has_mail ? "by mail" : "nobody"}});
  return has_mail;
}

}  // namespace belfry::people
