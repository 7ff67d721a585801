#include "proof/drill_rounds.hpp"

#include "proof/fake_drill_ledger_store.hpp"
#include "proof/fake_evidence_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace belfry::proof {
namespace {

using namespace std::chrono_literals;

class FakeDrill final : public Drill {
 public:
  FakeDrill(std::string_view claim, std::function<std::vector<Evidence>(DrillContext&)> run)
      : claim_{claim}, run_{std::move(run)} {}
  std::string_view claim() const override { return claim_; }
  std::chrono::seconds interval() const override { return 5min; }
  std::vector<Evidence> run(DrillContext& context) override { return run_(context); }

 private:
  std::string_view claim_;
  std::function<std::vector<Evidence>(DrillContext&)> run_;
};

class DrillRoundsTest : public testing::Test {
 protected:
  // A drill of request.traced that reports `outcome_` for its parts.
  std::unique_ptr<Drill> traced() {
    return std::make_unique<FakeDrill>("request.traced", [this](DrillContext&) {
      ++runs_;
      if (throws_) throw std::runtime_error{"secret of the machine"};
      std::vector<Evidence> evidence;
      for (const std::string_view part : {"lookup", "control", "twin"}) {
        evidence.push_back({.claim = reports_for_,
                            .part = std::string{part},
                            .outcome = outcome_,
                            .finding = finding_,
                            .observed = clock_.wall_now()});
      }
      return evidence;
    });
  }

  DrillRounds rounds() {
    std::vector<std::unique_ptr<Drill>> drills;
    drills.push_back(traced());
    return rounds_of(std::move(drills));
  }
  DrillRounds rounds_of(std::vector<std::unique_ptr<Drill>> drills) {
    return {clock_,
            random_,
            store_,
            book_,
            std::move(drills),
            [this](std::shared_ptr<const ClaimBoard> board) { published_.push_back(std::move(board)); },
            [this](std::string_view line) { log_.emplace_back(line); }};
  }

  void go_on(DrillRounds& rounds, std::chrono::milliseconds by) {
    clock_.advance(by);
    rounds.run_due({}, [](auto) { return true; });
  }

  static const ClaimRow& row(const ClaimBoard& board, std::string_view claim) {
    return *std::ranges::find(board.rows, claim, [](const ClaimRow& one) { return one.claim->id; });
  }
  State state() const { return judge(row(*published_.back(), "request.traced"), clock_.wall_now()).state; }
  // Whether the board that was handed out last has the text anywhere.
  bool shows(std::string_view text) const {
    const ClaimRow& published = row(*published_.back(), "request.traced");
    const auto has = [&](const Finding& finding) { return finding.en.find(text) != std::string::npos; };
    return std::ranges::any_of(published.latest, has, &Evidence::finding) ||
           std::ranges::any_of(published.lapses, has, &Lapse::finding) ||
           has(judge(published, clock_.wall_now()).finding);
  }
  std::vector<State> history() {
    std::vector<State> states;
    const auto changes = store_.history("request.traced");
    for (const StateChange& change : *changes) states.push_back(change.state);
    return states;
  }

  base::FakeClock clock_;
  base::FakeRandom random_;
  FakeEvidenceStore store_;
  FakeDrillLedgerStore ledger_;
  DrillBook book_{ledger_, clock_, [this](std::string_view line) { log_.emplace_back(line); }};
  std::vector<std::shared_ptr<const ClaimBoard>> published_;
  std::vector<std::string> log_;
  Outcome outcome_ = Outcome::Holds;
  std::string reports_for_ = "request.traced";
  Finding finding_{"found", "vu"};
  bool throws_ = false;
  int runs_ = 0;
};

TEST_F(DrillRoundsTest, ShowEveryClaimBeforeAnyDrillRan) {
  DrillRounds rounds = this->rounds();
  rounds.recall();
  ASSERT_EQ(published_.size(), 1U);
  EXPECT_EQ(state(), State::Unknown);
  // The history of each claim begins.
  EXPECT_EQ(store_.changes.size(), kClaimCount);
  EXPECT_EQ(runs_, 0);
}

TEST_F(DrillRoundsTest, RunADrillSoonAndThenByItsIntervalNeverLater) {
  DrillRounds rounds = this->rounds();
  rounds.recall();
  rounds.begin();
  EXPECT_EQ(rounds.next_due(), clock_.steady_now() + DrillRounds::kFirstPause);
  go_on(rounds, DrillRounds::kFirstPause - 1ms);
  EXPECT_EQ(runs_, 0);
  go_on(rounds, 1ms);
  EXPECT_EQ(runs_, 1);
  EXPECT_EQ(state(), State::Holds);

  go_on(rounds, 270s - 1ms);
  EXPECT_EQ(runs_, 1);
  go_on(rounds, 30s + 1ms);
  EXPECT_EQ(runs_, 2);
}

TEST_F(DrillRoundsTest, DoNotRunAllDrillsAtOnce) {
  std::vector<std::unique_ptr<Drill>> drills;
  drills.push_back(traced());
  drills.push_back(traced());
  DrillRounds rounds = rounds_of(std::move(drills));
  rounds.recall();
  rounds.begin();
  go_on(rounds, DrillRounds::kFirstPause);
  EXPECT_EQ(runs_, 1);
  go_on(rounds, DrillRounds::kFirstPause);
  EXPECT_EQ(runs_, 2);
}

TEST_F(DrillRoundsTest, TryAgainSoonerWhereADrillCouldNotTell) {
  outcome_ = Outcome::Inconclusive;
  DrillRounds rounds = this->rounds();
  rounds.recall();
  rounds.begin();
  go_on(rounds, DrillRounds::kFirstPause);
  go_on(rounds, DrillRounds::kRetry);
  EXPECT_EQ(runs_, 2);
}

TEST_F(DrillRoundsTest, WriteEachChangeOfStateIntoTheHistory) {
  DrillRounds rounds = this->rounds();
  rounds.recall();
  rounds.begin();
  go_on(rounds, DrillRounds::kFirstPause);
  go_on(rounds, 5min);
  outcome_ = Outcome::Broken;
  go_on(rounds, 5min);
  EXPECT_EQ(state(), State::Broken);
  const auto broken_at = clock_.wall_now();
  EXPECT_EQ(history(), (std::vector{State::Unknown, State::Holds, State::Broken}));
  EXPECT_EQ(store_.changes.back().at, broken_at);
  EXPECT_EQ(judge(row(*published_.back(), "request.traced"), clock_.wall_now()).since, broken_at);
}

TEST_F(DrillRoundsTest, WriteDownThatEvidenceExpiredAtTheMomentItDid) {
  store_.evidence = {{"request.traced", "lookup", Outcome::Holds, {}, clock_.wall_now()},
                     {"request.traced", "control", Outcome::Holds, {}, clock_.wall_now()},
                     {"request.traced", "twin", Outcome::Holds, {}, clock_.wall_now()}};
  const auto expires = clock_.wall_now() + find_claim("request.traced")->age_limit;
  DrillRounds rounds = rounds_of({});
  rounds.recall();
  rounds.begin();
  EXPECT_EQ(state(), State::Holds);
  go_on(rounds, 1h);
  EXPECT_EQ(state(), State::Holds);
  go_on(rounds, DrillRounds::kLookOver);
  EXPECT_EQ(state(), State::Unknown);
  EXPECT_EQ(store_.changes.back().state, State::Unknown);
  EXPECT_EQ(store_.changes.back().at, expires);
}

TEST_F(DrillRoundsTest, RememberOverARestart) {
  {
    DrillRounds rounds = this->rounds();
    rounds.recall();
    rounds.begin();
    go_on(rounds, DrillRounds::kFirstPause);
  }
  const auto since = store_.changes.back().at;
  clock_.advance(10min);
  DrillRounds rounds = this->rounds();
  rounds.recall();
  EXPECT_EQ(state(), State::Holds);
  EXPECT_EQ(judge(row(*published_.back(), "request.traced"), clock_.wall_now()).since, since);
  EXPECT_EQ(store_.changes.size(), kClaimCount + 1);
}

TEST_F(DrillRoundsTest, FindAfterARestartThatEvidenceExpiredMeanwhile) {
  {
    DrillRounds rounds = this->rounds();
    rounds.recall();
    rounds.begin();
    go_on(rounds, DrillRounds::kFirstPause);
  }
  const auto observed = clock_.wall_now();
  clock_.advance(48h);
  DrillRounds rounds = this->rounds();
  rounds.recall();
  EXPECT_EQ(state(), State::Unknown);
  EXPECT_EQ(store_.changes.back().at, observed + find_claim("request.traced")->age_limit);
}

TEST_F(DrillRoundsTest, TakeAnExceptionForInconclusiveAndTellTheLogAlone) {
  throws_ = true;
  DrillRounds rounds = this->rounds();
  rounds.recall();
  rounds.begin();
  go_on(rounds, DrillRounds::kFirstPause);
  EXPECT_EQ(state(), State::Unknown);
  ASSERT_EQ(store_.evidence.size(), 3U);
  EXPECT_EQ(store_.evidence[0].outcome, Outcome::Inconclusive);
  EXPECT_EQ(store_.evidence[0].finding.en, "the drill could not be run");
  ASSERT_EQ(log_.size(), 1U);
  EXPECT_NE(log_[0].find("secret of the machine"), std::string::npos);
}

TEST_F(DrillRoundsTest, TakeNoEvidenceOfAnotherClaim) {
  reports_for_ = "transit.hsts";
  DrillRounds rounds = this->rounds();
  rounds.recall();
  rounds.begin();
  go_on(rounds, DrillRounds::kFirstPause);
  EXPECT_EQ(state(), State::Unknown);
  EXPECT_TRUE(std::ranges::all_of(store_.evidence, [](const Evidence& one) { return one.claim == "request.traced"; }));
}

TEST_F(DrillRoundsTest, TakeNoEvidenceOfAPartThatTheClaimDoesNotHave) {
  std::vector<std::unique_ptr<Drill>> drills;
  drills.push_back(std::make_unique<FakeDrill>("request.traced", [&](DrillContext&) {
    return std::vector<Evidence>{{"request.traced", "elsewhere", Outcome::Holds, {}, clock_.wall_now()}};
  }));
  DrillRounds rounds = rounds_of(std::move(drills));
  rounds.recall();
  rounds.begin();
  go_on(rounds, DrillRounds::kFirstPause);
  ASSERT_EQ(store_.evidence.size(), 3U);
  EXPECT_EQ(store_.evidence[0].outcome, Outcome::Inconclusive);
}

TEST_F(DrillRoundsTest, EnterADrillWhileItActsAndNotLonger) {
  std::vector<std::unique_ptr<Drill>> drills;
  drills.push_back(std::make_unique<FakeDrill>("request.traced", [&](DrillContext&) -> std::vector<Evidence> {
    EXPECT_EQ(ledger_.entries.size(), 1U);
    throw std::runtime_error{"in the middle of it"};
  }));
  DrillRounds rounds = rounds_of(std::move(drills));
  rounds.recall();
  rounds.begin();
  go_on(rounds, DrillRounds::kFirstPause);
  EXPECT_TRUE(ledger_.entries.empty());
}

TEST_F(DrillRoundsTest, LetNoDrillActThatCannotBeEntered) {
  ledger_.writable = false;
  DrillRounds rounds = this->rounds();
  rounds.recall();
  rounds.begin();
  go_on(rounds, DrillRounds::kFirstPause);
  EXPECT_EQ(runs_, 0);
  EXPECT_EQ(state(), State::Unknown);
  ASSERT_EQ(store_.evidence.size(), 3U);
  EXPECT_EQ(store_.evidence[0].outcome, Outcome::Inconclusive);
  ledger_.writable = true;
  go_on(rounds, DrillRounds::kRetry);
  EXPECT_EQ(runs_, 1);
  EXPECT_EQ(state(), State::Holds);
}

TEST_F(DrillRoundsTest, HoldUpADrillWhoseRemainsCannotBeCleanedUntilTheyAre) {
  bool stuck = true;
  book_.clean_by("twin", [&](std::string_view) -> std::expected<void, std::string> {
    if (stuck) return std::unexpected{"it is stuck"};
    return {};
  });
  ledger_.entries = {{7, "request.traced", clock_.wall_now(), {{"twin", "old"}}}};
  DrillRounds rounds = this->rounds();
  rounds.recall();
  rounds.begin();
  go_on(rounds, DrillRounds::kFirstPause);
  EXPECT_EQ(runs_, 0);
  EXPECT_EQ(state(), State::Unknown);
  stuck = false;
  go_on(rounds, DrillRounds::kRetry);
  EXPECT_EQ(runs_, 1);
  EXPECT_TRUE(ledger_.entries.empty());
}

TEST_F(DrillRoundsTest, StopADrillThatTakesTooLongAndDropWhatItFound) {
  DrillRounds* running = nullptr;
  bool went_on = true;
  std::vector<std::unique_ptr<Drill>> drills;
  drills.push_back(std::make_unique<FakeDrill>("request.traced", [&](DrillContext& context) {
    clock_.advance(DrillRounds::kLongestRun);
    running->stop_overdue();
    EXPECT_FALSE(context.stopping.stop_requested());
    EXPECT_TRUE(context.wait(0ms));
    clock_.advance(1ms);
    running->stop_overdue();
    EXPECT_TRUE(context.stopping.stop_requested());
    went_on = context.wait(1ms);
    return std::vector<Evidence>{{"request.traced", "lookup", Outcome::Holds, {}, clock_.wall_now()}};
  }));
  DrillRounds rounds = rounds_of(std::move(drills));
  running = &rounds;
  rounds.stop_overdue();
  rounds.recall();
  rounds.begin();
  go_on(rounds, DrillRounds::kFirstPause);
  EXPECT_FALSE(went_on);
  ASSERT_EQ(store_.evidence.size(), 3U);
  EXPECT_EQ(store_.evidence[0].outcome, Outcome::Inconclusive);
  EXPECT_EQ(store_.evidence[0].finding.en, "the drill took too long and was stopped");
  EXPECT_EQ(state(), State::Unknown);
}

TEST_F(DrillRoundsTest, LetNoDrillWaitLongerThanItMayRun) {
  std::chrono::milliseconds asked{0};
  std::vector<std::unique_ptr<Drill>> drills;
  drills.push_back(std::make_unique<FakeDrill>("request.traced", [&](DrillContext& context) {
    EXPECT_FALSE(context.wait(24h));
    return std::vector<Evidence>{{"request.traced", "lookup", Outcome::Holds, {}, clock_.wall_now()}};
  }));
  DrillRounds rounds = rounds_of(std::move(drills));
  rounds.recall();
  rounds.begin();
  clock_.advance(DrillRounds::kFirstPause);
  rounds.run_due({}, [&](std::chrono::milliseconds period) {
    asked = period;
    return true;
  });
  EXPECT_EQ(asked, DrillRounds::kLongestRun);
}

TEST_F(DrillRoundsTest, CountOfAPartWhatWasWrittenAfterAFailureAlone) {
  std::vector<std::string> parts{"lookup", "control", "twin"};
  std::vector<std::unique_ptr<Drill>> drills;
  drills.push_back(std::make_unique<FakeDrill>("request.traced", [&](DrillContext&) {
    std::vector<Evidence> evidence;
    evidence.reserve(parts.size());
    for (const std::string& part : parts) {
      evidence.push_back({"request.traced", part, outcome_, {}, clock_.wall_now()});
    }
    return evidence;
  }));
  DrillRounds rounds = rounds_of(std::move(drills));
  rounds.recall();
  rounds.begin();
  outcome_ = Outcome::Inconclusive;
  go_on(rounds, DrillRounds::kFirstPause);
  store_.writable = false;
  outcome_ = Outcome::Holds;
  go_on(rounds, DrillRounds::kRetry);
  store_.writable = true;
  parts = {"lookup"};
  go_on(rounds, DrillRounds::kRetry);
  EXPECT_EQ(state(), State::Unknown) << "that the others hold was never written";
}

TEST_F(DrillRoundsTest, DropWhatADrillFoundThatWasCutShort) {
  std::stop_source source;
  std::vector<std::unique_ptr<Drill>> drills;
  drills.push_back(std::make_unique<FakeDrill>("request.traced", [&](DrillContext& context) {
    source.request_stop();
    EXPECT_TRUE(context.stopping.stop_requested());
    return std::vector<Evidence>{{"request.traced", "lookup", Outcome::Broken, {}, clock_.wall_now()}};
  }));
  DrillRounds rounds = rounds_of(std::move(drills));
  rounds.recall();
  rounds.begin();
  clock_.advance(DrillRounds::kFirstPause);
  rounds.run_due(source.get_token(), [](auto) { return false; });
  EXPECT_TRUE(store_.evidence.empty());
}

TEST_F(DrillRoundsTest, HandOutWhatWasFoundOfAFaultOnlyAfterTheRepair) {
  finding_ = {"the way in", "par où entrer"};
  outcome_ = Outcome::Broken;
  DrillRounds rounds = this->rounds();
  rounds.recall();
  rounds.begin();
  go_on(rounds, DrillRounds::kFirstPause);
  const auto broken_at = clock_.wall_now();
  EXPECT_EQ(state(), State::Broken);
  EXPECT_FALSE(shows("the way in"));
  ASSERT_FALSE(log_.empty());
  EXPECT_NE(log_.front().find("the way in"), std::string::npos);

  // That a later check cannot tell is no repair.
  outcome_ = Outcome::Inconclusive;
  go_on(rounds, 5min);
  EXPECT_EQ(state(), State::Unknown);
  EXPECT_FALSE(shows("the way in"));

  finding_ = {"refused", "refusée"};
  outcome_ = Outcome::Holds;
  go_on(rounds, 5min);
  EXPECT_EQ(state(), State::Holds);
  const auto lapse = judge(row(*published_.back(), "request.traced"), clock_.wall_now()).lapse;
  ASSERT_TRUE(lapse);
  EXPECT_EQ(lapse->from, broken_at);
  EXPECT_EQ(lapse->to, clock_.wall_now());
  EXPECT_EQ(lapse->finding.en, "look-up: the way in; control: the way in; twin: the way in");
}

TEST_F(DrillRoundsTest, HandOutNothingOfAFaultThatWasOpenBeforeARestart) {
  finding_ = {"the way in", "par où entrer"};
  for (const Outcome outcome : {Outcome::Broken, Outcome::Inconclusive}) {
    outcome_ = outcome;
    DrillRounds rounds = this->rounds();
    rounds.recall();
    EXPECT_FALSE(shows("the way in"));
    rounds.begin();
    go_on(rounds, DrillRounds::kFirstPause);
    EXPECT_FALSE(shows("the way in"));
  }
  DrillRounds rounds = this->rounds();
  rounds.recall();
  EXPECT_EQ(state(), State::Unknown);
  EXPECT_FALSE(shows("the way in"));
}

TEST_F(DrillRoundsTest, TakeNoRepairForOneThatCouldNotBeWritten) {
  finding_ = {"the way in", "par où entrer"};
  outcome_ = Outcome::Broken;
  DrillRounds rounds = this->rounds();
  rounds.recall();
  rounds.begin();
  go_on(rounds, DrillRounds::kFirstPause);
  store_.writable = false;
  outcome_ = Outcome::Holds;
  finding_ = {"refused", "refusée"};
  go_on(rounds, 5min);
  EXPECT_FALSE(shows("the way in"));
  store_.writable = true;
  go_on(rounds, DrillRounds::kRetry);
  EXPECT_TRUE(shows("the way in"));
}

TEST_F(DrillRoundsTest, ShowNothingThatCouldNotBeWritten) {
  DrillRounds rounds = this->rounds();
  rounds.recall();
  rounds.begin();
  store_.writable = false;
  go_on(rounds, DrillRounds::kFirstPause);
  EXPECT_EQ(state(), State::Unknown);
  EXPECT_EQ(judge(row(*published_.back(), "request.traced"), clock_.wall_now()).reason, Reason::Unrecorded);
  EXPECT_FALSE(log_.empty());

  // It tries again soon, and shows what is written again.
  store_.writable = true;
  go_on(rounds, DrillRounds::kRetry);
  EXPECT_EQ(state(), State::Holds);
  EXPECT_EQ(history().back(), State::Holds);
}

TEST_F(DrillRoundsTest, ShowNothingWhileTheHistoryCannotBeRead) {
  store_.readable = false;
  DrillRounds rounds = this->rounds();
  rounds.recall();
  rounds.begin();
  EXPECT_EQ(published_.size(), 1U);
  go_on(rounds, DrillRounds::kFirstPause);
  EXPECT_EQ(runs_, 1);
  EXPECT_EQ(state(), State::Unknown);
  EXPECT_TRUE(store_.changes.empty());

  store_.readable = true;
  go_on(rounds, DrillRounds::kLookOver);
  EXPECT_EQ(state(), State::Holds);
}

TEST_F(DrillRoundsTest, PassOverClaimsThatThisVersionDoesNotKnow) {
  store_.evidence = {{"future.claim", "part", Outcome::Broken, {}, clock_.wall_now()}};
  store_.changes = {{"future.claim", State::Broken, clock_.wall_now()}};
  DrillRounds rounds = this->rounds();
  rounds.recall();
  EXPECT_EQ(published_.size(), 1U);
}

TEST_F(DrillRoundsTest, RefuseADrillOfAClaimThatHasNoCheck) {
  for (const std::string_view claim : {"quality.reviewed", "no.such.claim"}) {
    std::vector<std::unique_ptr<Drill>> drills;
    drills.push_back(std::make_unique<FakeDrill>(claim, [](DrillContext&) { return std::vector<Evidence>{}; }));
    EXPECT_THROW(rounds_of(std::move(drills)), std::invalid_argument) << claim;
  }
}

}  // namespace
}  // namespace belfry::proof
