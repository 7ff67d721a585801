#pragma once

// What is said to a person whose request was turned away or failed: what happened, and the way out.

#include "proof/claims.hpp"

#include <cstdint>
#include <string_view>

namespace belfry::web {

// The link of a refusal on Belfry's host to one of its own pages.
struct Onward {
  proof::Wording label;   // empty: no page is of use
  std::string_view path;  // empty: the page that was asked for, once more
};

struct RefusalWords {
  std::uint16_t status;
  // Empty: for every reason of that status that has no words of its own.
  std::string_view reason;
  proof::Wording heading;
  proof::Wording what;
  proof::Wording way_out;
  Onward onward = {};
};

// Never fails: a status without words of its own gets those of its class.
const RefusalWords& refusal_words(std::uint16_t status, std::string_view reason);

}  // namespace belfry::web
