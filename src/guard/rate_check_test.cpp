#include "guard/rate_check.hpp"

#include "base/random.hpp"
#include "guard/rate_limit.hpp"
#include "guard/subject_for_test.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace belfry::guard {
namespace {

using namespace std::chrono_literals;

Cost cost_for(std::string_view destination, std::string_view path = "/") {
  return judged_cost(TestRequest{}.path(path).field("sec-fetch-dest", destination).head());
}

TEST(JudgedCost, WhatAPageLoadsByItselfIsAFile) {
  for (const std::string_view destination :
       {"script", "style", "image", "font", "audio", "video", "track", "manifest", "worker", "serviceworker"}) {
    EXPECT_EQ(cost_for(destination), Cost::file()) << destination;
  }
}

TEST(JudgedCost, WhatNavigatesOrCallsAnInterfaceIsAPage) {
  for (const std::string_view destination : {"document", "iframe", "frame", "embed", "object", "empty", "report",
                                             "Script", "script, document", "unheard-of"}) {
    EXPECT_EQ(cost_for(destination), Cost::page()) << destination;
  }
}

TEST(JudgedCost, TheDestinationDecidesWhateverThePathLooksLike) {
  EXPECT_EQ(cost_for("document", "/a.css"), Cost::page());
  EXPECT_EQ(cost_for("empty", "/a.js"), Cost::page());
  EXPECT_EQ(cost_for("image", "/avatar"), Cost::file());
}

TEST(JudgedCost, TwoDestinationsAreAPage) {
  const auto request = TestRequest{}.field("sec-fetch-dest", "script").field("sec-fetch-dest", "script");
  EXPECT_EQ(judged_cost(request.head()), Cost::page());
}

TEST(JudgedCost, TheExtensionDecidesWithoutADestination) {
  for (const std::string_view path : {"/a.css", "/x/y/logo.SVG", "/app.1f3a.js", "/f.woff2", "/a.css?v=1", "/.css"}) {
    EXPECT_EQ(judged_cost(TestRequest{}.path(path).head()), Cost::file()) << path;
  }
  for (const std::string_view path : {"/", "/page", "/page.html", "/report.pdf", "/css", "/a.css/", "/a.css/page",
                                      "/page?x=a.css", "/a.cssx", "/a."}) {
    EXPECT_EQ(judged_cost(TestRequest{}.path(path).head()), Cost::page()) << path;
  }
}

TEST(JudgedCost, UnsafeMethodsAndUpgradesAreAPage) {
  for (const auto method :
       {http::Method::Post, http::Method::Put, http::Method::Patch, http::Method::Delete, http::Method::Other}) {
    EXPECT_EQ(judged_cost(TestRequest{}.method(method).path("/a.css").field("sec-fetch-dest", "style").head()),
              Cost::page());
  }
  EXPECT_EQ(judged_cost(TestRequest{}.path("/a.css").websocket().head()), Cost::page());
  EXPECT_EQ(judged_cost(TestRequest{}.method(http::Method::Head).path("/a.css").head()), Cost::file());
}

class RateCheckTest : public testing::Test {
 protected:
  base::FakeRandom random_;
  std::shared_ptr<RateLimit> limit_ = std::make_shared<RateLimit>(RateOptions{1, 3}, random_, 64);
  RateCheck check_{limit_};
};

TEST_F(RateCheckTest, RefusesAboveTheBurstAndSaysWhen) {
  const TestRequest request;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(check_.check(request.subject()).admitted());
  const auto verdict = check_.check(request.subject());
  ASSERT_FALSE(verdict.admitted());
  EXPECT_EQ(verdict.refusal(), (Refuse{Reason::RateExceeded, 1s}));
  EXPECT_TRUE(check_.check(TestRequest{}.from("198.51.100.2").subject()).admitted());
}

TEST_F(RateCheckTest, TheRoutesOwnCostCannotBeLoweredByTheRequest) {
  const auto request = TestRequest{}
                           .path("/sign-in")
                           .field("sec-fetch-dest", "script")
                           .route({.methods = MethodSet::all(), .body_limit = 0, .cost = Cost{30}});
  EXPECT_TRUE(check_.check(request.subject()).admitted());
  EXPECT_FALSE(check_.check(request.subject()).admitted());
}

TEST_F(RateCheckTest, NeedsALimit) {
  EXPECT_THROW(RateCheck{nullptr}, std::invalid_argument);
}

}  // namespace
}  // namespace belfry::guard
