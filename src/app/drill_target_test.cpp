#include "app/drill_target.hpp"

#include <gtest/gtest.h>

namespace belfry::app {
namespace {

TEST(DrillUrl, IsRead) {
  struct Case {
    const char* text;
    const char* origin;
    const char* path;
  };
  const Case cases[] = {
      {"https://a.test", "https://a.test", "/"},
      {"HTTPS://A.Test:443/x?y=%20z", "https://a.test", "/x?y=%20z"},
      {"https://a.test:8443/", "https://a.test:8443", "/"},
      {"https://[::1]:8443/", "https://[::1]:8443", "/"},
      {"https://a.test./", "https://a.test", "/"},
  };
  for (const Case& one : cases) {
    const auto url = DrillUrl::parse(one.text);
    ASSERT_TRUE(url) << one.text;
    EXPECT_EQ(url->origin(), one.origin) << one.text;
    EXPECT_EQ(url->path, one.path) << one.text;
  }
}

TEST(DrillUrl, RefusesAnythingElse) {
  for (const char* text :
       {"", "a.test", "http://a.test/", "https://", "https:///x", "https://user@a.test/", "https://a.test:0/",
        "https://a.test:99999/", "https://a test/", "https://a.test/#x", "https://a.test/\n", "https://a.test/\xc3\xa9",
        "https://a.test\\@b.test/", "https://a.test?x", "ftp://a.test/"}) {
    EXPECT_FALSE(DrillUrl::parse(text)) << text;
  }
}

}  // namespace
}  // namespace belfry::app
