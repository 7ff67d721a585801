#pragma once

// What the door and its twin agree on.

#include <string_view>

namespace belfry::app {

// In a door's data directory: where it listens for its own drills.
inline constexpr std::string_view kPrivateSocket = "private.sock";
inline constexpr std::string_view kTwinSite = "app.localhost";
inline constexpr std::string_view kTwinBelfry = "belfry.localhost";
// Its canary's role, where that is not a member's.
inline constexpr std::string_view kTwinStaff = "staff";
// The twin's first line of output, once it answers; any other says what went wrong.
inline constexpr std::string_view kTwinReady = "ready";

}  // namespace belfry::app
