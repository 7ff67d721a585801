#include "edge/http2_client_streams.hpp"

#include <gtest/gtest.h>

namespace belfry::edge {
namespace {

constexpr std::uint8_t kEnd = NGHTTP2_FLAG_END_STREAM;

Http2Frame headers(std::uint32_t stream, std::uint8_t flags = 0) {
  return {.type = NGHTTP2_HEADERS, .flags = flags, .stream = stream};
}
Http2Frame data(std::uint32_t stream, std::uint8_t flags = 0) {
  return {.type = NGHTTP2_DATA, .flags = flags, .stream = stream};
}
Http2Frame reset(std::uint32_t stream) {
  return {.type = NGHTTP2_RST_STREAM, .stream = stream};
}
Http2Frame priority(std::uint32_t stream, std::uint32_t depends_on) {
  return {.type = NGHTTP2_PRIORITY, .stream = stream, .depends_on = depends_on};
}

TEST(Http2ClientStreams, TakeAMessageWithTrailers) {
  Http2ClientStreams streams;
  EXPECT_EQ(streams.take(headers(1)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(data(1)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(headers(3)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(headers(1, kEnd)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(data(3, kEnd)), NGHTTP2_NO_ERROR);
}

TEST(Http2ClientStreams, TakeNothingBehindAnEnd) {
  for (const Http2Frame& end : {headers(1, kEnd), data(1, kEnd), reset(1)}) {
    for (const Http2Frame& late : {headers(1), data(1), headers(1, kEnd), data(1, kEnd)}) {
      Http2ClientStreams streams;
      if (end.type != NGHTTP2_HEADERS) {
        EXPECT_EQ(streams.take(headers(1)), NGHTTP2_NO_ERROR);
      }
      EXPECT_EQ(streams.take(end), NGHTTP2_NO_ERROR);
      EXPECT_EQ(streams.take(late), NGHTTP2_STREAM_CLOSED);
    }
  }
}

TEST(Http2ClientStreams, TakeWhatIsAllowedBehindAnEnd) {
  Http2ClientStreams streams;
  EXPECT_EQ(streams.take(headers(1, kEnd)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(reset(1)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take({.type = NGHTTP2_WINDOW_UPDATE, .stream = 1}), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(priority(1, 0)), NGHTTP2_NO_ERROR);
}

TEST(Http2ClientStreams, OpenUpwardsOnly) {
  Http2ClientStreams streams;
  EXPECT_EQ(streams.take(headers(5, kEnd)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(headers(3, kEnd)), NGHTTP2_PROTOCOL_ERROR);
  EXPECT_EQ(streams.take(headers(5, kEnd)), NGHTTP2_STREAM_CLOSED);
  EXPECT_EQ(streams.take(headers(7, kEnd)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(data(3, kEnd)), NGHTTP2_STREAM_CLOSED);
}

TEST(Http2ClientStreams, LeaveIdleOnesAndThoseOfNoClientToOthers) {
  Http2ClientStreams streams;
  EXPECT_EQ(streams.take(headers(1, kEnd)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(data(9)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(data(0)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(headers(2)), NGHTTP2_NO_ERROR);
  // None of them opened anything.
  EXPECT_EQ(streams.take(headers(3, kEnd)), NGHTTP2_NO_ERROR);
}

TEST(Http2ClientStreams, DependOnOthers) {
  Http2ClientStreams streams;
  EXPECT_EQ(streams.take(priority(1, 0)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(priority(1, 3)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(priority(0, 3)), NGHTTP2_PROTOCOL_ERROR);
  EXPECT_EQ(streams.take(priority(3, 3)), NGHTTP2_PROTOCOL_ERROR);
}

TEST(Http2ClientStreams, AreNotJudgedOnceForgotten) {
  Http2ClientStreams streams;
  constexpr auto kLast = static_cast<std::uint32_t>(2 * Http2ClientStreams::kRemembered + 1);
  for (std::uint32_t stream = 1; stream < kLast; stream += 2)
    EXPECT_EQ(streams.take(headers(stream)), NGHTTP2_NO_ERROR);
  // All are open still, and all may go on.
  EXPECT_EQ(streams.take(data(1)), NGHTTP2_NO_ERROR);
  // One more, and the first is forgotten: neither its data nor a new head on it is held against anybody.
  EXPECT_EQ(streams.take(headers(kLast)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(data(1, kEnd)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(headers(1)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(data(3, kEnd)), NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams.take(data(3, kEnd)), NGHTTP2_STREAM_CLOSED);
  EXPECT_EQ(streams.take(data(kLast)), NGHTTP2_NO_ERROR);
}

}  // namespace
}  // namespace belfry::edge
