#include "proof/scheduler.hpp"

#include <optional>
#include <utility>

namespace belfry::proof {

Scheduler::Scheduler(const base::Clock& clock, base::Random& random, EvidenceStore& store, DrillBook& book,
                     std::vector<std::unique_ptr<Drill>> drills, DrillRounds::Publish publish, DrillRounds::Log log)
    : clock_{clock}, rounds_{clock, random, store, book, std::move(drills), std::move(publish), std::move(log)} {
  rounds_.recall();
}

Scheduler::~Scheduler() {
  stop();
}

void Scheduler::start() {
  rounds_.begin();
  thread_ = std::jthread{[this](std::stop_token stopping) { work(std::move(stopping)); }};
  watch_ = std::jthread{[this](const std::stop_token& stopping) { watch(stopping); }};
}

void Scheduler::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  watch_.request_stop();
  thread_.join();
  watch_.join();
}

void Scheduler::use(std::vector<std::unique_ptr<Drill>> drills) {
  {
    const std::lock_guard lock{mutex_};
    next_drills_ = std::move(drills);
  }
  wake_.notify_all();
}

void Scheduler::watch(const std::stop_token& stopping) {
  constexpr std::chrono::seconds kPause{1};
  std::unique_lock lock{mutex_};
  while (!stopping.stop_requested()) {
    wake_.wait_for(lock, stopping, kPause, [] { return false; });
    rounds_.stop_overdue();
  }
}

void Scheduler::work(std::stop_token stopping) {
  // Woken by the stop alone; the predicate guards against waking without a cause.
  const auto wait = [this, &stopping](std::chrono::milliseconds period) {
    std::unique_lock lock{mutex_};
    wake_.wait_for(lock, stopping, period, [] { return false; });
    return !stopping.stop_requested();
  };
  while (!stopping.stop_requested()) {
    {
      const std::lock_guard lock{mutex_};
      if (auto next = std::exchange(next_drills_, std::nullopt)) rounds_.use(std::move(*next));
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(rounds_.next_due() - clock_.steady_now());
    if (left > std::chrono::milliseconds::zero()) {
      // Or until drills come that take the place of these.
      std::unique_lock lock{mutex_};
      wake_.wait_for(lock, stopping, left, [this] { return next_drills_.has_value(); });
      continue;
    }
    rounds_.run_due(stopping, wait);
  }
}

}  // namespace belfry::proof
