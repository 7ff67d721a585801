#include "accounts/lockout.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace belfry::accounts {

std::chrono::milliseconds lock_duration(const LockoutPolicy& policy, std::uint32_t lock) {
  std::chrono::milliseconds duration = std::min(policy.first, policy.longest);
  // A lock of no length stays one, however often it is doubled.
  if (duration <= std::chrono::milliseconds::zero()) return std::chrono::milliseconds::zero();
  for (std::uint32_t doubled = 1; doubled < lock && duration < policy.longest; ++doubled) {
    // Compared before it is doubled: no policy makes it overflow.
    duration = duration > policy.longest / 2 ? policy.longest : duration * 2;
  }
  return duration;
}

std::optional<std::uint64_t> Lockout::reserve(const LockoutPolicy& policy, RunningTime now) {
  if (policy.attempts == 0) throw std::invalid_argument{"Lockout: no attempts"};
  if (is_locked(now)) return std::nullopt;
  if (until) {
    until.reset();
    forgiven = reserved;
  }
  ++reserved;
  if (reserved - forgiven >= policy.attempts) {
    if (locks < std::numeric_limits<std::uint32_t>::max()) ++locks;
    until = now + lock_duration(policy, locks);
  }
  return reserved;
}

void Lockout::succeed(const LockoutPolicy& policy, std::uint64_t attempt) {
  if (attempt == 0 || attempt > reserved) throw std::invalid_argument{"Lockout: an attempt that nobody reserved"};
  if (attempt <= forgiven) return;
  forgiven = attempt;
  locks = 0;
  if (reserved - forgiven < policy.attempts) until.reset();
}

void Lockout::lift() {
  forgiven = reserved;
  locks = 0;
  until.reset();
}

}  // namespace belfry::accounts
