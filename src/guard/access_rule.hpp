#pragma once

// Who may see which path of the application: the configured rule for it. Pure. Whether somebody fulfils it is looked at
// behind the other guards, so that whoever is turned away by them costs no look at the sessions.

#include "guard/options.hpp"

#include <string_view>

namespace belfry::guard {

// `path` is Target::path(). A rule that opens what is otherwise closed applies to the path byte for byte; one that
// closes applies to whatever a program could take for it (http/path_prefix.hpp). Of two that apply with the same
// length, the stricter counts.
Access access_of(const AccessOptions& options, std::string_view path);

}  // namespace belfry::guard
