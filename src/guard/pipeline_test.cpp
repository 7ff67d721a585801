#include "guard/pipeline.hpp"

#include "base/random.hpp"
#include "guard/blocklist.hpp"
#include "guard/rate_limit.hpp"
#include "guard/subject_for_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace belfry::guard {
namespace {

using testing::ElementsAreArray;

std::shared_ptr<const Blocklist> blocklist() {
  AddressSet::Builder builder;
  builder.add(base::AddressRange::parse("192.0.2.0/24").value());
  return std::make_shared<const Blocklist>(builder.build(), std::vector<base::AddressRange>{});
}

PipelineParts parts() {
  base::FakeRandom random;
  return {.hosts = SiteHosts{{"app.example.com"}, {"belfry.app.example.com"}},
          .blocklist = blocklist(),
          .rate_limit = std::make_shared<RateLimit>(RateOptions{1, 2}, random, 64),
          .origin = {}};
}

// Each of them is refused by one guard and by no other.
TestRequest bad_for_host() {
  return TestRequest{}.to(HostKind::Unknown).host("elsewhere.example");
}
TestRequest bad_for_address() {
  return TestRequest{}.from("192.0.2.7");
}
TestRequest bad_for_shape() {
  return TestRequest{}.method(http::Method::Post).body(http::BodyLength::known(1001));
}
TestRequest bad_for_origin() {
  return TestRequest{}.method(http::Method::Post).field("sec-fetch-site", "cross-site");
}

void expect_refused(const Pipeline& pipeline, const TestRequest& request, Reason reason) {
  const Verdict verdict = pipeline.admit(request.subject());
  ASSERT_FALSE(verdict.admitted());
  EXPECT_EQ(verdict.refusal().reason, reason);
}

TEST(Pipeline, StandardGuardsStandInTheirOrder) {
  EXPECT_THAT(Pipeline{standard_guards(parts())}.names(), ElementsAreArray(Pipeline::kOrder));
  EXPECT_THAT(Pipeline::kOrder, ElementsAreArray({"host", "address", "rate", "shape", "origin"}));
}

TEST(Pipeline, AdmitsAGoodRequest) {
  EXPECT_TRUE(Pipeline{standard_guards(parts())}.admit(TestRequest{}.subject()).admitted());
}

TEST(Pipeline, RefusesAnUnknownHost) {
  expect_refused(Pipeline{standard_guards(parts())}, bad_for_host(), Reason::UnknownHost);
}

TEST(Pipeline, RefusesABlockedAddress) {
  expect_refused(Pipeline{standard_guards(parts())}, bad_for_address(), Reason::BlockedAddress);
}

TEST(Pipeline, RefusesAboveTheRate) {
  const Pipeline pipeline{standard_guards(parts())};
  EXPECT_TRUE(pipeline.admit(TestRequest{}.subject()).admitted());
  EXPECT_TRUE(pipeline.admit(TestRequest{}.subject()).admitted());
  expect_refused(pipeline, TestRequest{}, Reason::RateExceeded);
}

TEST(Pipeline, RefusesABodyAboveTheLimit) {
  expect_refused(Pipeline{standard_guards(parts())}, bad_for_shape(), Reason::BodyTooLarge);
}

TEST(Pipeline, RefusesAForeignOrigin) {
  expect_refused(Pipeline{standard_guards(parts())}, bad_for_origin(), Reason::ForeignOrigin);
}

// The tests above would not notice a missing guard if another one covered for it.
TEST(Pipeline, NoGuardCoversForAnother) {
  const std::pair<std::string_view, TestRequest> table[] = {{"host", bad_for_host()},
                                                            {"address", bad_for_address()},
                                                            {"rate", TestRequest{}},
                                                            {"shape", bad_for_shape()},
                                                            {"origin", bad_for_origin()}};
  ASSERT_EQ(std::size(table), Pipeline::kOrder.size());
  for (const auto& [left_out, request] : table) {
    GuardList guards = standard_guards(parts());
    ASSERT_EQ(std::erase_if(guards, [&](const auto& guard) { return guard->name() == left_out; }), 1U);
    const Pipeline weakened{std::move(guards)};
    const int requests = left_out == "rate" ? 100 : 1;
    for (int i = 0; i < requests; ++i) EXPECT_TRUE(weakened.admit(request.subject()).admitted()) << left_out;
  }
}

TEST(Pipeline, TheFirstRefusalWins) {
  const Pipeline pipeline{standard_guards(parts())};
  auto request = bad_for_origin().body(http::BodyLength::known(5000)).from("192.0.2.1").to(HostKind::Unknown);
  expect_refused(pipeline, request, Reason::UnknownHost);
  request.to(HostKind::Application);
  expect_refused(pipeline, request, Reason::BlockedAddress);
  request.from("198.51.100.1");
  expect_refused(pipeline, request, Reason::BodyTooLarge);
  request.body(http::BodyLength::known(5));
  expect_refused(pipeline, request, Reason::ForeignOrigin);
}

TEST(Pipeline, RequestsRefusedForTheirShapeOrOriginHaveTheirPrice) {
  const Pipeline pipeline{standard_guards(parts())};
  expect_refused(pipeline, bad_for_origin(), Reason::ForeignOrigin);
  expect_refused(pipeline, bad_for_shape(), Reason::BodyTooLarge);
  expect_refused(pipeline, TestRequest{}, Reason::RateExceeded);
}

TEST(Pipeline, BlockedAddressesTakeNoPlaceInTheRateTable) {
  PipelineParts with_small_table = parts();
  base::FakeRandom random;
  with_small_table.rate_limit = std::make_shared<RateLimit>(RateOptions{1, 2}, random, 8);
  const Pipeline pipeline{standard_guards(with_small_table)};
  for (int i = 0; i < 256; ++i) {
    expect_refused(pipeline, TestRequest{}.from("192.0.2." + std::to_string(i)), Reason::BlockedAddress);
  }
  EXPECT_EQ(with_small_table.rate_limit->overflowed(), 0U);
  EXPECT_TRUE(pipeline.admit(TestRequest{}.subject()).admitted());
}

TEST(Pipeline, AReloadForgetsNoCount) {
  PipelineParts shared = parts();
  const Pipeline before{standard_guards(shared)};
  EXPECT_TRUE(before.admit(TestRequest{}.subject()).admitted());
  EXPECT_TRUE(before.admit(TestRequest{}.subject()).admitted());
  const Pipeline after{standard_guards(shared)};
  expect_refused(after, TestRequest{}, Reason::RateExceeded);
}

TEST(Pipeline, RefusesToBeBuiltIncomplete) {
  EXPECT_THROW(Pipeline{GuardList{}}, std::invalid_argument);
  PipelineParts without_list = parts();
  without_list.blocklist = nullptr;
  EXPECT_THROW(standard_guards(without_list), std::invalid_argument);
  PipelineParts without_limit = parts();
  without_limit.rate_limit = nullptr;
  EXPECT_THROW(standard_guards(without_limit), std::invalid_argument);
}

}  // namespace
}  // namespace belfry::guard
