#pragma once

// Times as text, in UTC: for programs and for people.

#include "base/clock.hpp"
#include "web/language.hpp"

#include <string>

namespace belfry::web {

// RFC 3339 with milliseconds: "2026-03-12T14:03:22.123Z".
std::string rfc3339(base::WallTime time);

// "12 March 2026, 14:03 UTC", "12 mars 2026 à 14:03 UTC"; to the minute. A line may end between date and time alone.
std::string readable_time(base::WallTime time, Language language);

}  // namespace belfry::web
