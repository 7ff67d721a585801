#pragma once

// What a rule for a folder of paths applies to. `path` is Target::path(), canonical already.

#include <string_view>

namespace belfry::http {

// For rules that restrict: true if `path` is `prefix` or lies below it, for any program that could take it so. ASCII
// letters are compared without case, percent-encodings with what they encode, a segment without its parameters
// ("/admin;v=1"), and empty segments are passed over. A prefix ends at a segment's end: "/admin" (or "/admin/") covers
// "/admin", "/admin/" and "/Admin/x", but not "/administrator". "/" covers everything.
bool path_has_prefix(std::string_view path, std::string_view prefix);

// For rules that let something through: `path` is `prefix`, byte for byte, or lies below it.
bool path_has_exact_prefix(std::string_view path, std::string_view prefix);

}  // namespace belfry::http
