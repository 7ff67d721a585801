#pragma once

// What is said to a person whose request was turned away or failed: what happened, and the way out.

#include "proof/claims.hpp"

#include <cstdint>
#include <string_view>

namespace belfry::web {

struct RefusalWords {
  std::uint16_t status;
  // Empty: for every reason of that status that has no words of its own.
  std::string_view reason;
  proof::Wording heading;
  proof::Wording what;
  proof::Wording way_out;
};

// Never fails: a status without words of its own gets those of its class.
const RefusalWords& refusal_words(std::uint16_t status, std::string_view reason);

}  // namespace belfry::web
