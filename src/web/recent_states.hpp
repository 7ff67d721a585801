#pragma once

// What became of each claim over the last 90 days, a state for each day in UTC: the worst that the public history has
// of that day. It is folded from the history entry by entry, in the order of their numbers, and stays small however
// often a state changed: days, not changes, are kept, and of the changes the latest few.
//
// Time in which nobody looked does not count as held: evidence expires while the door is down as it does while it is
// up, and at the next start the change to `unknown` is written with the time at which it expired. Days before a claim's
// first entry have no record. Where a clock was stepped back, an entry stands before those that it follows: from its
// time on its state is in force, and what was recorded for later times stays counted at its worst. Nothing makes a day
// better.

#include "base/clock.hpp"
#include "proof/history.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace belfry::web {

inline constexpr std::size_t kDayCount = 90;

enum class DayState : std::uint8_t { Held, Unknown, Broken, NoRecord };
using Days = std::array<DayState, kDayCount>;

class ClaimDays {
 public:
  struct Change {
    proof::State state = proof::State::Unknown;
    base::WallTime at;
    friend bool operator==(const Change&, const Change&) = default;
  };
  // Changes that are kept with their times, inclusive.
  static constexpr std::size_t kChangesKept = 8;

  void add(proof::State state, base::WallTime at);

  // The last is the day of `now`, counted until `now`; a claim whose verdict is `present` is no better than that today.
  // The time zone is UTC.
  Days days(base::WallTime now, proof::State present) const;

  // Oldest first; the last is the newest entry. Empty without an entry.
  std::span<const Change> changes() const { return changes_; }
  // Whether there were more than changes() before them.
  bool has_earlier_changes() const { return dropped_; }
  // An entry is dated later than the clock that judges it can explain: days may be wrong.
  bool reaches_beyond(base::WallTime now) const;

 private:
  // A day in which something was recorded.
  struct Record {
    std::chrono::sys_days day;
    proof::State worst = proof::State::Unknown;
    proof::State last = proof::State::Unknown;
  };
  // Days with a change, inclusive; more than the page shows, as a clock that was wrong may have named days to come.
  static constexpr std::size_t kRecordsKept = 128;

  std::vector<Record> records_;  // by day
  // In force before the first record, where records were dropped.
  std::optional<proof::State> before_;
  std::vector<Change> changes_;
  bool dropped_ = false;
};

// All claims, as one immutable snapshot.
struct RecentStates {
  // In the order of proof::claims().
  std::array<ClaimDays, proof::kClaimCount> claims;
  // Of the last entry that was read.
  std::uint64_t number = 0;

  // The entry behind the one before; one of a claim that is not in the table is passed over.
  void add(const proof::HistoryEntry& entry);
};

}  // namespace belfry::web
