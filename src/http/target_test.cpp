#include "http/target.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace belfry::http {
namespace {

TEST(Target, IsMadeCanonical) {
  struct Case {
    std::string_view text;
    std::string_view canonical;
  };
  for (const Case& c : {
           Case{"/", "/"},
           Case{"*", "*"},
           Case{"/a/b", "/a/b"},
           Case{"/a/b/", "/a/b/"},
           Case{"//", "/"},
           Case{"//a///b//", "/a/b/"},
           Case{"///evil.example/", "/evil.example/"},
           Case{"/%61%2D%5f%7E%41%30", "/a-_~A0"},
           Case{"/%c3%a9%2b%25%2525", "/%C3%A9%2B%25%2525"},
           Case{"/a%20b%0a%7f", "/a%20b%0A%7F"},
           Case{"/%2561dmin", "/%2561dmin"},
           Case{"/a;b=c/d;", "/a;b=c/d;"},
           Case{"/.hidden/..a/...", "/.hidden/..a/..."},
           Case{"/a.b/c..d", "/a.b/c..d"},
           Case{"/a|b[c]{d}\"<>^`", "/a|b[c]{d}\"<>^`"},
           Case{"/?", "/?"},
           Case{"//a//?//b//", "/a/?//b//"},
           Case{"/a?b=%2f%2F%zz%&c=\\&d=../..?e", "/a?b=%2f%2F%zz%&c=\\&d=../..?e"},
       }) {
    const auto target = Target::parse(c.text);
    ASSERT_TRUE(target.has_value()) << c.text << ": " << to_string(target.error());
    EXPECT_EQ(target->text(), c.canonical);
    const auto again = Target::parse(target->text());
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->text(), target->text()) << "canonical is not a fixed point";
    EXPECT_EQ(again->path(), target->path());
  }
}

TEST(Target, SplitsAtTheFirstQuestionMark) {
  const auto target = Target::parse("/a//b?c?d");
  EXPECT_EQ(target->path(), "/a/b");
  EXPECT_EQ(target->query(), "c?d");
  EXPECT_TRUE(target->has_query());
  const auto empty = Target::parse("/a?");
  EXPECT_EQ(empty->query(), "");
  EXPECT_TRUE(empty->has_query());
  EXPECT_EQ(empty->text(), "/a?");
  const auto none = Target::parse("/a");
  EXPECT_FALSE(none->has_query());
  EXPECT_EQ(none->query(), "");
  EXPECT_EQ(Target{}.path(), "/");
}

TEST(Target, RefusesWhatTwoProgramsWouldReadDifferently) {
  using enum TargetError;
  using namespace std::string_view_literals;
  struct Case {
    std::string_view text;
    TargetError expected;
  };
  for (const Case& c : {
           Case{"", Empty},
           Case{"a", NotOriginForm},
           Case{"**", NotOriginForm},
           Case{"*/", NotOriginForm},
           Case{"?a", NotOriginForm},
           Case{"\\a", NotOriginForm},
           Case{"http://example.com/", NotOriginForm},
           Case{"example.com:443", NotOriginForm},
           Case{"/a b", ForbiddenByte},
           Case{"/a\tb", ForbiddenByte},
           Case{"/a\r\nb", ForbiddenByte},
           Case{"/a\0b"sv, ForbiddenByte},
           Case{"/a\x7f", ForbiddenByte},
           Case{"/\xc3\xa9", ForbiddenByte},
           Case{"/a\\b", ForbiddenByte},
           Case{"/\\evil.example", ForbiddenByte},
           Case{"/a#b", ForbiddenByte},
           Case{"/a?b c", ForbiddenByte},
           Case{"/a?b#c", ForbiddenByte},
           Case{"/a?\n", ForbiddenByte},
           Case{"/a?\xff", ForbiddenByte},
           Case{"/a?\0"sv, ForbiddenByte},
           Case{"/%", BrokenPercentEncoding},
           Case{"/%4", BrokenPercentEncoding},
           Case{"/%4?1", BrokenPercentEncoding},
           Case{"/%4g", BrokenPercentEncoding},
           Case{"/%g4", BrokenPercentEncoding},
           Case{"/%%41", BrokenPercentEncoding},
           Case{"/%u002e", BrokenPercentEncoding},
           Case{"/%2f", AmbiguousEncoding},
           Case{"/%2F", AmbiguousEncoding},
           Case{"/%5c", AmbiguousEncoding},
           Case{"/%2e", AmbiguousEncoding},
           Case{"/%2e%2E/", AmbiguousEncoding},
           Case{"/a%2Ehtml", AmbiguousEncoding},
           Case{"/%00", AmbiguousEncoding},
           Case{"/a%3bb", AmbiguousEncoding},
           Case{"/a%3Fb", AmbiguousEncoding},
           Case{"/a%23b", AmbiguousEncoding},
           Case{"/.", DotSegment},
           Case{"/..", DotSegment},
           Case{"/./", DotSegment},
           Case{"/a/..", DotSegment},
           Case{"/a/../b", DotSegment},
           Case{"/a/.//b", DotSegment},
           Case{"//../b", DotSegment},
           Case{"/..?a", DotSegment},
           Case{"/..;/admin", DotSegment},
           Case{"/a/..;x=y/admin", DotSegment},
           Case{"/.;/admin", DotSegment},
       }) {
    const auto target = Target::parse(c.text);
    ASSERT_FALSE(target.has_value()) << c.text;
    EXPECT_EQ(to_string(target.error()), to_string(c.expected)) << c.text;
  }
}

TEST(Target, HoldsItsLimit) {
  EXPECT_TRUE(Target::parse("/" + std::string(Target::kLimit - 1, 'a')).has_value());
  EXPECT_EQ(Target::parse("/" + std::string(Target::kLimit, 'a')).error(), TargetError::TooLong);
}

}  // namespace
}  // namespace belfry::http
