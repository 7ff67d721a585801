#include "app/capacity.hpp"

#include "upstream/pool.hpp"

#include <algorithm>

namespace belfry::app {

namespace {

// The databases, the logs, a drill's own connections.
constexpr std::size_t kOwnFiles = 128;
// Where descriptors are no bound, memory is: at 20 KiB for an idle connection these are 2 GiB.
constexpr std::size_t kMost = 100'000;
constexpr std::size_t kLeast = 16;

}  // namespace

std::size_t connections_per_listener(Descriptors has) {
  const std::size_t usable = has.descriptors > 2 * kOwnFiles ? has.descriptors - kOwnFiles : kOwnFiles;
  // A connection that asks for something may take one more, to the application: as many as the pools hold, or where
  // there are few descriptors one for each.
  const std::size_t pooled = std::min(usable / 2, has.workers * upstream::PoolOptions{}.connections);
  return std::clamp((usable - pooled) / std::max<std::size_t>(has.listeners, 1), kLeast, kMost);
}

}  // namespace belfry::app
