#include "guard/refusal.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace belfry::guard {
namespace {

TEST(Refusal, EachReasonHasANameOfItsOwnInSnakeCase) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kReasons; ++i) {
    const auto name = to_string(static_cast<Reason>(i));
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos) << name;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  EXPECT_EQ(names.size(), kReasons);
}

TEST(Refusal, EachReasonIsAnErrorStatus) {
  for (std::size_t i = 0; i < kReasons; ++i) {
    const auto status = status_of(static_cast<Reason>(i));
    EXPECT_GE(status, 400);
    EXPECT_LT(status, 600);
  }
}

TEST(Refusal, StatusIsWhatTheRfcSays) {
  EXPECT_EQ(status_of(Reason::UnknownHost), 421);
  EXPECT_EQ(status_of(Reason::BlockedAddress), 403);
  EXPECT_EQ(status_of(Reason::RateExceeded), 429);
  EXPECT_EQ(status_of(Reason::BodyTooLarge), 413);
  EXPECT_EQ(status_of(Reason::ForeignOrigin), 403);
  EXPECT_EQ(status_of(Reason::MethodNotAllowed), 405);
  EXPECT_EQ(status_of(Reason::MalformedQuery), 400);
  EXPECT_EQ(status_of(Reason::TooBusy), 503);
  EXPECT_EQ(status_of(Reason::UpstreamUnreachable), 502);
  EXPECT_EQ(status_of(Reason::UpstreamInvalid), 502);
  EXPECT_EQ(status_of(Reason::UpstreamTimeout), 504);
}

TEST(Verdict, IsAdmitOrRefuseWithItsReason) {
  EXPECT_TRUE(Verdict{Admit{}}.admitted());
  const Verdict refused = Refuse{Reason::RateExceeded, std::chrono::seconds{3}};
  EXPECT_FALSE(refused.admitted());
  EXPECT_EQ(refused.refusal(), (Refuse{Reason::RateExceeded, std::chrono::seconds{3}}));
}

}  // namespace
}  // namespace belfry::guard
