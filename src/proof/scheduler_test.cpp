#include "proof/scheduler.hpp"

#include "proof/fake_drill_ledger_store.hpp"
#include "proof/fake_evidence_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>

namespace belfry::proof {
namespace {

using namespace std::chrono_literals;

class FakeDrill final : public Drill {
 public:
  explicit FakeDrill(std::function<void(DrillContext&)> during) : during_{std::move(during)} {}
  std::string_view claim() const override { return "request.traced"; }
  std::chrono::seconds interval() const override { return 1h; }
  std::vector<Evidence> run(DrillContext& context) override {
    during_(context);
    return {{"request.traced", "lookup", Outcome::Holds, {}, context.clock.wall_now()},
            {"request.traced", "control", Outcome::Holds, {}, context.clock.wall_now()},
            {"request.traced", "twin", Outcome::Holds, {}, context.clock.wall_now()}};
  }

 private:
  std::function<void(DrillContext&)> during_;
};

std::vector<std::unique_ptr<Drill>> drill(std::function<void(DrillContext&)> during) {
  std::vector<std::unique_ptr<Drill>> drills;
  drills.push_back(std::make_unique<FakeDrill>(std::move(during)));
  return drills;
}

bool holds(const ClaimBoard& board, base::WallTime now) {
  return std::ranges::any_of(board.rows, [&](const ClaimRow& row) {
    return row.claim->id == "request.traced" && judge(row, now).state == State::Holds;
  });
}

class SchedulerTest : public testing::Test {
 protected:
  base::SystemClock clock_;
  base::FakeRandom random_;
  FakeEvidenceStore store_;
  FakeDrillLedgerStore ledger_;
  DrillBook book_{ledger_, clock_, [](std::string_view) {}};
};

TEST_F(SchedulerTest, PublishesABoardBeforeItStartsAndTheEvidenceAfter) {
  std::atomic<int> published = 0;
  std::promise<void> held;
  Scheduler scheduler{clock_,
                      random_,
                      store_,
                      book_,
                      drill([](DrillContext&) {}),
                      [&](const std::shared_ptr<const ClaimBoard>& board) {
                        ++published;
                        if (holds(*board, clock_.wall_now())) held.set_value();
                      },
                      [](std::string_view) {}};
  EXPECT_EQ(published, 1);
  scheduler.start();
  EXPECT_EQ(held.get_future().wait_for(30s), std::future_status::ready);
}

TEST_F(SchedulerTest, WaitsForNothingWhenItStops) {
  Scheduler scheduler{clock_,     random_, store_, book_, drill([](DrillContext&) { FAIL(); }), [](const auto&) {},
                      [](auto) {}};
  scheduler.start();
  scheduler.stop();
  scheduler.stop();
}

TEST_F(SchedulerTest, EndsADrillThatWaitsAndDropsItsEvidence) {
  std::promise<void> waiting;
  std::atomic<bool> went_on = true;
  Scheduler scheduler{clock_,
                      random_,
                      store_,
                      book_,
                      drill([&](DrillContext& context) {
                        waiting.set_value();
                        went_on = context.wait(24h);
                      }),
                      [](const auto&) {},
                      [](auto) {}};
  scheduler.start();
  ASSERT_EQ(waiting.get_future().wait_for(30s), std::future_status::ready);
  scheduler.stop();
  EXPECT_FALSE(went_on);
  EXPECT_TRUE(store_.evidence.empty());
}

TEST_F(SchedulerTest, StopsWithoutEverHavingStarted) {
  Scheduler scheduler{clock_, random_, store_, book_, drill([](DrillContext&) {}), [](const auto&) {}, [](auto) {}};
}

}  // namespace
}  // namespace belfry::proof
