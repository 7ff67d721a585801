#pragma once

// Runs the rounds on a thread of its own, from start() to stop(), and watches on another that no drill takes too long.

#include "proof/drill_rounds.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace belfry::proof {

class Scheduler {
 public:
  // `publish` and `log` are called on the scheduler's thread; `publish` once within the constructor too, with the board
  // that the store's history gives, so that there is one to show before any drill ran. Everything handed in by
  // reference outlives the scheduler.
  Scheduler(const base::Clock& clock, base::Random& random, EvidenceStore& store, DrillBook& book,
            std::vector<std::unique_ptr<Drill>> drills, DrillRounds::Publish publish, DrillRounds::Log log);
  // Stops.
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Whether drills may begin; yes until said otherwise. One that is under way ends by itself. Any thread.
  void allow(bool drills) { rounds_.allow(drills); }
  // Other drills instead, as soon as the one that is under way has ended. Any thread.
  void use(std::vector<std::unique_ptr<Drill>> drills);
  // When the door answers. Once.
  void start();
  // Returns when the thread has ended: at once, or when the request that a drill has under way ends (its own deadline).
  // What an interrupted drill found is not recorded. A second call does nothing.
  void stop();

 private:
  void work(std::stop_token stopping);
  void watch(const std::stop_token& stopping);

  const base::Clock& clock_;
  DrillRounds rounds_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<std::vector<std::unique_ptr<Drill>>> next_drills_;  // guarded by mutex_
  std::jthread thread_;
  std::jthread watch_;
};

}  // namespace belfry::proof
