#pragma once

// A lapse: a time in which a part of a claim was broken, from the first evidence that said so to the first that says
// that it holds again. Evidence that could not tell, or that rests on too little, ends none: nobody knows then whether
// the fault was repaired.
//
// While one is open, what was found of it is for the operator alone (proof/publication.hpp); afterwards it is public.

#include "base/clock.hpp"
#include "proof/evidence.hpp"

#include <optional>
#include <string>

namespace belfry::proof {

struct Lapse {
  std::string claim;  // id
  std::string part;
  base::WallTime from;
  std::optional<base::WallTime> to;  // none while it is open; never before `from`
  // Of the evidence that it began with.
  Finding finding;
  friend bool operator==(const Lapse&, const Lapse&) = default;
};

// The last lapse of a part once `evidence` came behind what led to `last`. Both are of the same part.
std::optional<Lapse> follow(std::optional<Lapse> last, const Evidence& evidence);

}  // namespace belfry::proof
