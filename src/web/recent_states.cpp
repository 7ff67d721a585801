#include "web/recent_states.hpp"

#include "proof/claims.hpp"

#include <algorithm>

namespace belfry::web {

namespace {

using proof::State;
using std::chrono::sys_days;

sys_days day_of(base::WallTime time) {
  return std::chrono::floor<std::chrono::days>(time);
}

DayState day_state(State worst) {
  switch (worst) {
    case State::Holds:
      return DayState::Held;
    case State::Broken:
      return DayState::Broken;
    case State::Unknown:
      break;
  }
  return DayState::Unknown;
}

}  // namespace

void ClaimDays::add(State state, base::WallTime at) {
  const sys_days day = day_of(at);
  auto record = std::ranges::lower_bound(records_, day, {}, &Record::day);
  if (record == records_.end() || record->day != day) {
    record = records_.insert(record, {.day = day, .worst = state, .last = state});
  } else {
    record->worst = std::max(record->worst, state);
    record->last = state;
  }
  for (++record; record != records_.end(); ++record) {
    record->worst = std::max(record->worst, state);
    record->last = state;
  }
  if (records_.size() > kRecordsKept) {
    before_ = records_.front().last;
    records_.erase(records_.begin());
  }

  changes_.push_back({.state = state, .at = at});
  if (changes_.size() > kChangesKept) {
    changes_.erase(changes_.begin());
    dropped_ = true;
  }
}

Days ClaimDays::days(base::WallTime now, State present) const {
  Days days{};
  auto record = records_.begin();
  std::optional<State> in_force = before_;
  sys_days day = day_of(now) - std::chrono::days{kDayCount - 1};
  for (DayState& shown : days) {
    for (; record != records_.end() && record->day < day; ++record) in_force = record->last;
    std::optional<State> worst = in_force;
    if (record != records_.end() && record->day == day) {
      worst = std::max(in_force.value_or(record->worst), record->worst);
    }
    shown = worst ? day_state(*worst) : DayState::NoRecord;
    day += std::chrono::days{1};
  }
  const DayState today = day_state(present);
  if (days.back() == DayState::NoRecord || days.back() < today) days.back() = today;
  return days;
}

bool ClaimDays::reaches_beyond(base::WallTime now) const {
  return std::ranges::any_of(changes_, [&](const Change& change) { return change.at > now + proof::kFutureTolerance; });
}

void RecentStates::add(const proof::HistoryEntry& entry) {
  number = entry.number;
  const auto& table = proof::claims();
  const auto* const claim = std::ranges::find(table, entry.claim, &proof::Claim::id);
  if (claim == table.end()) return;
  claims[static_cast<std::size_t>(claim - table.begin())].add(entry.state, entry.at);
}

}  // namespace belfry::web
