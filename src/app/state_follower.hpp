#pragma once

// Follows the public history for the security page: reads what was appended since the last look, folds it into days
// (web/recent_states.hpp) and publishes the result, so that no page has to read the history itself.

#include "base/published.hpp"
#include "proof/evidence_store.hpp"
#include "record/log.hpp"
#include "web/recent_states.hpp"

#include <memory>

namespace belfry::app {

class StateFollower {
 public:
  // Both outlive this.
  StateFollower(proof::HistoryReader& history, record::Log& log) : history_{history}, log_{log} {}

  // Blocks while it reads; on the thread that `history` belongs to. Where it cannot be read, what was published stays,
  // and the next look tries again.
  void follow();

  // nullptr before the first look that succeeded. Any thread.
  std::shared_ptr<const web::RecentStates> now() const { return published_.now(); }

 private:
  proof::HistoryReader& history_;
  record::Log& log_;
  web::RecentStates states_;
  bool failing_ = false;
  base::Published<web::RecentStates> published_;
};

}  // namespace belfry::app
