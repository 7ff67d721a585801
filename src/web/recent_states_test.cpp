#include "web/recent_states.hpp"

#include "proof/claims.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace belfry::web {
namespace {

using namespace std::chrono_literals;
using proof::State;

constexpr std::chrono::sys_days kToday{std::chrono::year{2026} / 3 / 12};
constexpr base::WallTime kNow{kToday + 14h};

// So many days before today, and so long after that day's midnight.
base::WallTime ago(int days, std::chrono::milliseconds after_midnight = 0ms) {
  return kToday - std::chrono::days{days} + after_midnight;
}

struct Case {
  const char* what;
  std::vector<ClaimDays::Change> changes;
  State present;
  std::string tail;  // of the 90 days: h, u, b, or - for no record
  char before;       // every day before the tail
};

std::string letters(const Days& days) {
  std::string text;
  for (const DayState day : days) text += "hub-"[static_cast<std::size_t>(day)];
  return text;
}

TEST(ClaimDays, GiveEachDayItsWorstState) {
  const std::vector<Case> cases{
      {"no entry: today is what is seen now", {}, State::Unknown, "u", '-'},
      {"no entry, broken now", {}, State::Broken, "b", '-'},
      {"first entry today", {{State::Holds, ago(0, 13h)}}, State::Holds, "h", '-'},
      {"first entry three days ago", {{State::Holds, ago(3, 1h)}}, State::Holds, "hhhh", '-'},
      {"a state lasts until the next one",
       {{State::Unknown, ago(5)}, {State::Holds, ago(3)}},
       State::Holds,
       "uuuhhh",
       '-'},
      {"the midnight that a state begins at is its own day, but the state before ends in it",
       {{State::Holds, ago(4)}, {State::Broken, ago(2, 0ms)}, {State::Holds, ago(1, 0ms)}},
       State::Holds,
       "hhbbh",
       '-'},
      {"the last millisecond of a day counts",
       {{State::Holds, ago(4)}, {State::Broken, ago(1) - 1ms}, {State::Holds, ago(1)}},
       State::Holds,
       "hhbbh",
       '-'},
      {"broken for a moment is a broken day",
       {{State::Holds, ago(3)}, {State::Broken, ago(2, 10h)}, {State::Holds, ago(2, 10h + 5ms)}},
       State::Holds,
       "hbhh",
       '-'},
      {"unknown within a day that held is an unknown day",
       {{State::Holds, ago(2)}, {State::Unknown, ago(1, 2h)}, {State::Holds, ago(1, 3h)}},
       State::Holds,
       "huh",
       '-'},
      {"broken outweighs unknown, whatever came last",
       {{State::Unknown, ago(1, 1h)}, {State::Broken, ago(1, 2h)}, {State::Unknown, ago(1, 3h)}},
       State::Unknown,
       "bu",
       '-'},
      {"held in the morning, worse at this moment though nobody has written it yet",
       {{State::Holds, ago(2)}},
       State::Unknown,
       "hhu",
       '-'},
      {"a better state of this moment does not mend the day",
       {{State::Holds, ago(2)}, {State::Broken, ago(0, 1h)}},
       State::Holds,
       "hhb",
       '-'},
      {"the door was down: the entry of the next start dates from when the evidence expired",
       {{State::Holds, ago(6, 8h)}, {State::Unknown, ago(5, 9h)}, {State::Holds, ago(1, 12h)}},
       State::Holds,
       "huuuuuh",
       '-'},
      {"an entry that is older than 90 days reaches into them",
       {{State::Holds, ago(200)}, {State::Broken, ago(0, 1h)}},
       State::Broken,
       "b",
       'h'},
      {"the clock was stepped back a day: nothing that was recorded gets better",
       {{State::Holds, ago(4)}, {State::Broken, ago(1)}, {State::Holds, ago(2, 5h)}},
       State::Holds,
       "hhhbh",
       '-'},
      {"the clock was stepped back and things are worse: the later days are, too",
       {{State::Unknown, ago(5)}, {State::Holds, ago(1)}, {State::Broken, ago(3)}},
       State::Broken,
       "uubbbb",
       '-'},
      {"an entry of a day to come is not drawn before it comes",
       {{State::Holds, ago(2)}, {State::Broken, ago(-300)}},
       State::Holds,
       "hhh",
       '-'},
      {"an entry of later today is counted",
       {{State::Holds, ago(2)}, {State::Broken, ago(0, 20h)}},
       State::Holds,
       "hhb",
       '-'},
  };
  for (const Case& one : cases) {
    ClaimDays days;
    for (const ClaimDays::Change& change : one.changes) days.add(change.state, change.at);
    const std::string expected = std::string(kDayCount - one.tail.size(), one.before) + one.tail;
    EXPECT_EQ(letters(days.days(kNow, one.present)), expected) << one.what;
  }
}

// "the midnight ..." above: the day of the repair is broken, as the state of its first moment was.
TEST(ClaimDays, CountTheStateThatADayBeganWith) {
  ClaimDays days;
  days.add(State::Broken, ago(3));
  days.add(State::Holds, ago(1, 1ms));
  EXPECT_EQ(letters(days.days(kNow, State::Holds)).substr(86), "bbbh");
}

TEST(ClaimDays, MoveOnAtMidnightInUtc) {
  ClaimDays days;
  days.add(State::Broken, ago(0));
  days.add(State::Holds, ago(0, 1h));
  EXPECT_EQ(days.days(ago(-1) - 1ms, State::Holds).back(), DayState::Broken);
  const Days next = days.days(ago(-1), State::Holds);
  EXPECT_EQ(next[kDayCount - 2], DayState::Broken);
  EXPECT_EQ(next.back(), DayState::Held);
}

TEST(ClaimDays, ForgetADayAfterNinety) {
  ClaimDays days;
  days.add(State::Broken, ago(89));
  days.add(State::Holds, ago(88));
  EXPECT_EQ(days.days(kNow, State::Holds).front(), DayState::Broken);
  EXPECT_EQ(days.days(kNow + 24h, State::Holds).front(), DayState::Broken) << "the day began with it";
  EXPECT_EQ(days.days(kNow + 48h, State::Holds).front(), DayState::Held);
}

TEST(ClaimDays, StaySmallHoweverOftenAStateChanges) {
  ClaimDays days;
  for (int day = 1000; day > 0; --day) {
    for (const State state : {State::Broken, State::Holds, State::Unknown}) days.add(state, ago(day, 1h));
  }
  EXPECT_EQ(letters(days.days(kNow, State::Unknown)), std::string(kDayCount - 1, 'b') + "u");
  EXPECT_EQ(days.changes().size(), ClaimDays::kChangesKept);
  EXPECT_EQ(days.changes().back(), (ClaimDays::Change{State::Unknown, ago(1, 1h)}));
  EXPECT_TRUE(days.has_earlier_changes());
}

TEST(ClaimDays, KeepWhatWasInForceBeforeTheDaysThatTheyDropped) {
  ClaimDays days;
  days.add(State::Broken, ago(500));
  days.add(State::Holds, ago(400));
  // A clock that named 128 days to come pushes every real one out.
  for (int day = 1; day <= 128; ++day) days.add(State::Holds, ago(-1000 - day));
  EXPECT_EQ(letters(days.days(kNow, State::Holds)), std::string(kDayCount, 'h'));
}

TEST(ClaimDays, SayThatAnEntryIsDatedTooLate) {
  ClaimDays days;
  days.add(State::Holds, kNow + proof::kFutureTolerance);
  EXPECT_FALSE(days.reaches_beyond(kNow));
  days.add(State::Broken, kNow + proof::kFutureTolerance + 1ms);
  EXPECT_TRUE(days.reaches_beyond(kNow));
}

TEST(RecentStates, KeepEachClaimsEntriesApartAndPassOverUnknownOnes) {
  RecentStates states;
  const auto entry = [](std::uint64_t number, const char* claim) {
    return proof::HistoryEntry{
        .number = number, .claim = claim, .state = State::Broken, .at = ago(1), .previous = {}, .hash = {}};
  };
  states.add(entry(1, "transit.hsts"));
  states.add(entry(2, "of.a.later.version"));
  EXPECT_EQ(states.number, 2U);
  std::size_t with_changes = 0;
  for (std::size_t i = 0; i < proof::kClaimCount; ++i) {
    if (states.claims[i].changes().empty()) continue;
    ++with_changes;
    EXPECT_EQ(proof::claims()[i].id, "transit.hsts");
  }
  EXPECT_EQ(with_changes, 1U);
}

}  // namespace
}  // namespace belfry::web
