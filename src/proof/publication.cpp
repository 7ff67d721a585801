#include "proof/publication.hpp"

#include <algorithm>

namespace belfry::proof {

namespace {

const Finding& withheld() {
  static const Finding words{"details after the repair", "détails après la réparation"};
  return words;
}

bool has_part(const Claim& claim, std::string_view part) {
  return std::ranges::find(claim.parts, part, &Part::id) != claim.parts.end();
}

}  // namespace

bool has_open_lapse(const ClaimRow& row) {
  // The evidence too, as a lapse may be missing where it could not be written down.
  return std::ranges::any_of(row.lapses,
                             [&](const Lapse& lapse) { return !lapse.to && has_part(*row.claim, lapse.part); }) ||
         std::ranges::any_of(row.latest, [](const Evidence& one) { return one.outcome == Outcome::Broken; });
}

ClaimRow publication_of(const ClaimRow& row) {
  ClaimRow published = row;
  if (!has_open_lapse(row)) return published;
  for (Evidence& one : published.latest) {
    if (one.outcome != Outcome::Holds) one.finding = withheld();
  }
  // An earlier lapse of one part may tell how another is broken now.
  for (Lapse& lapse : published.lapses) lapse.finding = {};
  return published;
}

ClaimBoard publication_of(const ClaimBoard& board) {
  ClaimBoard published;
  std::ranges::transform(board.rows, published.rows.begin(), [](const ClaimRow& row) { return publication_of(row); });
  return published;
}

}  // namespace belfry::proof
