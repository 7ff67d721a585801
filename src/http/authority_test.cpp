#include "http/authority.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace belfry::http {
namespace {

TEST(Authority, IsOneFormForEverySpelling) {
  struct Case {
    std::string_view text;
    std::string_view canonical;
  };
  for (const Case& c : {
           Case{"Example.COM", "example.com"},
           Case{"example.com.", "example.com"},
           Case{"example.com.:8080", "example.com:8080"},
           Case{"example.com:080", "example.com:80"},
           Case{"192.0.2.1:1", "192.0.2.1:1"},
           Case{"[2001:DB8:0:0::1]", "[2001:db8::1]"},
           Case{"[::1]:65535", "[::1]:65535"},
           Case{"x-_y.z", "x-_y.z"},
       }) {
    const auto authority = Authority::parse(c.text);
    ASSERT_TRUE(authority.has_value()) << c.text;
    EXPECT_EQ(authority->to_string(), c.canonical);
    EXPECT_EQ(Authority::parse(authority->to_string()), authority);
  }
}

// The long table of refused hosts is RequestParser's.
TEST(Authority, RefusesWhatIsNoHost) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {""sv, "a@b"sv, "a b"sv, "a\tb"sv, "a\0b"sv, "a%41"sv, "a,b"sv, "a;b"sv, "a?b"sv, "a#b"sv, "a\\b"sv, "a:"sv,
        "a:b"sv, "a:1:2"sv, "[::1]:"sv, "[::1]80"sv, "[a]"sv}) {
    EXPECT_FALSE(Authority::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace belfry::http
