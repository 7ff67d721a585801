#pragma once

// One check of the pipeline. Immutable from outside: check() is called by all worker threads at once. A guard that
// can't decide refuses.

#include "guard/refusal.hpp"
#include "guard/subject.hpp"

#include <string_view>

namespace belfry::guard {

class Guard {
 public:
  virtual ~Guard() = default;
  // Static text.
  virtual std::string_view name() const = 0;
  virtual Verdict check(const Subject& subject) const = 0;
};

}  // namespace belfry::guard
