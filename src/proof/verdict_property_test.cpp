// What is promised of every sequence of events (docs/decisions/0010-property-tests.md): the rounds live through drawn
// ones, and each board that they hand out is compared with what the evidence that the store took says by itself.

#include "proof/drill_rounds.hpp"
#include "proof/fake_drill_ledger_store.hpp"
#include "proof/fake_evidence_store.hpp"
#include "proof/publication.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace belfry::proof {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 3> kDrilled{"transit.hsts", "request.traced", "request.origin"};

// What a drill does when it is run.
enum class Conduct : std::uint8_t {
  Reports,       // the same outcome for each part
  DiffersInOne,  // and another for one of them
  LeavesOneOut,  // nothing of one part
  RepeatsOne,    // one part twice, another outcome at last
  TakesItsTime,  // longer than it may
  Throws,
  SaysNothing,
  SpeaksOfAnother,  // claim
  SpeaksOfNoPart,   // that the claim has
  WritesANul,
  Lies,  // about the time
};
constexpr int kConducts = 11;

enum class Kind : std::uint8_t { Run, Pass, StepWall, Conduct, Store, Reading, Ledger, Switch, Restart };
constexpr int kKinds = 9;

struct Step {
  int kind = 0;
  int drill = 0;
  int conduct = 0;
  int outcome = 0;
  int other = 0;
  int part = 0;
  int minutes = 0;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << "{kind " << step.kind << ", drill " << step.drill << ", conduct " << step.conduct << ", outcome "
             << step.outcome << ", other " << step.other << ", part " << step.part << ", minutes " << step.minutes
             << "}";
}

rc::Gen<Step> drawn_step() {
  // What makes rows hold is drawn more often, or few sequences would come to anything.
  return rc::gen::construct<Step>(
      rc::gen::weightedOneOf<int>({{3, rc::gen::just(0)}, {2, rc::gen::inRange(0, kKinds)}}),
      rc::gen::inRange(0, static_cast<int>(kDrilled.size())),
      rc::gen::weightedOneOf<int>({{2, rc::gen::just(0)}, {3, rc::gen::inRange(0, kConducts)}}),
      rc::gen::weightedOneOf<int>({{2, rc::gen::just(0)}, {2, rc::gen::inRange(0, 3)}}), rc::gen::inRange(0, 3),
      rc::gen::inRange(0, 7), rc::gen::inRange(0, 180));
}

rc::Gen<std::vector<Step>> drawn_steps() {
  return rc::gen::container<std::vector<Step>>(drawn_step());
}

using PartName = std::pair<std::string, std::string>;  // claim and part

// Keeps what it refused in mind, as the store itself forgets it.
class WatchedStore final : public EvidenceStore {
 public:
  FakeEvidenceStore inner;
  // Parts of which something was refused since something was last taken.
  std::set<PartName> refused;

  std::expected<void, StoreError> append(std::span<const Evidence> evidence) override {
    auto result = inner.append(evidence);
    for (const Evidence& one : evidence) {
      if (result) {
        refused.erase({one.claim, one.part});
      } else {
        refused.insert({one.claim, one.part});
      }
    }
    return result;
  }
  std::expected<std::vector<Evidence>, StoreError> latest() override {
    auto result = inner.latest();
    // Whoever reads it knows no more than the store.
    if (result) refused.clear();
    return result;
  }
  std::expected<std::vector<Lapse>, StoreError> lapses() override { return inner.lapses(); }
  std::expected<void, StoreError> append_changes(std::span<const StateChange> changes) override {
    return inner.append_changes(changes);
  }
  std::expected<std::vector<StateChange>, StoreError> latest_changes() override { return inner.latest_changes(); }
  std::expected<std::vector<StateChange>, StoreError> history(std::string_view claim) override {
    return inner.history(claim);
  }
  std::expected<std::vector<HistoryEntry>, StoreError> history_page(std::uint64_t after, std::size_t limit) override {
    return inner.history_page(after, limit);
  }
  std::expected<HistoryHead, StoreError> head() override { return inner.head(); }
};

// The rounds and all that happens to them.
class World {
 public:
  using Look = std::function<void(World&, const ClaimBoard&)>;

  explicit World(Look look) : look_{std::move(look)} { restart(); }

  void live(const Step& step) {
    switch (static_cast<Kind>(step.kind)) {
      case Kind::Run:
        go_on(5min);
        return;
      case Kind::Pass:
        go_on(std::chrono::minutes{step.minutes});
        return;
      case Kind::StepWall:
        clock_.step_wall(std::chrono::minutes{step.minutes - 90});
        break;
      case Kind::Conduct:
        conducts_[static_cast<std::size_t>(step.drill)] = step;
        break;
      case Kind::Store:
        store.inner.writable = step.part > 1;
        break;
      case Kind::Reading:
        store.inner.readable = step.part > 1;
        break;
      case Kind::Ledger:
        ledger_.writable = step.part > 1;
        ledger_.readable = step.part != 0;
        break;
      case Kind::Switch:
        rounds_->allow(step.part > 1);
        break;
      case Kind::Restart:
        restart();
        return;
    }
    // Readers look with the clock as it is.
    if (published_) look_(*this, *published_);
  }

  base::WallTime now() const { return clock_.wall_now(); }

  WatchedStore store;

 private:
  class ScriptedDrill final : public Drill {
   public:
    ScriptedDrill(World& world, std::size_t index) : world_{world}, index_{index} {}
    std::string_view claim() const override { return kDrilled[index_]; }
    std::chrono::seconds interval() const override { return 5min; }
    std::vector<Evidence> run(DrillContext& /*context*/) override { return world_.run(index_); }

   private:
    World& world_;
    std::size_t index_;
  };

  void restart() {
    rounds_.reset();
    std::vector<std::unique_ptr<Drill>> drills;
    drills.reserve(kDrilled.size());
    for (std::size_t i = 0; i < kDrilled.size(); ++i) drills.push_back(std::make_unique<ScriptedDrill>(*this, i));
    book_.emplace(ledger_, clock_, [](std::string_view) {});
    rounds_.emplace(
        clock_, random_, store, *book_, std::move(drills),
        [this](std::shared_ptr<const ClaimBoard> board) {
          published_ = std::move(board);
          look_(*this, *published_);
        },
        [](std::string_view) {});
    rounds_->recall();
    rounds_->begin();
  }

  void go_on(std::chrono::milliseconds by) {
    clock_.advance(by);
    rounds_->run_due({}, [](auto) { return true; });
    look_(*this, *published_);
  }

  std::vector<Evidence> run(std::size_t index) {
    const Step& step = conducts_[index];
    const Claim& claim = *find_claim(kDrilled[index]);
    const auto chosen = static_cast<std::size_t>(step.part) % claim.parts.size();
    std::vector<Evidence> evidence;
    const auto report = [&](std::string_view part, int outcome) {
      evidence.push_back({.claim = std::string{claim.id},
                          .part = std::string{part},
                          .outcome = static_cast<Outcome>(outcome),
                          .finding = {"found #" + std::to_string(++found_) + "#", "vu"},
                          .observed = now()});
    };
    for (const Part& part : claim.parts) report(part.id, step.outcome);
    switch (static_cast<Conduct>(step.conduct)) {
      case Conduct::Reports:
        break;
      case Conduct::DiffersInOne:
        evidence[chosen].outcome = static_cast<Outcome>(step.other);
        break;
      case Conduct::LeavesOneOut:
        evidence.erase(evidence.begin() + static_cast<std::ptrdiff_t>(chosen));
        break;
      case Conduct::RepeatsOne:
        report(claim.parts[chosen].id, step.other);
        break;
      case Conduct::TakesItsTime:
        clock_.advance(DrillRounds::kLongestRun + 1ms);
        rounds_->stop_overdue();
        break;
      case Conduct::Throws:
        throw std::runtime_error{"it failed"};
      case Conduct::SaysNothing:
        evidence.clear();
        break;
      case Conduct::SpeaksOfAnother:
        evidence[chosen].claim = kDrilled[(index + 1) % kDrilled.size()];
        break;
      case Conduct::SpeaksOfNoPart:
        report("elsewhere", step.outcome);
        break;
      case Conduct::WritesANul:
        evidence[chosen].finding.en += '\0';
        break;
      case Conduct::Lies:
        evidence[chosen].observed += std::chrono::minutes{step.minutes - 90};
        break;
    }
    return evidence;
  }

  base::FakeClock clock_;
  base::FakeRandom random_;
  FakeDrillLedgerStore ledger_;
  Look look_;
  std::array<Step, kDrilled.size()> conducts_{};
  std::optional<DrillBook> book_;
  std::optional<DrillRounds> rounds_;
  std::shared_ptr<const ClaimBoard> published_;
  int found_ = 0;
};

// The state of a row by what the store took, said as plainly as can be.
State expected_state(const World& world, const Claim& claim) {
  if (claim.parts.empty()) return State::Unknown;
  State worst = State::Holds;
  for (const Part& part : claim.parts) {
    const Evidence* last = nullptr;
    for (const Evidence& one : world.store.inner.evidence) {
      if (one.claim == claim.id && one.part == part.id) last = &one;
    }
    const bool counts = last != nullptr && !world.store.refused.contains({last->claim, last->part}) &&
                        last->outcome != Outcome::Inconclusive && last->observed <= world.now() + 1min &&
                        world.now() <= last->observed + 1h;
    if (!counts) {
      worst = std::max(worst, State::Unknown);
    } else if (last->outcome == Outcome::Broken) {
      worst = State::Broken;
    }
  }
  return worst;
}

TEST(VerdictProperty, EveryRowIsWhatItsFreshWrittenEvidenceSaysAndNothingElse) {
  std::map<State, int> seen;
  int unrecorded = 0;
  EXPECT_TRUE(rc::check([&] {
    const auto steps = *drawn_steps();
    World world{[&](World& now, const ClaimBoard& board) {
      for (const ClaimRow& row : board.rows) {
        const State state = judge(row, now.now()).state;
        if (std::ranges::find(kDrilled, row.claim->id) != kDrilled.end()) ++seen[state];
        if (row.unrecorded) {
          ++unrecorded;
          RC_ASSERT(state == State::Unknown);
        } else {
          RC_ASSERT(state == expected_state(now, *row.claim));
        }
      }
    }};
    for (const Step& step : steps) world.live(step);
  }));
  // It is not true for want of rows in each state.
  EXPECT_GT(seen[State::Holds], 0);
  EXPECT_GT(seen[State::Unknown], 0);
  EXPECT_GT(seen[State::Broken], 0);
  EXPECT_GT(unrecorded, 0);
}

TEST(VerdictProperty, TheHistoryStaysAChainThatEndsWithTheStatesThatAreShown) {
  std::size_t entries = 0;
  EXPECT_TRUE(rc::check([&] {
    const auto steps = *drawn_steps();
    World world{[&](World& now, const ClaimBoard& board) {
      const auto& history = now.store.inner.entries;
      RC_ASSERT(!verify_chain(history, {}));
      entries = std::max(entries, history.size());
      for (const ClaimRow& row : board.rows) {
        if (row.unrecorded || !row.recorded) continue;
        const auto entry = std::ranges::find(history.rbegin(), history.rend(), row.claim->id, &HistoryEntry::claim);
        RC_ASSERT(entry != history.rend());
        RC_ASSERT(entry->state == row.recorded->state);
        RC_ASSERT(entry->at == row.recorded->at);
      }
    }};
    for (const Step& step : steps) world.live(step);
  }));
  EXPECT_GT(entries, kClaimCount + 10);
}

TEST(VerdictProperty, ARowThatWentOutOfDateNeverComesBackByItself) {
  int expired = 0;
  EXPECT_TRUE(rc::check([&] {
    const auto steps = *drawn_steps();
    World world{[&](World& now, const ClaimBoard& board) {
      for (const ClaimRow& row : board.rows) {
        if (row.claim->parts.empty()) continue;
        bool held = false;
        bool ended = false;
        for (auto later = 0min; later <= 3h; later += 13min) {
          const bool holds = judge(row, now.now() + later).state == State::Holds;
          RC_ASSERT(!(holds && ended));
          ended = ended || (held && !holds);
          held = holds;
        }
        if (ended) ++expired;
      }
    }};
    for (const Step& step : steps) world.live(step);
  }));
  EXPECT_GT(expired, 0);
}

TEST(VerdictProperty, WhatWasFoundOfAFaultIsHandedOutOnlyAfterTheRepair) {
  int withheld = 0;
  int told = 0;
  EXPECT_TRUE(rc::check([&] {
    const auto steps = *drawn_steps();
    World world{[&](World& now, const ClaimBoard& board) {
      for (const ClaimRow& row : board.rows) {
        const Verdict verdict = judge(row, now.now());
        std::string words = verdict.finding.en;
        if (verdict.lapse) words += verdict.lapse->finding.en;
        for (const Evidence& one : row.latest) words += one.finding.en;
        for (const Lapse& one : row.lapses) words += one.finding.en;
        const auto& all = now.store.inner.evidence;
        for (auto fault = all.begin(); fault != all.end(); ++fault) {
          if (fault->claim != row.claim->id || fault->outcome != Outcome::Broken) continue;
          const bool shown = words.find(fault->finding.en) != std::string::npos;
          const bool repaired = std::any_of(fault, all.end(), [&](const Evidence& one) {
            return one.claim == fault->claim && one.part == fault->part && one.outcome == Outcome::Holds;
          });
          RC_ASSERT(!shown || repaired);
          ++(shown ? told : withheld);
        }
      }
    }};
    for (const Step& step : steps) world.live(step);
  }));
  EXPECT_GT(withheld, 0);
  EXPECT_GT(told, 0);
}

}  // namespace
}  // namespace belfry::proof
