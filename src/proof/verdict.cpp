#include "proof/verdict.hpp"

#include <algorithm>
#include <functional>
#include <ranges>
#include <string>

namespace belfry::proof {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::Holds:
      return "holds";
    case Outcome::Broken:
      return "broken";
    case Outcome::Inconclusive:
      return "inconclusive";
  }
  return {};
}

std::string_view to_string(State state) {
  switch (state) {
    case State::Holds:
      return "holds";
    case State::Unknown:
      return "unknown";
    case State::Broken:
      return "broken";
  }
  return {};
}

namespace {

PartVerdict judge_part(const ClaimRow& row, const Part& part, base::WallTime now) {
  PartVerdict verdict;
  verdict.part = &part;
  if (!is_built(part)) {
    verdict.reason = Reason::NotBuilt;
    return verdict;
  }
  const auto found = std::ranges::find(row.latest, part.id, &Evidence::part);
  if (found == row.latest.end()) return verdict;

  verdict.evidence = &*found;
  verdict.expires = found->observed + (part.own_terms ? part.own_terms->age_limit : row.claim->age_limit);
  if (row.unrecorded) {
    verdict.reason = Reason::Unrecorded;
  } else if (found->observed > now + kFutureTolerance) {
    verdict.reason = Reason::FromFuture;
  } else if (now > *verdict.expires) {
    verdict.reason = Reason::Expired;
  } else if (found->outcome == Outcome::Inconclusive) {
    verdict.reason = Reason::Inconclusive;
  } else if (!is_covered(*row.claim, *found)) {
    verdict.reason = Reason::Uncovered;
  } else {
    verdict.reason = Reason::Evidence;
    verdict.state = found->outcome == Outcome::Holds ? State::Holds : State::Broken;
  }
  return verdict;
}

// What was found of a part, or why nothing was.
Finding finding_of(const PartVerdict& part) {
  if (part.evidence != nullptr) return part.evidence->finding;
  if (!is_built(*part.part)) return {std::string{part.part->not_built.en}, std::string{part.part->not_built.fr}};
  return {"no evidence", "aucun constat"};
}

// "6 of 7 parts hold; 429: …": the figure with its denominator, then what was found of each part that does not hold.
Finding summarize(const std::vector<PartVerdict>& parts) {
  if (parts.size() == 1) return parts.front().evidence != nullptr ? parts.front().evidence->finding : Finding{};
  const auto with_evidence =
      std::ranges::count_if(parts, [](const PartVerdict& part) { return part.evidence != nullptr; });
  if (with_evidence == 0) return {};

  // What the evidence said, fresh or not: a row that expired still shows what was last seen.
  const auto held = [](const PartVerdict& part) {
    return part.evidence != nullptr && part.evidence->outcome == Outcome::Holds;
  };
  const auto holding = std::ranges::count_if(parts, held);
  Finding finding{std::to_string(holding) + " of " + std::to_string(parts.size()) + " parts",
                  std::to_string(holding) + " sur " + std::to_string(parts.size())};
  finding.en += holding == 1 ? " holds" : " hold";
  finding.fr += holding < 2 ? " tient" : " tiennent";
  // A row of which a part has no check never gets further: what holds of it is named all the same.
  const bool is_partial = std::ranges::any_of(parts, [](const PartVerdict& part) { return !is_built(*part.part); });
  if (is_partial || holding == std::ssize(parts)) {
    std::string_view separator = ": ";
    std::string_view space = "\u00a0";
    for (const PartVerdict& part : parts | std::views::filter(held)) {
      finding.en.append(separator).append(part.part->name.en);
      finding.fr.append(space).append(separator).append(part.part->name.fr);
      if (part.part->in_summary == InSummary::Finding) {
        finding.en.append(": ").append(part.evidence->finding.en);
        finding.fr.append("\u00a0: ").append(part.evidence->finding.fr);
      }
      separator = ", ";
      space = "";
    }
  }
  for (const PartVerdict& part : parts) {
    if (held(part)) continue;
    finding.en.append("; ").append(part.part->name.en).append(": ");
    finding.fr.append("\u202f; ").append(part.part->name.fr).append("\u00a0: ");
    const Finding found = finding_of(part);
    finding.en.append(found.en);
    finding.fr.append(found.fr);
  }
  return finding;
}

// When a part came into its state, as far as its evidence tells.
std::optional<base::WallTime> since_when(const PartVerdict& part) {
  if (part.evidence == nullptr) return std::nullopt;
  return part.reason == Reason::Expired ? part.expires : part.evidence->observed;
}

// When the claim came into its state. Where the last recorded change led to another state, nobody wrote the present one
// down yet: then the parts tell. All of them had to hold for the claim to hold; one was enough to break it.
std::optional<base::WallTime> since_when(const ClaimRow& row, const Verdict& verdict, base::WallTime now) {
  if (row.recorded && row.recorded->state == verdict.state) return row.recorded->at;
  // The evidence's own time is not to be trusted, or nobody could verify it.
  if (verdict.reason == Reason::FromFuture || verdict.reason == Reason::Unrecorded) return std::nullopt;

  std::optional<base::WallTime> since;
  for (const PartVerdict& part : verdict.parts) {
    if (part.state != verdict.state) continue;
    const auto of_part = since_when(part);
    if (!of_part || *of_part > now) continue;
    if (!since) {
      since = of_part;
    } else {
      since = verdict.state == State::Holds ? std::max(*since, *of_part) : std::min(*since, *of_part);
    }
  }
  // A change never stands before the one that it follows.
  if (row.recorded) return std::max(since.value_or(now), row.recorded->at);
  return since;
}

// The open lapses in one, or else the lapse that ended last with those that it overlapped.
std::optional<ClaimLapse> last_lapse(const ClaimRow& row) {
  std::optional<ClaimLapse> last;
  std::vector<const Lapse*> ended;
  ended.reserve(row.lapses.size());
  for (const Lapse& lapse : row.lapses) {
    if (std::ranges::find(row.claim->parts, lapse.part, &Part::id) == row.claim->parts.end()) continue;
    if (lapse.to) {
      ended.push_back(&lapse);
    } else if (!last || lapse.from < last->from) {
      last = ClaimLapse{.from = lapse.from, .to = std::nullopt, .finding = {}};
    }
  }
  if (last || ended.empty()) return last;

  std::ranges::sort(ended, std::greater{}, [](const Lapse* lapse) { return *lapse->to; });
  last = ClaimLapse{.from = ended.front()->from, .to = ended.front()->to, .finding = {}};
  std::erase_if(ended, [&](const Lapse* lapse) {
    if (*lapse->to < last->from) return true;
    last->from = std::min(last->from, lapse->from);
    return false;
  });
  // In the order of the claim's parts.
  for (const Part& part : row.claim->parts) {
    const auto found = std::ranges::find(ended, part.id, [](const Lapse* lapse) { return lapse->part; });
    if (found == ended.end()) continue;
    const bool first = last->finding == Finding{};
    last->finding.en.append(first ? "" : "; ").append(part.name.en).append(": ").append((*found)->finding.en);
    last->finding.fr.append(first ? "" : "\u202f; ").append(part.name.fr).append("\u00a0: ");
    last->finding.fr.append((*found)->finding.fr);
  }
  return last;
}

}  // namespace

bool is_covered(const Claim& claim, const Evidence& evidence) {
  if (!evidence.coverage) return claim.basis != Basis::Measured;
  const auto [observed, expected] = *evidence.coverage;
  // Of nothing no figure can be computed, and whoever saw more than there is did not count right.
  if (expected == 0 || observed > expected) return false;
  return std::uint64_t{observed} * 100 >= std::uint64_t{expected} * claim.minimum_coverage;
}

Verdict judge(const ClaimRow& row, base::WallTime now) {
  Verdict verdict;
  if (row.claim->parts.empty()) {
    verdict.reason = Reason::NotBuilt;
    verdict.since = since_when(row, verdict, now);
    return verdict;
  }

  verdict.parts.reserve(row.claim->parts.size());
  verdict.state = State::Holds;
  verdict.reason = Reason::Evidence;
  bool complete = true;
  for (const Part& part : row.claim->parts) {
    const PartVerdict& of_part = verdict.parts.emplace_back(judge_part(row, part, now));
    if (of_part.state > verdict.state) {
      verdict.state = of_part.state;
      verdict.reason = of_part.reason == Reason::NotBuilt ? Reason::PartNotBuilt : of_part.reason;
    }
    if (of_part.evidence != nullptr) {
      const base::WallTime observed = of_part.evidence->observed;
      const base::WallTime expires = of_part.expires.value_or(observed);
      verdict.observed = std::min(verdict.observed.value_or(observed), observed);
      verdict.expires = std::min(verdict.expires.value_or(expires), expires);
    } else if (is_built(part)) {
      complete = false;
    }
  }
  if (!complete) {
    verdict.observed.reset();
    verdict.expires.reset();
  }
  if (row.unrecorded) {
    // Also where the part that could not be written is one that had no evidence before.
    verdict.state = State::Unknown;
    verdict.reason = Reason::Unrecorded;
  }
  verdict.finding = summarize(verdict.parts);
  verdict.since = since_when(row, verdict, now);
  verdict.lapse = last_lapse(row);
  return verdict;
}

ClaimBoard empty_board() {
  ClaimBoard board;
  std::ranges::transform(claims(), board.rows.begin(), [](const Claim& claim) {
    ClaimRow row;
    row.claim = &claim;
    return row;
  });
  return board;
}

}  // namespace belfry::proof
