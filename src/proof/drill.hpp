#pragma once

// A drill tries to break one claim on the running site, now, and reports what happened. It gets no exemption anywhere:
// it meets the same guards as everybody. Each drill has a control, the same check where the measure is missing, and
// where the control does not come out as it must, the drill is inconclusive: a check that cannot see a fault proves
// nothing.

#include "base/clock.hpp"
#include "base/random.hpp"
#include "proof/evidence.hpp"

#include <chrono>
#include <functional>
#include <stop_token>
#include <string_view>
#include <vector>

namespace belfry::proof {

struct DrillContext {
  const base::Clock& clock;
  base::Random& random;
  // Set when the drill is to end early; what it returns then is thrown away.
  std::stop_token stopping;
  // Waits for that long; returns at once, with false, when the drill is to end early.
  std::function<bool(std::chrono::milliseconds)> wait;
  // A line for the operator, which no page shows.
  std::function<void(std::string_view)> log = [](std::string_view) {};
};

class Drill {
 public:
  virtual ~Drill() = default;
  virtual std::string_view claim() const = 0;
  // Between the starts of two runs.
  virtual std::chrono::seconds interval() const = 0;
  // Blocking, bounded in requests and time. Evidence of claim() alone. An exception counts as inconclusive.
  virtual std::vector<Evidence> run(DrillContext& context) = 0;
};

}  // namespace belfry::proof
