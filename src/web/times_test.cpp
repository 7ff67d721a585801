#include "web/times.hpp"

#include <gtest/gtest.h>

namespace belfry::web {
namespace {

using namespace std::chrono_literals;

constexpr base::WallTime at(int year, unsigned month, unsigned day, std::chrono::milliseconds time) {
  return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)} + time;
}

TEST(Times, AreRfc3339ForPrograms) {
  EXPECT_EQ(rfc3339(at(2026, 3, 12, 14h + 3min + 22s + 7ms)), "2026-03-12T14:03:22.007Z");
  EXPECT_EQ(rfc3339(at(2024, 2, 29, 0ms)), "2024-02-29T00:00:00.000Z");
  EXPECT_EQ(rfc3339(at(1969, 12, 31, 23h + 59min + 59s + 999ms)), "1969-12-31T23:59:59.999Z");
}

TEST(Times, AreWordsForPeople) {
  EXPECT_EQ(readable_time(at(2026, 3, 12, 14h + 3min + 22s), Language::En), "12\u00a0March\u00a02026, 14:03\u00a0UTC");
  EXPECT_EQ(readable_time(at(2026, 8, 12, 9h + 3min), Language::Fr), "12\u00a0août\u00a02026 à\u00a009:03\u00a0UTC");
  EXPECT_EQ(readable_time(at(2026, 12, 1, 0h), Language::Fr), "1er\u00a0décembre\u00a02026 à\u00a000:00\u00a0UTC");
  EXPECT_EQ(readable_time(at(2026, 1, 1, 0h), Language::En), "1\u00a0January\u00a02026, 00:00\u00a0UTC");
}

}  // namespace
}  // namespace belfry::web
