#include "edge/http2_budget.hpp"

#include <gtest/gtest.h>

namespace belfry::edge {
namespace {

using namespace std::chrono_literals;

TEST(Http2Budget, IsOverdrawnByTheFrameAboveIt) {
  const base::SteadyTime now{1h};
  Http2Budget budget{now};
  for (int frame = 0; frame < Http2Budget::kFull; ++frame) ASSERT_TRUE(budget.spend(Http2Budget::kFrame, now)) << frame;
  EXPECT_FALSE(budget.spend(Http2Budget::kFrame, now));
}

TEST(Http2Budget, CountsAResetTwice) {
  const base::SteadyTime now{1h};
  Http2Budget budget{now};
  int resets = 0;
  while (budget.spend(Http2Budget::kReset, now)) ++resets;
  EXPECT_EQ(resets, 200);
}

TEST(Http2Budget, CountsAResetThatTheClientProvokedLikeItsOwn) {
  for (const auto error : {NGHTTP2_PROTOCOL_ERROR, NGHTTP2_FLOW_CONTROL_ERROR, NGHTTP2_STREAM_CLOSED,
                           NGHTTP2_FRAME_SIZE_ERROR, NGHTTP2_COMPRESSION_ERROR}) {
    EXPECT_EQ(Http2Budget::cost_of_our_reset(error), Http2Budget::kReset) << error;
  }
  EXPECT_EQ(Http2Budget::cost_of_our_reset(NGHTTP2_REFUSED_STREAM), Http2Budget::kFrame);
}

TEST(Http2Budget, TakesNothingForAResetOfOurOwnReasons) {
  EXPECT_EQ(Http2Budget::cost_of_our_reset(NGHTTP2_NO_ERROR), 0);
  EXPECT_EQ(Http2Budget::cost_of_our_reset(NGHTTP2_INTERNAL_ERROR), 0);
}

TEST(Http2Budget, FillsWithTimeAndNoHigherThanFull) {
  base::SteadyTime now{1h};
  Http2Budget budget{now};
  while (budget.spend(Http2Budget::kFrame, now)) {
  }
  now += 1s;
  int frames = 0;
  while (budget.spend(Http2Budget::kFrame, now)) ++frames;
  EXPECT_GE(frames, 8);
  EXPECT_LE(frames, 10);
  now += 24h;
  frames = 0;
  while (budget.spend(Http2Budget::kFrame, now)) ++frames;
  EXPECT_EQ(frames, 400);
}

TEST(Http2Budget, LetsADownloadSendItsWindowUpdatesForEver) {
  const base::SteadyTime now{1h};
  Http2Budget budget{now};
  for (int frame = 0; frame < 100'000; ++frame) {
    budget.earn(2 * Http2Budget::kFrame);
    ASSERT_TRUE(budget.spend(Http2Budget::kFrame, now));
    ASSERT_TRUE(budget.spend(Http2Budget::kFrame, now));
  }
}

}  // namespace
}  // namespace belfry::edge
