#pragma once

// What the text of a configuration may not hold, looked for before toml++ reads it: there it has limits and faults that
// no file of an operator's should meet.

#include "app/configuration.hpp"

#include <optional>
#include <string_view>

namespace belfry::app {

// The first reason to refuse the text; its `file` is left to the caller.
std::optional<Problem> check_text(std::string_view text);

}  // namespace belfry::app
