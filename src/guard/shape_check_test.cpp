#include "guard/shape_check.hpp"

#include "guard/subject_for_test.hpp"

#include <gtest/gtest.h>

namespace belfry::guard {
namespace {

Verdict check(const TestRequest& request) {
  return ShapeCheck{}.check(request.subject());
}

TEST(ShapeCheck, AdmitsABodyOfTheLimitAndRefusesOneAbove) {
  EXPECT_TRUE(check(TestRequest{}.method(http::Method::Post).body(http::BodyLength::known(1000))).admitted());
  const auto above = check(TestRequest{}.method(http::Method::Post).body(http::BodyLength::known(1001)));
  ASSERT_FALSE(above.admitted());
  EXPECT_EQ(above.refusal().reason, Reason::BodyTooLarge);
}

TEST(ShapeCheck, LeavesABodyOfUnknownLengthToItsReader) {
  EXPECT_TRUE(check(TestRequest{}.method(http::Method::Post).body(http::BodyLength::unknown())).admitted());
}

TEST(ShapeCheck, RefusesAMethodThatTheRouteDoesNotHave) {
  const RouteTraits page{};
  EXPECT_TRUE(check(TestRequest{}.route(page)).admitted());
  EXPECT_TRUE(check(TestRequest{}.route(page).method(http::Method::Head)).admitted());
  for (const auto method : {http::Method::Post, http::Method::Put, http::Method::Patch, http::Method::Delete,
                            http::Method::Options, http::Method::Other}) {
    const auto verdict = check(TestRequest{}.route(page).method(method));
    ASSERT_FALSE(verdict.admitted());
    EXPECT_EQ(verdict.refusal().reason, Reason::MethodNotAllowed);
  }
}

TEST(ShapeCheck, RouteWithoutTraitsTakesNoBody) {
  const auto verdict = check(TestRequest{}.route({}).body(http::BodyLength::known(1)));
  ASSERT_FALSE(verdict.admitted());
  EXPECT_EQ(verdict.refusal().reason, Reason::BodyTooLarge);
}

TEST(ShapeCheck, AdmitsAWebSocketHandshake) {
  EXPECT_TRUE(check(TestRequest{}.websocket()).admitted());
}

TEST(ShapeCheck, RefusesAProtocolSwitchThatIsNoHandshake) {
  const TestRequest bad[] = {
      TestRequest{}.websocket().method(http::Method::Post),
      TestRequest{}.websocket().method(http::Method::Head),
      TestRequest{}.websocket().body(http::BodyLength::known(0)),
      TestRequest{}.websocket().body(http::BodyLength::known(10)),
      TestRequest{}.websocket().body(http::BodyLength::unknown()),
      TestRequest{}.websocket().version(http::Version::Http10),
      TestRequest{}.websocket().version(http::Version::Http2),
  };
  for (const auto& request : bad) {
    const auto verdict = check(request);
    ASSERT_FALSE(verdict.admitted());
    EXPECT_EQ(verdict.refusal().reason, Reason::MalformedUpgrade);
  }
}

}  // namespace
}  // namespace belfry::guard
