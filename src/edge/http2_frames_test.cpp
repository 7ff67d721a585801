#include "edge/http2_frames.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace belfry::edge {
namespace {

std::string frame(std::uint8_t type, std::uint8_t flags, std::string_view payload, std::uint32_t stream = 0) {
  std::string bytes;
  for (int shift = 16; shift >= 0; shift -= 8) bytes += static_cast<char>(payload.size() >> shift);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(stream >> shift);
  return bytes.append(payload);
}

std::vector<Http2Frame> read(std::string_view bytes, std::size_t piece) {
  Http2Frames frames;
  std::vector<Http2Frame> found;
  const std::string stream = NGHTTP2_CLIENT_MAGIC + std::string{bytes};
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    frames.read(std::string_view{stream}.substr(at, piece), [&](const Http2Frame& one) { found.push_back(one); });
  }
  return found;
}

TEST(Http2Frames, AreFoundHoweverTheyAreCut) {
  const std::string bytes = frame(NGHTTP2_SETTINGS, 0, "") + frame(NGHTTP2_DATA, 0, std::string(70'000, 'x')) +
                            frame(0xfa, 0x11, "grease") + frame(NGHTTP2_PING, 0, "12345678");
  for (const std::size_t piece : {1UL, 2UL, 7UL, 9UL, 1000UL, 100'000UL}) {
    const auto found = read(bytes, piece);
    ASSERT_EQ(found.size(), 4U) << piece;
    EXPECT_EQ(found[0].type, NGHTTP2_SETTINGS);
    EXPECT_TRUE(found[0].empty);
    EXPECT_EQ(found[1].type, NGHTTP2_DATA);
    EXPECT_FALSE(found[1].empty);
    EXPECT_EQ(found[2].type, 0xfa);
    EXPECT_EQ(found[2].flags, 0x11);
    EXPECT_EQ(found[3].type, NGHTTP2_PING);
  }
}

TEST(Http2Frames, OfPaddingAloneAreEmpty) {
  const std::string padding_alone =
      frame(NGHTTP2_DATA, NGHTTP2_FLAG_PADDED, std::string{'\x04'} + std::string(4, '\0'));
  const std::string one_byte = frame(NGHTTP2_DATA, NGHTTP2_FLAG_PADDED, std::string{'\x03'} + std::string(4, '\0'));
  for (const std::size_t piece : {1UL, 5UL, 1000UL}) {
    const auto found = read(padding_alone + one_byte + frame(NGHTTP2_DATA, 0, ""), piece);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_TRUE(found[0].empty);
    EXPECT_FALSE(found[1].empty);
    EXPECT_TRUE(found[2].empty);
  }
}

TEST(Http2Frames, TellTheirStreamAndWhatItDependsOn) {
  const std::string bytes =
      frame(NGHTTP2_HEADERS, 0, "abcdef", 0x8000'0101) + frame(NGHTTP2_PRIORITY, 0, "\x80\x01\x02\x03w", 0x7fff'ffff) +
      frame(NGHTTP2_PRIORITY, 0, "\x01\x02\x03", 5) + frame(NGHTTP2_DATA, NGHTTP2_FLAG_PADDED, "\x01xy", 7) +
      frame(NGHTTP2_PING, 0, "12345678", 9);
  for (const std::size_t piece : {1UL, 4UL, 11UL, 1000UL}) {
    const auto found = read(bytes, piece);
    ASSERT_EQ(found.size(), 5U) << piece;
    EXPECT_EQ(found[0].stream, 0x101U);
    EXPECT_EQ(found[0].depends_on, 0U);
    EXPECT_EQ(found[1].stream, 0x7fff'ffffU);
    EXPECT_EQ(found[1].depends_on, 0x01'0203U);
    EXPECT_EQ(found[2].stream, 5U);
    EXPECT_EQ(found[2].depends_on, 0U);
    EXPECT_EQ(found[3].stream, 7U);
    EXPECT_FALSE(found[3].empty);
    EXPECT_EQ(found[4].stream, 9U);
    EXPECT_EQ(found[4].type, NGHTTP2_PING);
  }
}

}  // namespace
}  // namespace belfry::edge
