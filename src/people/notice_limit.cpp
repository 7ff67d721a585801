#include "people/notice_limit.hpp"

#include <iterator>

namespace belfry::people {

std::string_view to_string(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::Locked:
      return "locked";
    case NoticeKind::NewDevice:
      return "new_device";
    case NoticeKind::SecondFactor:
      return "second_factor";
    case NoticeKind::Password:
      return "password";
    case NoticeKind::EmailChanged:
      return "email_changed";
    case NoticeKind::Approval:
      return "approval";
    case NoticeKind::Reset:
      return "reset";
    case NoticeKind::SignUp:
      return "sign_up";
    case NoticeKind::EmailChange:
      return "email_change";
  }
  return {};
}

bool NoticeLimit::admits(const accounts::EmailAddress& email, NoticeKind kind) {
  const std::lock_guard lock{mutex_};
  const base::SteadyTime now = clock_.steady_now();
  const auto drop_oldest = [this] {
    by_key_.erase(rows_.front().key);
    rows_.pop_front();
  };
  while (!rows_.empty() && now >= rows_.front().end) drop_oldest();
  Key key{email, kind};
  auto found = by_key_.find(key);
  if (found == by_key_.end()) {
    if (rows_.size() >= kEntries) drop_oldest();
    rows_.push_back({.key = key, .end = now + kPeriod});
    found = by_key_.emplace(std::move(key), std::prev(rows_.end())).first;
  }
  if (found->second->notices >= kNotices) return false;
  ++found->second->notices;
  return true;
}

}  // namespace belfry::people
