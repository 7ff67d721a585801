#include "people/even_time.hpp"

#include <gtest/gtest.h>

namespace belfry::people {
namespace {

using namespace std::chrono_literals;

TEST(EvenTime, EndsAtFullSteps) {
  EXPECT_EQ(until_even(0ns), kEvenStep);
  EXPECT_EQ(until_even(1ns), kEvenStep - 1ns);
  EXPECT_EQ(until_even(kEvenStep - 1ns), 1ns);
  EXPECT_EQ(until_even(kEvenStep), kEvenStep);
  EXPECT_EQ(until_even(kEvenStep + 20ms), kEvenStep - 20ms);
}

}  // namespace
}  // namespace belfry::people
