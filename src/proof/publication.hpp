#pragma once

// What the public may see of the board. The state of a broken row is public at once, its exploitable detail only after
// the repair: until every part of the row that broke holds again, nothing that was found of a part that does not hold
// is handed out, also not what a later check could not tell. Pages get no other board than this one, so that none of
// them can show more.

#include "proof/verdict.hpp"

namespace belfry::proof {

// Whether some part broke and has not held since.
bool has_open_lapse(const ClaimRow& row);

// The same states, times and parts; words for what is withheld stand in the place of the findings.
ClaimRow publication_of(const ClaimRow& row);
ClaimBoard publication_of(const ClaimBoard& board);

}  // namespace belfry::proof
