#include "proof/lapse.hpp"

#include <gtest/gtest.h>

namespace belfry::proof {
namespace {

using namespace std::chrono_literals;

const base::WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 12}};

Evidence evidence(Outcome outcome, base::WallTime observed, std::string found = "found") {
  return {.claim = "transit.hsts",
          .part = "429",
          .outcome = outcome,
          .finding = {std::move(found), "vu"},
          .observed = observed};
}

TEST(Lapse, BeginsWithTheFirstEvidenceOfAFault) {
  EXPECT_EQ(follow(std::nullopt, evidence(Outcome::Holds, kNow)), std::nullopt);
  EXPECT_EQ(follow(std::nullopt, evidence(Outcome::Inconclusive, kNow)), std::nullopt);
  const auto lapse = follow(std::nullopt, evidence(Outcome::Broken, kNow, "first"));
  EXPECT_EQ(lapse, (Lapse{"transit.hsts", "429", kNow, std::nullopt, {"first", "vu"}}));
  EXPECT_EQ(follow(lapse, evidence(Outcome::Broken, kNow + 5min, "second")), lapse);
}

TEST(Lapse, EndsWithTheFirstEvidenceThatSaysThatThePartHoldsAndWithNothingElse) {
  const auto open = follow(std::nullopt, evidence(Outcome::Broken, kNow));
  EXPECT_EQ(follow(open, evidence(Outcome::Inconclusive, kNow + 5min)), open);
  const auto ended = follow(open, evidence(Outcome::Holds, kNow + 10min));
  EXPECT_EQ(ended.value().to, kNow + 10min);
  EXPECT_EQ(ended.value().finding.en, "found");
  for (const Outcome outcome : {Outcome::Holds, Outcome::Inconclusive}) {
    EXPECT_EQ(follow(ended, evidence(outcome, kNow + 20min)), ended);
  }
}

TEST(Lapse, EndsWithNoFigureOfTooFewObservations) {
  const auto open = follow(std::nullopt, evidence(Outcome::Broken, kNow));
  Evidence figure = evidence(Outcome::Holds, kNow + 5min);
  figure.coverage = Coverage{.observed = 99, .expected = 100};
  EXPECT_EQ(follow(open, figure), open);
  figure.coverage->observed = 100;
  EXPECT_TRUE(follow(open, figure).value().to);
}

TEST(Lapse, GivesWayToTheNext) {
  const auto ended = follow(follow(std::nullopt, evidence(Outcome::Broken, kNow)), evidence(Outcome::Holds, kNow));
  const auto next = follow(ended, evidence(Outcome::Broken, kNow + 1h, "again"));
  EXPECT_EQ(next, (Lapse{"transit.hsts", "429", kNow + 1h, std::nullopt, {"again", "vu"}}));
}

TEST(Lapse, NeverEndsBeforeItBegan) {
  const auto open = follow(std::nullopt, evidence(Outcome::Broken, kNow));
  EXPECT_EQ(follow(open, evidence(Outcome::Holds, kNow - 1h)).value().to, kNow);
}

}  // namespace
}  // namespace belfry::proof
