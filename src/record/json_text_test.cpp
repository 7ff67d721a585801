#include "record/json_text.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace belfry::record {
namespace {

std::string escaped(std::string_view text) {
  std::string out = "<";
  append_json_text(out, text);
  return out.substr(1);
}

TEST(JsonText, LeavesPlainTextAsItIs) {
  EXPECT_EQ(escaped("GET /a?b=c'<>&"), "GET /a?b=c'<>&");
  EXPECT_EQ(escaped("été 鐘楼 🔔"), "été 鐘楼 🔔");
  EXPECT_EQ(escaped(""), "");
}

TEST(JsonText, EscapesWhatEndsAStringOrALine) {
  EXPECT_EQ(escaped("\"\\"), "\\\"\\\\");
  EXPECT_EQ(escaped("a\r\nb\tc"), "a\\u000d\\u000ab\\u0009c");
  EXPECT_EQ(escaped(std::string_view{"\0", 1}), "\\u0000");
}

TEST(JsonText, EscapesWhatSteersATerminalOrReordersText) {
  const std::vector<std::pair<std::string_view, std::string_view>> table{
      {"\x1b[31m", "\\u001b[31m"}, {"\x7f", "\\u007f"}, {"\xc2\x9b[31m", "\\u009b[31m"},  // CSI as one character
      {"\xc2\x85", "\\u0085"},                                                            // next line
      {"\xe2\x80\xa8", "\\u2028"},                                                        // line separator
      {"\xe2\x80\xae", "\\u202e"},                                                        // right-to-left override
      {"\xe2\x81\xa6", "\\u2066"},                                                        // left-to-right isolate
      {"\xe2\x80\x8f", "\\u200f"},                                                        // right-to-left mark
      {"\xef\xbb\xbf", "\\ufeff"},                                                        // byte order mark
  };
  for (const auto& [text, expected] : table) EXPECT_EQ(escaped(text), expected);
  EXPECT_EQ(escaped("\xc2\xa0"), "\xc2\xa0");  // the first behind C1
}

TEST(JsonText, ReplacesEveryByteThatIsNotUtf8) {
  const std::string_view r = "\xef\xbf\xbd";
  const auto times = [&](int count) {
    std::string text;
    while (count-- > 0) text += r;
    return text;
  };
  EXPECT_EQ(escaped("\xff"), times(1));
  EXPECT_EQ(escaped("\x80"), times(1));
  EXPECT_EQ(escaped("\xc0\xaf"), times(2));          // overlong '/'
  EXPECT_EQ(escaped("\xe0\x80\xaf"), times(3));      // overlong '/'
  EXPECT_EQ(escaped("\xc1\xbf"), times(2));          // overlong
  EXPECT_EQ(escaped("\xf0\x8f\xbf\xbf"), times(4));  // overlong
  EXPECT_EQ(escaped("\xed\xa0\x80"), times(3));      // surrogate
  EXPECT_EQ(escaped("\xf4\x90\x80\x80"), times(4));  // above U+10FFFF
  EXPECT_EQ(escaped("\xf5\x80\x80\x80"), times(4));
  EXPECT_EQ(escaped("\xe2\x82"), times(2));           // broken off
  EXPECT_EQ(escaped("\xe2\x22"), times(1) + "\\\"");  // a quote is not swallowed by the lead before it
  EXPECT_EQ(escaped("\xc3\n"), times(1) + "\\u000a");
  EXPECT_EQ(escaped("\xf4\x8f\xbf\xbf"), "\xf4\x8f\xbf\xbf");
}

TEST(JsonText, EveryPairOfBytesIsAJsonStringWithinItsBound) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const char text[] = {static_cast<char>(first), static_cast<char>(second)};
      const std::string out = escaped({text, 2});
      ASSERT_LE(out.size(), 2 * kJsonTextGrowth);
      boost::system::error_code error;
      boost::json::parse('"' + out + '"', error);
      ASSERT_FALSE(error) << first << ' ' << second;
      for (const char c : out) ASSERT_GE(static_cast<unsigned char>(c), 0x20);
    }
  }
}

}  // namespace
}  // namespace belfry::record
