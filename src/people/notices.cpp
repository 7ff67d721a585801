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

bool MailNotices::wants(const accounts::EmailAddress& email, const accounts::PersonId& person, NoticeKind kind) {
  // A drill locks its own canary, over and over.
  if (accounts::is_canary(email)) return false;
  if (!limit_.admits(email, kind)) return false;
  if (outbox_ != nullptr) return true;
  log_.info("nobody was told: there is no mail server", {{"person", person.to_string()}, {"notice", to_string(kind)}});
  return false;
}

}  // namespace belfry::people
