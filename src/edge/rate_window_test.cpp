#include "edge/rate_window.hpp"

#include <gtest/gtest.h>

namespace belfry::edge {
namespace {

using namespace std::chrono_literals;

class RateWindowTest : public testing::Test {
 protected:
  // Waits `time` for `bytes`; false if the window would have ended before.
  bool wait(std::chrono::milliseconds time, std::size_t bytes) {
    const auto left = window_.begin_wait(now_);
    if (time >= left) return false;
    now_ += time;
    window_.end_wait(now_, bytes);
    return true;
  }

  EdgeLimits limits_;
  RateWindow window_{limits_};
  base::SteadyTime now_{1h};
};

TEST_F(RateWindowTest, EndsAfterTheWindowWithTooFewBytes) {
  int waits = 0;
  while (wait(1s, 100)) ++waits;
  EXPECT_EQ(waits, 29);
}

TEST_F(RateWindowTest, BeginsAnewWithEnoughBytes) {
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(wait(7s, 1024)) << i;
}

TEST_F(RateWindowTest, DoesNotCountTheTimeBetweenWaits) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(wait(1s, 1));
    now_ += 1h;  // the other side of the door was busy
  }
}

}  // namespace
}  // namespace belfry::edge
