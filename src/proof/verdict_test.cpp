#include "proof/verdict.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
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

// A claim of which one part has no check yet.
const Claim& credentials() {
  return *find_claim("organisation.credentials");
}

TEST(VerdictUnbuiltPart, KeepsTheClaimUnknownWhateverEvidenceTurnsUp) {
  ClaimRow nothing;
  nothing.claim = &credentials();
  EXPECT_EQ(judge(nothing, kNow).reason, Reason::NoEvidence);
  // Of the part without a check too.
  const ClaimRow row = row_of(credentials(), Outcome::Holds, kNow - 1min);
  const Verdict verdict = judge(row, kNow);
  EXPECT_EQ(verdict.state, State::Unknown);
  EXPECT_EQ(verdict.reason, Reason::PartNotBuilt);
  EXPECT_EQ(verdict.finding.en,
            "2 of 3 parts hold: signing in here, control; register of services: it is not kept yet");
  EXPECT_EQ(
      verdict.finding.fr,
      "2 sur 3 tiennent\u00a0: la connexion ici, témoin\u202f; registre des services\u00a0: il n’est pas encore tenu");
  EXPECT_EQ(verdict.parts[0].state, State::Holds);
  EXPECT_EQ(verdict.parts[1].reason, Reason::NotBuilt);
  EXPECT_EQ(verdict.parts[1].evidence, nullptr);
  EXPECT_EQ(verdict.observed, kNow - 1min) << "of the parts that have a check";
}

TEST(VerdictUnbuiltPart, LeavesTheClaimBrokenWhereAnotherIs) {
  ClaimRow row = row_of(credentials(), Outcome::Holds, kNow);
  row.latest[0].outcome = Outcome::Broken;
  EXPECT_EQ(judge(row, kNow).state, State::Broken);
  EXPECT_EQ(judge(row, kNow).reason, Reason::Evidence);
}

TEST(VerdictOwnTerms, LetAPartsEvidenceCountForAsLongAsThePartSays) {
  ClaimRow row = row_of(credentials(), Outcome::Broken, kNow);
  EXPECT_EQ(judge(row, kNow).expires, kNow + 24h);
  EXPECT_EQ(judge(row, kNow + 24h).state, State::Broken);
  EXPECT_EQ(judge(row, kNow + 24h + 1ms).state, State::Unknown);
  EXPECT_EQ(judge(row, kNow + 24h + 1ms).reason, Reason::Expired);
}

// A claim that is measured, as none is built yet.
Claim figure(std::uint32_t minimum_coverage) {
  static constexpr std::array<Part, 1> kParts{{{"figure", {"figure", "chiffre"}}}};
  Claim claim = *find_claim("organisation.devices");
  claim.parts = kParts;
  claim.minimum_coverage = minimum_coverage;
  return claim;
}

TEST(VerdictCoverage, MakesAFigureBelowItsMinimumUnknownWhateverItSays) {
  const Claim claim = figure(90);
  for (const Outcome outcome : {Outcome::Holds, Outcome::Broken}) {
    ClaimRow row = row_of(claim, outcome, kNow);
    row.latest[0].coverage = Coverage{.observed = 89, .expected = 99};
    EXPECT_EQ(judge(row, kNow).state, State::Unknown);
    EXPECT_EQ(judge(row, kNow).reason, Reason::Uncovered);
    row.latest[0].coverage = Coverage{.observed = 90, .expected = 100};
    EXPECT_EQ(judge(row, kNow).state, outcome == Outcome::Holds ? State::Holds : State::Broken);
    EXPECT_EQ(judge(row, kNow).reason, Reason::Evidence);
  }
}

TEST(VerdictCoverage, IsAskedOfEveryFigure) {
  const Claim claim = figure(0);
  ClaimRow row = row_of(claim, Outcome::Holds, kNow);
  EXPECT_EQ(judge(row, kNow).reason, Reason::Uncovered) << "it does not say what it was computed from";
  row.latest[0].coverage = Coverage{};
  EXPECT_EQ(judge(row, kNow).reason, Reason::Uncovered) << "of nothing";
  row.latest[0].coverage = Coverage{.observed = 4, .expected = 3};
  EXPECT_EQ(judge(row, kNow).reason, Reason::Uncovered) << "more than there is";
  row.latest[0].coverage = Coverage{.observed = 0, .expected = 3};
  EXPECT_EQ(judge(row, kNow).state, State::Holds) << "a minimum of nothing is one too";
}

TEST(VerdictCoverage, IsAllOfItWhereTheRowDoesNotSay) {
  for (const Claim& claim : claims()) {
    EXPECT_EQ(claim.minimum_coverage, 100U) << claim.id;
  }
  constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
  const Claim claim = figure(100);
  ClaimRow row = row_of(claim, Outcome::Holds, kNow);
  row.latest[0].coverage = Coverage{.observed = kMost - 1, .expected = kMost};
  EXPECT_EQ(judge(row, kNow).state, State::Unknown);
  row.latest[0].coverage = Coverage{.observed = kMost, .expected = kMost};
  EXPECT_EQ(judge(row, kNow).state, State::Holds);
}

TEST(VerdictCoverage, CountsForADrillThatStatesIt) {
  ClaimRow row = row_of(hsts(), Outcome::Holds, kNow);
  row.latest[2].coverage = Coverage{.observed = 1, .expected = 2};
  EXPECT_EQ(judge(row, kNow).state, State::Unknown);
  EXPECT_EQ(judge(row, kNow).reason, Reason::Uncovered);
}

TEST(VerdictCoverage, GivesWayToWhatIsKnownToBeWorse) {
  Claim claim = hsts();
  ClaimRow row = row_of(claim, Outcome::Holds, kNow);
  row.latest[2].coverage = Coverage{.observed = 1, .expected = 2};
  row.latest[3].outcome = Outcome::Broken;
  EXPECT_EQ(judge(row, kNow).state, State::Broken);
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

}  // namespace
}  // namespace belfry::proof
