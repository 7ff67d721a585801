#pragma once

// The security page: every claim with its present state, for the site's visitors. Without script.

#include "base/clock.hpp"
#include "http/message.hpp"
#include "proof/claims.hpp"
#include "proof/verdict.hpp"
#include "web/language.hpp"
#include "web/reader_checks.hpp"
#include "web/recent_states.hpp"

#include <memory>
#include <string>

namespace belfry::web {

struct SecurityPageInput {
  std::string site;  // the name that visitors know, say "app.example.com"; shown as text
  Language language = Language::En;
  // nullptr: the history has not been read. Taken before the board, so that it never knows of a later state.
  std::shared_ptr<const RecentStates> recent;
  // nullptr: nothing is known yet, every claim is `unknown`.
  std::shared_ptr<const proof::ClaimBoard> board;
  DoorFromOutside door;
  proof::Presets presets;
  base::WallTime now;  // of this answer; evidence is judged by it
  std::string nonce;   // of the style element, the same as in the Content-Security-Policy
};

// 200 with content-type, content-language, cache-control and vary; the seal adds the security fields.
http::Response security_page(const SecurityPageInput& input);

}  // namespace belfry::web
