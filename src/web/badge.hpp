#pragma once

// The badge: how many claims hold, as a small drawing for other sites to show. It loads nothing and has its own ground,
// as nobody knows what it will stand on.

#include "base/clock.hpp"
#include "http/message.hpp"
#include "proof/verdict.hpp"
#include "web/language.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace belfry::web {

// How long it may be kept, inclusive; less where evidence stops counting sooner.
inline constexpr std::chrono::seconds kBadgeKept{60};

struct BadgeInput {
  std::string site;
  Language language = Language::En;
  std::shared_ptr<const proof::ClaimBoard> board;  // nullptr: nothing is known yet
  base::WallTime now;
};

http::Response badge(const BadgeInput& input);

}  // namespace belfry::web
