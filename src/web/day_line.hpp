#pragma once

// A claim's 90 days as a line: a mark for each day, in a drawing 359 wide and 16 high with a step of 4 for a day. The
// state is told by the mark's height as well as by its colour, and all of it is said in words beside it.

#include "web/language.hpp"
#include "web/recent_states.hpp"

#include <string>

namespace belfry::web {

// The days in that state as an SVG path that is stroked with dashes, one subpath for each run of days; empty where
// there is none. ASCII.
std::string day_path(const Days& days, DayState state);

// "90 days: 71 held, 2 broken, 17 unknown"; a state without a day is left out.
std::string describe_days(const Days& days, Language language);

}  // namespace belfry::web
