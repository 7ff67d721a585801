#pragma once

// How many threads are worth having.

#include <cstdint>

namespace belfry::base {

// The cores that this process may run on (sched_getaffinity(2), so taskset, cpusets and the like are honoured); at
// least 1. Read anew at each call.
std::uint32_t usable_cores();

}  // namespace belfry::base
