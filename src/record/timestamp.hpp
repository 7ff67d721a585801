#pragma once

// Points of time in what is recorded: RFC 3339, UTC, milliseconds, always 24 characters, so that text order is time
// order: "2026-01-31T23:59:59.999Z".

#include "base/clock.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::record {

inline constexpr std::size_t kTimestampSize = 24;

// Writes kTimestampSize characters at `out`. Years outside 0 to 9999 have no such form: the nearest one is written.
void write_timestamp(char* out, base::WallTime time);
std::string timestamp(base::WallTime time);
// Exactly the form above, and a date that exists.
std::optional<base::WallTime> parse_timestamp(std::string_view text);

}  // namespace belfry::record
