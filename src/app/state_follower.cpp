#include "app/state_follower.hpp"

#include <cstddef>

namespace belfry::app {

namespace {

// Entries that are read at a time: what bounds the memory of a look at a long history.
constexpr std::size_t kAtATime = 1000;

}  // namespace

void StateFollower::follow() {
  const std::uint64_t known = states_.number;
  for (;;) {
    const auto entries = history_.history_page(states_.number, kAtATime);
    if (!entries) {
      if (!failing_) {
        log_.error("the page's history of states cannot be read", {{"why", to_string(entries.error())}});
      }
      failing_ = true;
      return;
    }
    for (const proof::HistoryEntry& entry : *entries) states_.add(entry);
    if (entries->size() < kAtATime) break;
  }
  failing_ = false;
  if (states_.number != known || !published_.now()) {
    published_.publish(std::make_shared<const web::RecentStates>(states_));
  }
}

}  // namespace belfry::app
