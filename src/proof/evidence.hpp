#pragma once

// Evidence: what one check found about one part of a claim at one time. It is appended and never changed.

#include "base/clock.hpp"

#include <cstdint>
#include <optional>
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

// How much of what there is a figure was computed from: 27 of 30 devices, 86 000 of 86 400 seconds.
struct Coverage {
  std::uint32_t observed = 0;
  std::uint32_t expected = 0;
  friend bool operator==(const Coverage&, const Coverage&) = default;
};

struct Evidence {
  std::string claim;  // id
  std::string part;
  Outcome outcome = Outcome::Inconclusive;
  Finding finding;
  base::WallTime observed;
  // Of a figure.
  std::optional<Coverage> coverage{};
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

}  // namespace belfry::proof
