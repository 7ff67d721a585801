#pragma once

// Evidence: what one check found about one part of a claim at one time. It is appended and never changed.

#include "base/clock.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::proof {

// What was found, in words for the reader, figures with their denominators. Plain text, UTF-8, no NUL.
struct Finding {
  std::string en;
  std::string fr;
  friend bool operator==(const Finding&, const Finding&) = default;
};

enum class Outcome : std::uint8_t {
  Holds,
  Broken,
  Inconclusive,  // the check could not tell: the site was out of reach, or the control did not come out as it must
};
std::string_view to_string(Outcome outcome);  // "holds", "broken", "inconclusive"

struct Evidence {
  std::string claim;  // id
  std::string part;
  Outcome outcome = Outcome::Inconclusive;
  Finding finding;
  base::WallTime observed;
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

}  // namespace belfry::proof
