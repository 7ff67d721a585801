#include "proof/publication.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace belfry::proof {
namespace {

using namespace std::chrono_literals;

const base::WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 12}};

// Every part holds; what was found of each is "found <part>".
ClaimRow held() {
  ClaimRow row;
  row.claim = find_claim("transit.hsts");
  for (const Part& part : row.claim->parts) {
    row.latest.push_back({.claim = "transit.hsts",
                          .part = std::string{part.id},
                          .outcome = Outcome::Holds,
                          .finding = {"found " + std::string{part.id}, "vu " + std::string{part.id}},
                          .observed = kNow});
  }
  return row;
}

Lapse lapse(std::string part, base::WallTime from, std::optional<base::WallTime> to) {
  Finding finding{"lapsed " + part, "rompu " + part};
  return {.claim = "transit.hsts", .part = std::move(part), .from = from, .to = to, .finding = std::move(finding)};
}

// Everything that the row says in words.
std::string words_of(const ClaimRow& row) {
  std::string words;
  const auto add = [&](const Finding& finding) { words.append(finding.en).append("|").append(finding.fr).append("|"); };
  for (const Evidence& one : row.latest) add(one.finding);
  for (const Lapse& one : row.lapses) add(one.finding);
  const Verdict verdict = judge(row, kNow);
  add(verdict.finding);
  if (verdict.lapse) add(verdict.lapse->finding);
  return words;
}

TEST(Publication, IsTheWholeRowWhereNothingIsBroken) {
  ClaimRow row = held();
  row.lapses = {lapse("429", kNow - 3h, kNow - 2h)};
  row.latest[0].outcome = Outcome::Inconclusive;
  const ClaimRow published = publication_of(row);
  EXPECT_EQ(published.latest, row.latest);
  EXPECT_EQ(published.lapses, row.lapses);
}

TEST(Publication, WithholdsWhatWasFoundOfABrokenPartAndSaysItsNameAndState) {
  ClaimRow row = held();
  row.latest[4].outcome = Outcome::Broken;
  const ClaimRow published = publication_of(row);
  const std::string words = words_of(published);
  EXPECT_EQ(words.find("found 429"), std::string::npos);
  EXPECT_EQ(words.find("vu 429"), std::string::npos);
  const Verdict verdict = judge(published, kNow);
  EXPECT_EQ(verdict.state, State::Broken);
  EXPECT_EQ(verdict.parts[4].state, State::Broken);
  EXPECT_EQ(verdict.finding.en, "6 of 7 parts hold; 429: details after the repair");
  EXPECT_EQ(verdict.finding.fr, "6 sur 7 tiennent\u202f; 429\u00a0: détails après la réparation");
  EXPECT_EQ(verdict.parts[0].evidence->finding.en, "found 200");
}

TEST(Publication, WithholdsWhatOtherPartsTellOfTheFault) {
  ClaimRow row = held();
  row.latest[4].outcome = Outcome::Broken;
  row.latest[3].outcome = Outcome::Inconclusive;
  row.lapses = {lapse("429", kNow, std::nullopt), lapse("200", kNow - 3h, kNow - 2h)};
  const std::string words = words_of(publication_of(row));
  for (const std::string_view secret : {"found 429", "vu 429", "found 404", "vu 404", "lapsed", "rompu"}) {
    EXPECT_EQ(words.find(secret), std::string::npos) << secret;
  }
}

TEST(Publication, GoesOnWithholdingWhileACheckCannotTell) {
  ClaimRow row = held();
  row.lapses = {lapse("429", kNow - 1h, std::nullopt)};
  row.latest[4].outcome = Outcome::Inconclusive;
  const std::string words = words_of(publication_of(row));
  EXPECT_EQ(words.find("found 429"), std::string::npos);
  EXPECT_EQ(words.find("lapsed"), std::string::npos);
  EXPECT_EQ(judge(publication_of(row), kNow).lapse.value().to, std::nullopt);
}

TEST(Publication, WithholdsFromALapseThatIsOverWhileAnotherPartIsBroken) {
  ClaimRow row = held();
  row.lapses = {lapse("429", kNow - 1h, kNow), lapse("502", kNow - 1h, std::nullopt)};
  EXPECT_EQ(words_of(publication_of(row)).find("lapsed"), std::string::npos);
  row.lapses[1].to = kNow;
  EXPECT_EQ(judge(publication_of(row), kNow).lapse.value().finding.en, "429: lapsed 429; 502: lapsed 502");
}

TEST(Publication, IsNotHeldUpByAPartThatTheClaimNoLongerHas) {
  ClaimRow row = held();
  row.lapses = {lapse("418", kNow - 1h, std::nullopt)};
  EXPECT_FALSE(has_open_lapse(row));
  EXPECT_FALSE(judge(row, kNow).lapse);
}

TEST(Publication, LeavesEveryStateAndTimeAsItIs) {
  ClaimBoard board = empty_board();
  ClaimRow& row = *std::ranges::find(board.rows, "transit.hsts", [](const ClaimRow& one) { return one.claim->id; });
  row = held();
  row.latest[2].outcome = Outcome::Broken;
  const ClaimBoard published = publication_of(board);
  for (std::size_t i = 0; i < kClaimCount; ++i) {
    for (const auto later : {0min, 50min, 70min}) {
      const Verdict is = judge(published.rows[i], kNow + later);
      const Verdict was = judge(board.rows[i], kNow + later);
      EXPECT_EQ(is.state, was.state);
      EXPECT_EQ(is.reason, was.reason);
      EXPECT_EQ(is.observed, was.observed);
      EXPECT_EQ(is.expires, was.expires);
      EXPECT_EQ(is.since, was.since);
    }
  }
}

TEST(LastLapse, IsMadeOfThePartsThatWereBrokenTogether) {
  ClaimRow row = held();
  row.lapses = {lapse("404", kNow - 50min, kNow - 20min), lapse("200", kNow - 60min, kNow - 30min),
                lapse("502", kNow - 5h, kNow - 4h)};
  const auto last = judge(row, kNow).lapse;
  ASSERT_TRUE(last);
  EXPECT_EQ(last->from, kNow - 60min);
  EXPECT_EQ(last->to, kNow - 20min);
  EXPECT_EQ(last->finding.en, "200: lapsed 200; 404: lapsed 404");
  EXPECT_EQ(last->finding.fr, "200\u00a0: rompu 200\u202f; 404\u00a0: rompu 404");
}

TEST(LastLapse, LastsFromTheFirstPartThatIsStillBroken) {
  ClaimRow row = held();
  row.lapses = {lapse("404", kNow - 50min, std::nullopt), lapse("200", kNow - 60min, std::nullopt),
                lapse("502", kNow - 5h, kNow - 4h)};
  const auto last = judge(row, kNow).lapse;
  ASSERT_TRUE(last);
  EXPECT_EQ(last->from, kNow - 60min);
  EXPECT_EQ(last->to, std::nullopt);
  EXPECT_EQ(last->finding, Finding{});
}

}  // namespace
}  // namespace belfry::proof
