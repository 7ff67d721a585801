#pragma once

// What a person recognises a session by.

#include <string>
#include <string_view>

namespace belfry::web {

// "Firefox · Linux" for the value of User-Agent; one of the two where the other is not known, empty where neither is.
// Holds names of ours alone, and nothing of what was sent.
std::string device_name(std::string_view user_agent);

}  // namespace belfry::web
