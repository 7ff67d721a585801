#include "base/cores.hpp"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <memory>

namespace belfry::base {

std::uint32_t usable_cores() {
  // The kernel refuses a set smaller than its own (EINVAL), and its size is not to be had otherwise.
  constexpr std::size_t first = 1024;
  constexpr std::size_t last = std::size_t{1} << 20;
  for (std::size_t cores = first; cores <= last; cores *= 2) {
    const auto free_set = [](cpu_set_t* set) { CPU_FREE(set); };
    const std::unique_ptr<cpu_set_t, decltype(free_set)> set{CPU_ALLOC(cores), free_set};
    if (!set) return 1;
    const std::size_t size = CPU_ALLOC_SIZE(cores);
    if (::sched_getaffinity(0, size, set.get()) == 0) {
      return static_cast<std::uint32_t>(std::max(1, CPU_COUNT_S(size, set.get())));
    }
    if (errno != EINVAL) return 1;
  }
  return 1;
}

}  // namespace belfry::base
