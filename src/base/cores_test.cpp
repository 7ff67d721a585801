#include "base/cores.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

namespace belfry::base {
namespace {

TEST(UsableCores, CountsWhatTheThreadMayRunOn) {
  cpu_set_t all;
  ASSERT_EQ(::sched_getaffinity(0, sizeof all, &all), 0);
  EXPECT_EQ(usable_cores(), static_cast<std::uint32_t>(CPU_COUNT(&all)));
}

TEST(UsableCores, HonoursAnAffinityToOneCore) {
  // Affinity belongs to a thread: one that ends takes it with it.
  std::uint32_t counted = 0;
  std::thread{[&counted] {
    cpu_set_t set;
    ASSERT_EQ(::sched_getaffinity(0, sizeof set, &set), 0);
    int first = 0;
    while (!CPU_ISSET(first, &set)) ++first;
    CPU_ZERO(&set);
    CPU_SET(first, &set);
    ASSERT_EQ(::sched_setaffinity(0, sizeof set, &set), 0);
    counted = usable_cores();
  }}.join();
  EXPECT_EQ(counted, 1U);
}

}  // namespace
}  // namespace belfry::base
