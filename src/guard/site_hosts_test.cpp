#include "guard/site_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace belfry::guard {
namespace {

TEST(SiteHosts, KnowsWhoseEachNameIs) {
  const SiteHosts hosts{{"app.example.com", "www.example.com"}, {"belfry.app.example.com"}};
  EXPECT_EQ(hosts.kind_of("app.example.com"), HostKind::Application);
  EXPECT_EQ(hosts.kind_of("www.example.com"), HostKind::Application);
  EXPECT_EQ(hosts.kind_of("belfry.app.example.com"), HostKind::Belfry);
}

TEST(SiteHosts, KnowsNothingElse) {
  const SiteHosts hosts{{"app.example.com"}, {"belfry.app.example.com"}};
  for (const std::string_view name :
       {"", "example.com", "x.app.example.com", "app.example.com.evil.net", "app.example.co", "app.example.com.",
        "App.example.com", "app.example.com:443", "127.0.0.1", "[::1]", "*"}) {
    EXPECT_EQ(hosts.kind_of(name), HostKind::Unknown) << name;
  }
}

TEST(SiteHosts, ServesItsOwnPagesAloneWithoutAnApplication) {
  const SiteHosts hosts{{}, {"desk.example.com"}};
  EXPECT_EQ(hosts.kind_of("desk.example.com"), HostKind::Belfry);
  EXPECT_EQ(hosts.kind_of(""), HostKind::Unknown);
}

TEST(SiteHosts, RefusesContradictions) {
  EXPECT_THAT([] { SiteHosts({}, {}); }, testing::Throws<std::invalid_argument>());
  EXPECT_THAT([] { SiteHosts({"a.example"}, {"b.example", "a.example"}); }, testing::Throws<std::invalid_argument>());
}

}  // namespace
}  // namespace belfry::guard
