#include "app/state_follower.hpp"

#include "proof/drill_rounds.hpp"
#include "proof/fake_drill_ledger_store.hpp"
#include "proof/fake_evidence_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace belfry::app {
namespace {

using namespace std::chrono_literals;
using proof::State;
using web::DayState;

class StateFollowerTest : public testing::Test {
 protected:
  static std::size_t place_of(std::string_view claim) {
    const auto& table = proof::claims();
    return static_cast<std::size_t>(std::ranges::find(table, claim, &proof::Claim::id) - table.begin());
  }
  const web::ClaimDays& hsts() const { return follower_.now()->claims[place_of("transit.hsts")]; }

  base::FakeClock clock_;
  record::Log log_{clock_, record::LogLevel::Error, record::LogFormat::Text};
  proof::FakeEvidenceStore store_;
  StateFollower follower_{store_, log_};
};

TEST_F(StateFollowerTest, KnowsNothingBeforeItsFirstLook) {
  EXPECT_EQ(follower_.now(), nullptr);
  follower_.follow();
  ASSERT_NE(follower_.now(), nullptr) << "an empty history was read all the same";
  EXPECT_TRUE(hsts().changes().empty());
}

TEST_F(StateFollowerTest, ReadsAHistoryOfSeveralPagesAndThenWhatIsNew) {
  const std::vector<proof::StateChange> many(2500, {"transit.hsts", State::Holds, clock_.wall_now()});
  ASSERT_TRUE(store_.append_changes(many));
  follower_.follow();
  EXPECT_EQ(follower_.now()->number, 2500U);
  const auto before = follower_.now();
  follower_.follow();
  EXPECT_EQ(follower_.now(), before) << "nothing new, nothing published";
  const std::vector<proof::StateChange> one{{"transit.hsts", State::Broken, clock_.wall_now()}};
  ASSERT_TRUE(store_.append_changes(one));
  follower_.follow();
  EXPECT_EQ(follower_.now()->number, 2501U);
  EXPECT_EQ(hsts().changes().back().state, State::Broken);
  EXPECT_EQ(before->number, 2500U) << "what was published is not changed";
}

TEST_F(StateFollowerTest, KeepsWhatItPublishedWhileTheHistoryCannotBeRead) {
  store_.readable = false;
  follower_.follow();
  EXPECT_EQ(follower_.now(), nullptr);
  store_.readable = true;
  const std::vector<proof::StateChange> one{{"transit.hsts", State::Broken, clock_.wall_now()}};
  ASSERT_TRUE(store_.append_changes(one));
  follower_.follow();
  store_.readable = false;
  follower_.follow();
  EXPECT_EQ(follower_.now()->number, 1U);
}

// Holds whenever it is asked.
class GoodDrill final : public proof::Drill {
 public:
  std::string_view claim() const override { return "transit.hsts"; }
  std::chrono::seconds interval() const override { return 5min; }
  std::vector<proof::Evidence> run(proof::DrillContext& context) override {
    std::vector<proof::Evidence> evidence;
    for (const proof::Part& part : proof::find_claim(claim())->parts) {
      evidence.push_back({.claim = std::string{claim()},
                          .part = std::string{part.id},
                          .outcome = proof::Outcome::Holds,
                          .finding = {"seen", "vu"},
                          .observed = context.clock.wall_now()});
    }
    return evidence;
  }
};

// A door that was down for days: at its next start the rounds write what became of the evidence meanwhile.
TEST_F(StateFollowerTest, CountsDaysInWhichTheDoorWasDownAsUnknown) {
  base::FakeRandom random;
  proof::FakeDrillLedgerStore ledger;
  proof::DrillBook book{ledger, clock_, [](std::string_view) {}};
  const auto wait = [](std::chrono::milliseconds) { return true; };
  const auto start = [&] {
    std::vector<std::unique_ptr<proof::Drill>> drills;
    drills.push_back(std::make_unique<GoodDrill>());
    proof::DrillRounds rounds{
        clock_, random, store_, book, std::move(drills), [](const auto&) {}, [](std::string_view) {}};
    rounds.recall();
    rounds.begin();
    clock_.advance(2s);
    rounds.run_due({}, wait);
  };
  start();
  clock_.advance(std::chrono::days{5});
  start();
  follower_.follow();
  const auto days = hsts().days(clock_.wall_now(), State::Holds);
  // Unknown before the first drill and on each day from the evidence's end on; held on none of them in full.
  for (std::size_t i = days.size() - 6; i < days.size(); ++i) EXPECT_EQ(days[i], DayState::Unknown) << i;
  EXPECT_EQ(days[days.size() - 7], DayState::NoRecord);
  // With the times: held for the hour that evidence counts, then not until the drill after the restart.
  const auto changes = hsts().changes();
  ASSERT_EQ(changes.size(), 4U);
  EXPECT_EQ(changes[1].state, State::Holds);
  EXPECT_EQ(changes[2].state, State::Unknown);
  EXPECT_EQ(changes[2].at - changes[1].at, proof::find_claim("transit.hsts")->age_limit);
  EXPECT_EQ(changes[3], (web::ClaimDays::Change{State::Holds, clock_.wall_now()}));
}

}  // namespace
}  // namespace belfry::app
