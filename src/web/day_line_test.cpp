#include "web/day_line.hpp"

#include <gtest/gtest.h>

namespace belfry::web {
namespace {

Days all(DayState state) {
  Days days{};
  days.fill(state);
  return days;
}

TEST(DayLine, DrawsEachRunOfDaysAsOnePiece) {
  Days days = all(DayState::NoRecord);
  days[0] = days[1] = DayState::Held;
  days[88] = DayState::Broken;
  days[89] = DayState::Held;
  EXPECT_EQ(day_path(days, DayState::Held), "M0 12H7M356 12H359");
  EXPECT_EQ(day_path(days, DayState::Broken), "M352 8H355");
  EXPECT_EQ(day_path(days, DayState::NoRecord), "M8 15.5H351");
  EXPECT_EQ(day_path(days, DayState::Unknown), "");
  EXPECT_EQ(day_path(all(DayState::Unknown), DayState::Unknown), "M0 14H359");
}

TEST(DayLine, SaysInWordsWhatItDraws) {
  Days days = all(DayState::Held);
  EXPECT_EQ(describe_days(days, Language::En), "90 days: 90 held");
  EXPECT_EQ(describe_days(days, Language::Fr), "90 jours\u00a0: 90 tenus");
  days[3] = DayState::Broken;
  days[4] = days[5] = DayState::Unknown;
  days[0] = DayState::NoRecord;
  EXPECT_EQ(describe_days(days, Language::En), "90 days: 86 held, 1 broken, 2 unknown, 1 without a record");
  EXPECT_EQ(describe_days(days, Language::Fr), "90 jours\u00a0: 86 tenus, 1 rompu, 2 inconnus, 1 sans relevé");
}

}  // namespace
}  // namespace belfry::web
