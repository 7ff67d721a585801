#include "proof/verdict.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace belfry::proof {
namespace {

using namespace std::chrono_literals;

const base::WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 12}};

const Claim& hsts() {
  return *find_claim("transit.hsts");
}

Evidence evidence_of(const Claim& claim, std::string_view part, Outcome outcome, base::WallTime observed) {
  return {.claim = std::string{claim.id},
          .part = std::string{part},
          .outcome = outcome,
          .finding = {"found " + std::string{part}, "vu " + std::string{part}},
          .observed = observed};
}

ClaimRow row_of(const Claim& claim, Outcome outcome, base::WallTime observed) {
  ClaimRow row;
  row.claim = &claim;
  for (const Part& part : claim.parts) row.latest.push_back(evidence_of(claim, part.id, outcome, observed));
  return row;
}

TEST(Verdict, HoldsWhileFreshEvidenceOfEveryPartSaysSo) {
  const Verdict verdict = judge(row_of(hsts(), Outcome::Holds, kNow - 5min), kNow);
  EXPECT_EQ(verdict.state, State::Holds);
  EXPECT_EQ(verdict.reason, Reason::Evidence);
  EXPECT_EQ(verdict.observed, kNow - 5min);
  EXPECT_EQ(verdict.expires, kNow - 5min + hsts().age_limit);
  EXPECT_EQ(verdict.finding.en, "7 of 7 parts hold: 200, 3xx, 403, 404, 429, 502, control");
  EXPECT_EQ(verdict.finding.fr, "7 sur 7 tiennent\u00a0: 200, 3xx, 403, 404, 429, 502, témoin");
}

TEST(Verdict, IsUnknownWithoutACheckWhateverTheEvidenceSays) {
  const Claim& unbuilt = *find_claim("quality.reviewed");
  ClaimRow row;
  row.claim = &unbuilt;
  row.latest.push_back(evidence_of(unbuilt, "", Outcome::Holds, kNow));
  EXPECT_EQ(judge(row, kNow).state, State::Unknown);
  EXPECT_EQ(judge(row, kNow).reason, Reason::NotBuilt);
}

TEST(Verdict, IsUnknownWithoutEvidence) {
  ClaimRow row;
  row.claim = &hsts();
  const Verdict verdict = judge(row, kNow);
  EXPECT_EQ(verdict.state, State::Unknown);
  EXPECT_EQ(verdict.reason, Reason::NoEvidence);
  EXPECT_EQ(verdict.observed, std::nullopt);
  EXPECT_EQ(verdict.expires, std::nullopt);
  EXPECT_EQ(verdict.finding, Finding{});
}

TEST(Verdict, IsUnknownWhereOnePartHasNoEvidence) {
  ClaimRow row = row_of(hsts(), Outcome::Holds, kNow);
  row.latest.pop_back();
  const Verdict verdict = judge(row, kNow);
  EXPECT_EQ(verdict.state, State::Unknown);
  EXPECT_EQ(verdict.observed, std::nullopt);
  EXPECT_EQ(verdict.finding.en, "6 of 7 parts hold; control: no evidence");
}

TEST(Verdict, CountsEvidenceThatIsExactlyAtItsAgeLimitAndNoOlder) {
  const ClaimRow row = row_of(hsts(), Outcome::Holds, kNow);
  EXPECT_EQ(judge(row, kNow + hsts().age_limit).state, State::Holds);
  const Verdict late = judge(row, kNow + hsts().age_limit + 1ms);
  EXPECT_EQ(late.state, State::Unknown);
  EXPECT_EQ(late.reason, Reason::Expired);
}

TEST(Verdict, LetsEvidenceOfAFaultExpireToo) {
  const ClaimRow row = row_of(hsts(), Outcome::Broken, kNow);
  EXPECT_EQ(judge(row, kNow).state, State::Broken);
  EXPECT_EQ(judge(row, kNow + hsts().age_limit + 1ms).state, State::Unknown);
}

TEST(Verdict, TakesTheStateOfTheWorstPart) {
  ClaimRow row = row_of(hsts(), Outcome::Holds, kNow);
  row.latest[1].outcome = Outcome::Inconclusive;
  EXPECT_EQ(judge(row, kNow).state, State::Unknown);
  EXPECT_EQ(judge(row, kNow).reason, Reason::Inconclusive);
  row.latest[4].outcome = Outcome::Broken;
  EXPECT_EQ(judge(row, kNow).state, State::Broken);
  EXPECT_EQ(judge(row, kNow).finding.en, "5 of 7 parts hold; 3xx: found 3xx; 429: found 429");
}

TEST(Verdict, IsAsFreshAsItsStalestPart) {
  ClaimRow row = row_of(hsts(), Outcome::Holds, kNow);
  row.latest[3].observed = kNow - 20min;
  EXPECT_EQ(judge(row, kNow).observed, kNow - 20min);
  EXPECT_EQ(judge(row, kNow).expires, kNow - 20min + hsts().age_limit);
  EXPECT_EQ(judge(row, kNow - 20min + hsts().age_limit + 1ms).state, State::Unknown);
}

TEST(Verdict, IsUnknownWhenTheClockWasSteppedBack) {
  const ClaimRow row = row_of(hsts(), Outcome::Holds, kNow);
  EXPECT_EQ(judge(row, kNow - kFutureTolerance).state, State::Holds);
  const Verdict verdict = judge(row, kNow - kFutureTolerance - 1ms);
  EXPECT_EQ(verdict.state, State::Unknown);
  EXPECT_EQ(verdict.reason, Reason::FromFuture);
}

TEST(Verdict, IsUnknownWhereTheEvidenceCouldNotBeWrittenDown) {
  for (const Outcome outcome : {Outcome::Holds, Outcome::Broken, Outcome::Inconclusive}) {
    ClaimRow row = row_of(hsts(), outcome, kNow);
    row.unrecorded = true;
    EXPECT_EQ(judge(row, kNow).state, State::Unknown);
    EXPECT_EQ(judge(row, kNow).reason, Reason::Unrecorded);
  }
}

TEST(Verdict, IgnoresEvidenceOfAPartThatTheClaimDoesNotHave) {
  ClaimRow row = row_of(hsts(), Outcome::Holds, kNow);
  row.latest.push_back(evidence_of(hsts(), "418", Outcome::Broken, kNow));
  EXPECT_EQ(judge(row, kNow).state, State::Holds);
}

TEST(VerdictSince, IsWhatWasRecordedWhileTheStateIsTheSame) {
  ClaimRow row = row_of(hsts(), Outcome::Holds, kNow - 1min);
  row.recorded = StateChange{"transit.hsts", State::Holds, kNow - 48h};
  EXPECT_EQ(judge(row, kNow).since, kNow - 48h);
}

TEST(VerdictSince, IsTheMomentOfExpiryBeforeAnybodyWroteItDown) {
  ClaimRow row = row_of(hsts(), Outcome::Holds, kNow);
  row.recorded = StateChange{"transit.hsts", State::Holds, kNow - 48h};
  EXPECT_EQ(judge(row, kNow + 10h).since, kNow + hsts().age_limit);
}

TEST(VerdictSince, IsTheFirstFaultOrTheLastPartThatCameToHold) {
  ClaimRow row = row_of(hsts(), Outcome::Holds, kNow - 10min);
  row.recorded = StateChange{"transit.hsts", State::Unknown, kNow - 48h};
  row.latest[2].observed = kNow - 2min;
  EXPECT_EQ(judge(row, kNow).since, kNow - 2min);
  row.latest[5].outcome = Outcome::Broken;
  row.latest[6].outcome = Outcome::Broken;
  row.latest[6].observed = kNow - 1min;
  EXPECT_EQ(judge(row, kNow).since, kNow - 10min);
}

TEST(VerdictSince, IsNotTakenFromAClockThatIsWrong) {
  ClaimRow row = row_of(hsts(), Outcome::Holds, kNow + 1h);
  EXPECT_EQ(judge(row, kNow).since, std::nullopt);
}

TEST(VerdictSince, NeverStandsBeforeTheChangeThatItFollows) {
  ClaimRow row = row_of(hsts(), Outcome::Broken, kNow - 5min);
  row.recorded = StateChange{"transit.hsts", State::Holds, kNow - 3min};
  EXPECT_EQ(judge(row, kNow).since, kNow - 3min);
}

TEST(ClaimBoard, BeginsWithEveryClaimUnknown) {
  const ClaimBoard board = empty_board();
  for (std::size_t i = 0; i < kClaimCount; ++i) {
    EXPECT_EQ(board.rows[i].claim, &claims()[i]);
    EXPECT_EQ(judge(board.rows[i], kNow).state, State::Unknown);
  }
}

// Whatever happens in whatever order, a row that holds has evidence of each part that says so, recorded, not older than
// the limit and not from the future.
TEST(VerdictProperty, NothingMakesARowHoldWithoutFreshEvidence) {
  std::mt19937_64 random{20260312};
  const auto below = [&](std::uint64_t limit) { return random() % limit; };
  constexpr std::uint64_t kNinetyMinutes = 5'400'000;  // in milliseconds
  std::size_t held = 0;
  for (int run = 0; run < 2000; ++run) {
    base::WallTime now = kNow;
    ClaimRow row;
    row.claim = &claims()[below(2) == 0 ? 7 : below(kClaimCount)];
    for (int event = 0; event < 40; ++event) {
      switch (below(6)) {
        case 0:
          now += std::chrono::milliseconds{below(kNinetyMinutes)};
          break;
        case 1:
          now -= std::chrono::milliseconds{below(kNinetyMinutes)};
          break;
        case 2:
          row.unrecorded = below(3) == 0;
          break;
        case 3:
          row.recorded = StateChange{std::string{row.claim->id}, static_cast<State>(below(3)), now};
          break;
        case 4:
          row.latest = row_of(*row.claim, Outcome::Holds, now - std::chrono::minutes{below(5)}).latest;
          break;
        default:
          if (!row.latest.empty()) {
            Evidence& one = row.latest[below(row.latest.size())];
            one.outcome = static_cast<Outcome>(below(3));
            one.observed = now - std::chrono::minutes{below(120)} + std::chrono::minutes{below(10)};
          }
      }
      const Verdict verdict = judge(row, now);
      if (verdict.state != State::Holds) continue;
      ++held;
      ASSERT_FALSE(row.unrecorded);
      ASSERT_FALSE(row.claim->parts.empty());
      for (const Part& part : row.claim->parts) {
        const auto evidence = std::ranges::find(row.latest, part.id, &Evidence::part);
        ASSERT_NE(evidence, row.latest.end());
        ASSERT_EQ(evidence->outcome, Outcome::Holds);
        ASSERT_LE(now - evidence->observed, row.claim->age_limit);
        ASSERT_LE(evidence->observed - now, kFutureTolerance);
      }
    }
  }
  // The property is not true for want of a row that holds.
  EXPECT_GT(held, 1000U);
}

}  // namespace
}  // namespace belfry::proof
