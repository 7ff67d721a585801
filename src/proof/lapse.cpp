#include "proof/lapse.hpp"

#include "proof/verdict.hpp"

#include <algorithm>

namespace belfry::proof {

namespace {

// A figure of too few observations shows no repair.
bool shows_repair(const Evidence& evidence) {
  const Claim* claim = find_claim(evidence.claim);
  return claim == nullptr || is_covered(*claim, evidence);
}

}  // namespace

std::optional<Lapse> follow(std::optional<Lapse> last, const Evidence& evidence) {
  const bool open = last && !last->to;
  switch (evidence.outcome) {
    case Outcome::Broken:
      if (open) return last;
      return Lapse{.claim = evidence.claim,
                   .part = evidence.part,
                   .from = evidence.observed,
                   .to = std::nullopt,
                   .finding = evidence.finding};
    case Outcome::Holds:
      // The clock may have been stepped back meanwhile.
      if (open && shows_repair(evidence)) last->to = std::max(last->from, evidence.observed);
      return last;
    case Outcome::Inconclusive:
      break;
  }
  return last;
}

}  // namespace belfry::proof
