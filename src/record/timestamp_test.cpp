#include "record/timestamp.hpp"

#include <gtest/gtest.h>

namespace belfry::record {
namespace {

using namespace std::chrono_literals;

base::WallTime at(int year, unsigned month, unsigned day, std::chrono::milliseconds time) {
  return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)} + time;
}

TEST(Timestamp, IsRfc3339InUtcWithMilliseconds) {
  EXPECT_EQ(timestamp(at(2026, 1, 31, 23h + 59min + 59s + 999ms)), "2026-01-31T23:59:59.999Z");
  EXPECT_EQ(timestamp(at(2024, 2, 29, 0ms)), "2024-02-29T00:00:00.000Z");
  EXPECT_EQ(timestamp(base::WallTime{-1ms}), "1969-12-31T23:59:59.999Z");
}

TEST(Timestamp, KeepsItsFormWhateverTheClockSays) {
  EXPECT_EQ(timestamp(base::WallTime::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(timestamp(base::WallTime::min()), "0000-01-01T00:00:00.000Z");
}

TEST(Timestamp, ReadsWhatItWrites) {
  for (const auto time : {at(2026, 12, 31, 12h + 34min + 56s + 789ms), at(1970, 1, 1, 0ms), at(9999, 12, 31, 1ms)}) {
    EXPECT_EQ(parse_timestamp(timestamp(time)), time);
  }
}

TEST(Timestamp, RefusesOtherForms) {
  for (const char* text :
       {"", "2026-01-31", "2026-01-31T23:59:59Z", "2026-01-31T23:59:59.999", "2026-01-31 23:59:59.999Z",
        "2026-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-00-01T00:00:00.000Z", "2026-01-31T24:00:00.000Z",
        "2026-01-31T23:60:00.000Z", "2026-01-31T23:59:60.000Z", "2026-01-31T23:59:59.999z", "+026-01-31T23:59:59.999Z",
        "2026-01-31T23:59:59.999+", "2026-01-31T23:59:59.99 Z", "2026-01-31T23:59:59.9999Z"}) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
}

}  // namespace
}  // namespace belfry::record
