#pragma once

// The rounds: which drill is due when, what its evidence makes of the board, and what of that is written down. No
// thread and no waiting here; the scheduler drives it.
//
// What is handed out is the publication of the board (proof/publication.hpp); what was found of a broken part goes to
// the log, for the operator.
//
// What cannot be written down does not count: a claim whose evidence the store refused is `unknown` until evidence is
// written again. A drill that cannot be entered in the ledger does not act, and one that takes too long is stopped:
// neither could tell.

#include "base/clock.hpp"
#include "base/random.hpp"
#include "proof/drill.hpp"
#include "proof/drill_book.hpp"
#include "proof/evidence_store.hpp"
#include "proof/verdict.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

namespace belfry::proof {

class DrillRounds {
 public:
  // Gets each new snapshot of what the public may see of the board.
  using Publish = std::function<void(std::shared_ptr<const ClaimBoard>)>;
  // Gets a line for the log; one that can be shown to an operator, without secrets.
  using Log = std::function<void(std::string_view)>;

  // The first runs come this soon after begin(), each drill so much behind the one before.
  static constexpr std::chrono::milliseconds kFirstPause{1'000};
  // Without any drill due, the board is looked over this often, so that what expired is written into the history.
  static constexpr std::chrono::seconds kLookOver{60};
  // A drill that could not tell tries again after this, or its interval where that is shorter.
  static constexpr std::chrono::seconds kRetry{60};

  // A run that lasts longer than this, inclusive, is stopped, and what it found is thrown away.
  static constexpr std::chrono::seconds kLongestRun{120};

  // Everything handed in by reference outlives the rounds.
  DrillRounds(const base::Clock& clock, base::Random& random, EvidenceStore& store, DrillBook& book,
              std::vector<std::unique_ptr<Drill>> drills, Publish publish, Log log);

  // Cleans up what earlier drills left, reads what the store knows and publishes the board that it gives. Once, before
  // the others. Where the store cannot be read every claim is unknown, and run_due() tries again.
  void recall();
  // Sets the first due times.
  void begin();
  // Whether drills may begin. Any thread; taken notice of within kLookOver.
  void allow(bool drills) { allowed_.store(drills, std::memory_order_relaxed); }
  // Other drills instead, all of them due as after begin(). Same thread as run_due().
  void use(std::vector<std::unique_ptr<Drill>> drills);
  // When run_due() has something to do next.
  base::SteadyTime next_due() const;
  // Runs every drill that is due by the clock, one after the other, and publishes the board where it changed.
  void run_due(const std::stop_token& stopping, const std::function<bool(std::chrono::milliseconds)>& wait);
  // Stops the drill that is under way where it has taken longer than kLongestRun. Any thread, from time to time.
  void stop_overdue();

 private:
  struct UnderWay {
    std::stop_source stop;
    base::SteadyTime until;
  };
  struct Entry {
    std::unique_ptr<Drill> drill;
    base::SteadyTime due;
  };

  ClaimRow& row_of(std::string_view claim);
  // What its drill found, or that it could not tell.
  std::vector<Evidence> evidence_of(Drill& drill, const Claim& claim, const std::stop_token& stopping,
                                    const std::function<bool(std::chrono::milliseconds)>& wait);
  void run(Entry& entry, const std::stop_token& stopping, const std::function<bool(std::chrono::milliseconds)>& wait);
  // false: it could not be written.
  bool take(ClaimRow& row, std::vector<Evidence> evidence);
  // What the evidence makes of the part's lapses, and a line for the operator where it is news.
  void follow_lapse(ClaimRow& row, const Evidence& evidence, bool written);
  void look_over();
  // Writes into the history what became of each claim since the last look.
  bool record_changes();
  std::chrono::milliseconds spread(std::chrono::milliseconds interval);
  void publish();

  const base::Clock& clock_;
  base::Random& random_;
  EvidenceStore& store_;
  DrillBook& book_;
  std::vector<Entry> entries_;
  Publish publish_;
  Log log_;
  ClaimBoard board_;
  bool recalled_ = false;
  std::atomic<bool> allowed_{true};
  base::SteadyTime next_look_;
  std::mutex mutex_;
  std::optional<UnderWay> under_way_;  // guarded by mutex_
};

}  // namespace belfry::proof
