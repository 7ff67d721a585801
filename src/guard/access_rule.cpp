#include "guard/access_rule.hpp"

#include "http/path_prefix.hpp"

#include <cstddef>

namespace belfry::guard {

Access access_of(const AccessOptions& options, std::string_view path) {
  Access found = options.preset;
  std::size_t length = 0;
  for (const std::string& prefix : options.public_paths) {
    if (prefix.size() <= length || !http::path_has_exact_prefix(path, prefix)) continue;
    found = Access::Public;
    length = prefix.size();
  }
  for (const std::string& prefix : options.signed_in_paths) {
    if (prefix.size() < length) continue;
    // It closes what would be public, and opens what would be denied.
    const bool applies =
        found == Access::Deny ? http::path_has_exact_prefix(path, prefix) : http::path_has_prefix(path, prefix);
    if (!applies) continue;
    found = Access::SignedIn;
    length = prefix.size();
  }
  return found;
}

}  // namespace belfry::guard
