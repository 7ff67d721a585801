#include "base/boot.hpp"

#include <gtest/gtest.h>

namespace belfry::base {
namespace {

TEST(BootId, IsTheSameAtEachCallAndEmptyWhereTheSystemDoesNotTell) {
  EXPECT_EQ(boot_id().size(), 36U);
  EXPECT_EQ(boot_id(), boot_id());
  EXPECT_EQ(boot_id("/proc/no/such/file"), "");
}

}  // namespace
}  // namespace belfry::base
