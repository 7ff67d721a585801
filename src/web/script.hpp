#pragma once

// The one script of Belfry's pages (docs/decisions/0022-the-script.md). A page that loads it says so by
// http::PageScript::Own, and its policy lets that script in alone.

#include "http/message.hpp"

#include <string>

namespace belfry::web {

inline constexpr const char* kScriptPath = "/password/tools.js";

// Where pages load it from: another address for each content, so that it may be kept for ever.
std::string script_url();
// Subresource Integrity, section 3.5: what the content has to be.
std::string script_integrity();

http::Response script();

}  // namespace belfry::web
