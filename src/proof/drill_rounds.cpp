#include "proof/drill_rounds.hpp"

#include "proof/publication.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace belfry::proof {

namespace {

using Wait = std::function<bool(std::chrono::milliseconds)>;

std::vector<Evidence> could_not_tell(const Claim& claim, const Finding& why, base::WallTime now) {
  std::vector<Evidence> evidence;
  evidence.reserve(claim.parts.size());
  for (const Part& part : claim.parts) {
    if (!is_built(part)) continue;
    evidence.push_back({.claim = std::string{claim.id},
                        .part = std::string{part.id},
                        .outcome = Outcome::Inconclusive,
                        .finding = why,
                        .observed = now});
  }
  return evidence;
}

bool is_about(const Evidence& evidence, const Claim& claim) {
  return evidence.claim == claim.id && std::ranges::find(claim.parts, evidence.part, &Part::id) != claim.parts.end();
}

}  // namespace

DrillRounds::DrillRounds(const base::Clock& clock, base::Random& random, EvidenceStore& store, DrillBook& book,
                         std::vector<std::unique_ptr<Drill>> drills, Publish publish, Log log)
    : clock_{clock},
      random_{random},
      store_{store},
      book_{book},
      publish_{std::move(publish)},
      log_{std::move(log)},
      board_{empty_board()} {
  use(std::move(drills));
}

void DrillRounds::use(std::vector<std::unique_ptr<Drill>> drills) {
  entries_.clear();
  for (auto& drill : drills) {
    const Claim* claim = find_claim(drill->claim());
    if (claim == nullptr || claim->parts.empty()) {
      throw std::invalid_argument{"a drill of a claim that has no check: " + std::string{drill->claim()}};
    }
    const auto place = static_cast<std::int64_t>(entries_.size() + 1);
    entries_.push_back({.drill = std::move(drill), .due = clock_.steady_now() + kFirstPause * place});
  }
}

void DrillRounds::recall() {
  book_.clean_up();
  auto latest = store_.latest();
  auto lapses = store_.lapses();
  auto changes = store_.latest_changes();
  recalled_ = latest && lapses && changes;
  if (!recalled_) {
    const StoreError error = !latest ? latest.error() : !lapses ? lapses.error() : changes.error();
    log_("the history of the evidence cannot be read: " + std::string{to_string(error)});
    // Without the history nobody can tell what is new.
    for (ClaimRow& row : board_.rows) row.unrecorded = true;
    publish();
    return;
  }

  board_ = empty_board();
  for (Evidence& evidence : *latest) {
    // What a newer version wrote of a claim that this one does not know stays in the store and is not shown.
    if (find_claim(evidence.claim) == nullptr) continue;
    row_of(evidence.claim).latest.push_back(std::move(evidence));
  }
  for (Lapse& lapse : *lapses) {
    if (find_claim(lapse.claim) != nullptr) row_of(lapse.claim).lapses.push_back(std::move(lapse));
  }
  for (StateChange& change : *changes) {
    if (find_claim(change.claim) == nullptr) continue;
    ClaimRow& row = row_of(change.claim);
    row.recorded = std::move(change);
  }
  record_changes();
  publish();
}

void DrillRounds::begin() {
  const base::SteadyTime now = clock_.steady_now();
  next_look_ = now + kLookOver;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    entries_[i].due = now + kFirstPause * static_cast<std::int64_t>(i + 1);
  }
}

base::SteadyTime DrillRounds::next_due() const {
  base::SteadyTime due = next_look_;
  if (!allowed_.load(std::memory_order_relaxed)) return due;
  for (const Entry& entry : entries_) due = std::min(due, entry.due);
  return due;
}

void DrillRounds::run_due(const std::stop_token& stopping, const Wait& wait) {
  for (Entry& entry : entries_) {
    if (stopping.stop_requested()) return;
    if (!allowed_.load(std::memory_order_relaxed)) break;
    if (entry.due <= clock_.steady_now()) run(entry, stopping, wait);
  }
  if (next_look_ <= clock_.steady_now()) look_over();
}

void DrillRounds::look_over() {
  next_look_ = clock_.steady_now() + kLookOver;
  if (recalled_) {
    book_.clean_up();
    if (record_changes()) publish();
    return;
  }
  recall();
  // What the drills found meanwhile may be missing from the store: they find it again.
  if (recalled_) begin();
}

void DrillRounds::stop_overdue() {
  const std::lock_guard lock{mutex_};
  if (under_way_ && clock_.steady_now() > under_way_->until) under_way_->stop.request_stop();
}

std::vector<Evidence> DrillRounds::evidence_of(Drill& drill, const Claim& claim, const std::stop_token& stopping,
                                               const Wait& wait) {
  const std::string name = "drill " + std::string{claim.id};
  const auto failed = [&](const Finding& why, std::string_view said) {
    // What was said goes to the log alone: it may tell of the machine what is nobody's business.
    log_(name + " could not be run: " + std::string{said});
    return could_not_tell(claim, why, clock_.wall_now());
  };
  const Finding not_run{"the drill could not be run", "l’exercice n’a pas pu avoir lieu"};
  if (const auto begun = book_.begin(claim.id); !begun) return failed(not_run, begun.error());

  std::stop_source stop;
  const std::stop_callback with_all{stopping, [&stop] { stop.request_stop(); }};
  const base::SteadyTime until = clock_.steady_now() + kLongestRun;
  {
    const std::lock_guard lock{mutex_};
    under_way_ = UnderWay{.stop = stop, .until = until};
  }
  const auto wait_within = [&](std::chrono::milliseconds period) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock_.steady_now());
    const bool whole =
        wait(std::clamp(period, std::chrono::milliseconds::zero(), std::max(left, std::chrono::milliseconds::zero())));
    return whole && period <= left && !stop.stop_requested();
  };

  std::vector<Evidence> evidence;
  try {
    DrillContext context{
        .clock = clock_, .random = random_, .stopping = stop.get_token(), .wait = wait_within, .log = log_};
    evidence = drill.run(context);
    const bool foreign = std::ranges::any_of(evidence, [&](const Evidence& one) { return !is_about(one, claim); });
    if (foreign || evidence.empty()) throw std::logic_error{"it reported on something else"};
  } catch (const std::exception& error) {
    evidence = failed(not_run, error.what());
  }
  {
    const std::lock_guard lock{mutex_};
    under_way_.reset();
  }
  book_.end();
  const bool overdue = stop.stop_requested() || clock_.steady_now() > until;
  if (overdue && !stopping.stop_requested()) {
    return failed({"the drill took too long and was stopped", "l’exercice a duré trop longtemps et a été arrêté"},
                  "it took longer than " + std::to_string(kLongestRun.count()) + " seconds");
  }
  return evidence;
}

void DrillRounds::run(Entry& entry, const std::stop_token& stopping, const Wait& wait) {
  const base::SteadyTime started = clock_.steady_now();
  ClaimRow& row = row_of(entry.drill->claim());
  std::vector<Evidence> evidence = evidence_of(*entry.drill, *row.claim, stopping, wait);
  // A drill that was cut short by the shutdown says nothing of the site.
  if (stopping.stop_requested()) return;

  const bool told =
      std::ranges::none_of(evidence, [](const Evidence& one) { return one.outcome == Outcome::Inconclusive; });
  const bool written = take(row, std::move(evidence));
  const std::chrono::milliseconds interval = entry.drill->interval();
  entry.due = started + spread(told && written ? interval : std::min<std::chrono::milliseconds>(interval, kRetry));
  record_changes();
  publish();
}

bool DrillRounds::take(ClaimRow& row, std::vector<Evidence> evidence) {
  const auto written = store_.append(evidence);
  row.unrecorded = !written || !recalled_;
  if (!written) {
    log_("evidence of " + std::string{row.claim->id} + " cannot be stored: " + std::string{to_string(written.error())});
  }
  for (Evidence& one : evidence) {
    follow_lapse(row, one, written.has_value());
    std::erase_if(row.latest, [&](const Evidence& earlier) { return earlier.part == one.part; });
    // Of a part whose evidence could not be written down nothing is known, also not what was known before, until there
    // is evidence that can be.
    if (written) row.latest.push_back(std::move(one));
  }
  return written.has_value();
}

void DrillRounds::follow_lapse(ClaimRow& row, const Evidence& evidence, bool written) {
  const auto found = std::ranges::find(row.lapses, evidence.part, &Lapse::part);
  std::optional<Lapse> last = found == row.lapses.end() ? std::nullopt : std::optional{*found};
  std::optional<Lapse> next = follow(last, evidence);
  // A repair that could not be written down may publish nothing: after a restart the lapse would be open again.
  if (!next || (!written && next->to)) return;

  const std::string name = evidence.claim + ", " + evidence.part;
  const auto earlier = std::ranges::find(row.latest, evidence.part, &Evidence::part);
  if (evidence.outcome == Outcome::Broken &&
      (earlier == row.latest.end() || earlier->outcome != Outcome::Broken || earlier->finding != evidence.finding)) {
    log_("broken: " + name + ": " + evidence.finding.en + "; no page shows this before the repair");
  }
  if (next == last) return;
  if (next->to) log_("repaired: " + name + "; what was found is public now");
  if (found == row.lapses.end()) {
    row.lapses.push_back(std::move(*next));
  } else {
    *found = std::move(*next);
  }
}

bool DrillRounds::record_changes() {
  if (!recalled_) return false;
  const base::WallTime now = clock_.wall_now();
  std::vector<StateChange> changes;
  for (const ClaimRow& row : board_.rows) {
    const Verdict verdict = judge(row, now);
    if (row.recorded && row.recorded->state == verdict.state) continue;
    changes.push_back({.claim = std::string{row.claim->id}, .state = verdict.state, .at = verdict.since.value_or(now)});
  }
  if (changes.empty()) return false;

  const auto written = store_.append_changes(changes);
  if (!written) log_("the history of states cannot be stored: " + std::string{to_string(written.error())});
  for (StateChange& change : changes) {
    ClaimRow& row = row_of(change.claim);
    if (written) {
      row.recorded = std::move(change);
    } else {
      row.unrecorded = true;
    }
  }
  return true;
}

std::chrono::milliseconds DrillRounds::spread(std::chrono::milliseconds interval) {
  // Up to a tenth earlier, never later, so that the evidence's age stays below what the interval promises and drills of
  // many doors do not fall into step.
  const auto tenth = static_cast<std::uint64_t>(interval.count()) / 10 + 1;
  return interval - std::chrono::milliseconds{static_cast<std::int64_t>(random_.next_u64() % tenth)};
}

ClaimRow& DrillRounds::row_of(std::string_view claim) {
  return *std::ranges::find(board_.rows, claim, [](const ClaimRow& row) { return row.claim->id; });
}

void DrillRounds::publish() {
  publish_(std::make_shared<const ClaimBoard>(publication_of(board_)));
}

}  // namespace belfry::proof
