#include "app/routes.hpp"

#include <gtest/gtest.h>

namespace belfry::app {
namespace {

using guard::HostKind;

TEST(Routes, LeadToBelfrysOwnPagesOnItsOwnHostAlone) {
  EXPECT_EQ(route_of(HostKind::Belfry, "/security").handler, Handler::SecurityPage);
  EXPECT_EQ(route_of(HostKind::Application, "/security").handler, Handler::Application);
  EXPECT_EQ(route_of(HostKind::Belfry, "/anything").handler, Handler::NotFound);
}

TEST(Routes, LetOtherOriginsReadAndShowWhatIsPublic) {
  for (const char* path :
       {"/security.json", "/security/history.json", "/security/head", "/security/feed.atom", "/security/badge.svg"}) {
    EXPECT_EQ(route_of(HostKind::Belfry, path).embedding, guard::ResourcePolicy::CrossOrigin) << path;
    EXPECT_EQ(route_of(HostKind::Belfry, path).access, RouteAccess::Public) << path;
  }
}

TEST(Routes, MatchWholePathsOnly) {
  EXPECT_EQ(route_of(HostKind::Belfry, "/security.jsonx").handler, Handler::NotFound);
  EXPECT_EQ(route_of(HostKind::Belfry, "/securit").handler, Handler::NotFound);
  EXPECT_EQ(route_of(HostKind::Belfry, "/metrics/").handler, Handler::NotFound);
}

TEST(Routes, NeverGiveTheReservedFolderToTheApplication) {
  for (const char* path :
       {"/.belfry", "/.belfry/", "/.belfry/anything", "/.BELFRY/x", "/.Belfry", "/.belfry;x/y", "/%2ebelfry/"}) {
    EXPECT_EQ(route_of(HostKind::Application, path).handler, Handler::NotFound) << path;
  }
  EXPECT_EQ(route_of(HostKind::Application, "/.belfry/health").handler, Handler::Health);
  EXPECT_EQ(route_of(HostKind::Application, "/.belfryx").handler, Handler::Application);
  EXPECT_EQ(route_of(HostKind::Application, "/a/.belfry/").handler, Handler::Application);
}

TEST(Routes, ServeNothingUnderAnUnknownHost) {
  for (const char* path : {"/", "/security", "/metrics", "/.belfry/health"}) {
    EXPECT_EQ(route_of(HostKind::Unknown, path).handler, Handler::NotFound) << path;
  }
}

TEST(Routes, ServeTheScriptAndItsQuestionsOnBelfrysHostAlone) {
  for (const char* path : {"/password/tools.js", "/password/strength", "/password/suggestion"}) {
    EXPECT_NE(route_of(HostKind::Belfry, path).handler, Handler::NotFound) << path;
    EXPECT_EQ(route_of(HostKind::Application, path).handler, Handler::Application) << path;
    EXPECT_EQ(route_of(HostKind::Belfry, path).embedding, guard::ResourcePolicy::SameOrigin) << path;
  }
  EXPECT_TRUE(route_of(HostKind::Belfry, "/password/strength").traits.cost == guard::Cost::page());
}

TEST(Routes, KeepMetricsToTheirPeers) {
  EXPECT_EQ(route_of(HostKind::Belfry, "/metrics").access, RouteAccess::MetricsPeers);
}

}  // namespace
}  // namespace belfry::app
