#include "http/date.hpp"

#include <gtest/gtest.h>

namespace belfry::http {
namespace {

TEST(Date, IsWrittenAsInTheStandardsExample) {
  using namespace std::chrono_literals;
  const std::chrono::sys_seconds time = std::chrono::sys_days{std::chrono::year{1994} / 11 / 6} + 8h + 49min + 37s;
  EXPECT_EQ(format_date(time), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Date, KnowsLeapDays) {
  const std::chrono::sys_seconds time = std::chrono::sys_days{std::chrono::year{2028} / 2 / 29};
  EXPECT_EQ(format_date(time), "Tue, 29 Feb 2028 00:00:00 GMT");
}

}  // namespace
}  // namespace belfry::http
