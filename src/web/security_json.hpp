#pragma once

// The security page for programs: {"site", "generated", "claims": [{"id", "scope", "basis", "state", "value",
// "observed", "expires", "since", "check", "command", "lapse"}]}. Times are RFC 3339 in UTC with milliseconds; null
// stands for what there is not: `value`, `observed` and `expires` without evidence, `since` without a recorded change,
// `check` without a check, `command` where a reader has no way to check from outside (web/reader_checks.hpp). `lapse`
// is the last time in which the claim was broken, {"from", "to", "finding"}: null where none is known; while it lasts
// "to" and "finding" are null, as what was found is published after the repair.

#include "base/clock.hpp"
#include "http/message.hpp"
#include "proof/verdict.hpp"
#include "web/reader_checks.hpp"

#include <memory>
#include <string>

namespace belfry::web {

struct SecurityJsonInput {
  std::string site;
  std::shared_ptr<const proof::ClaimBoard> board;  // nullptr: nothing is known yet
  DoorFromOutside door;
  base::WallTime now;
};

http::Response security_json(const SecurityJsonInput& input);

}  // namespace belfry::web
