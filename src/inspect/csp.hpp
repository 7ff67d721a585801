#pragma once

// Content-Security-Policy as a value (CSP Level 3, section 2.2). Several policies may be in force at a time, by commas,
// by repeated fields, and by <meta>: a browser obeys each of them by itself.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inspect {

struct CspDirective {
  std::string name;  // lower case
  // Keywords ('self') and schemes (https:) in lower case, all else as it came.
  std::vector<std::string> values;
};

struct CspPolicy {
  // The first directive of each name: "If policy's directive set contains a directive whose name is directive name,
  // continue" (CSP Level 3, section 2.2.1).
  std::vector<CspDirective> directives;
  // Names of directives that came again, and so are not obeyed.
  std::vector<std::string> repeated;

  // nullptr where there is none.
  const CspDirective* find(std::string_view name) const;
  // What is in force for a fetch directive: itself, or what it falls back to (section 6.8.3: script-src-elem to
  // script-src to default-src). nullptr: nothing is restricted.
  const CspDirective* governing(std::string_view name) const;
};

// More than this no site needs; a browser would still obey it, so what is beyond cannot be judged. Inclusive.
inline constexpr std::size_t kCspBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kCspPolicies = 16;
inline constexpr std::size_t kCspDirectives = 64;  // of one policy
inline constexpr std::size_t kCspValues = 1024;    // of one directive

// The policies of one field value, those without directives left out; a directive with bytes beyond ASCII is left out
// as browsers do. nullopt beyond the bounds.
std::optional<std::vector<CspPolicy>> parse_csp(std::string_view value);

bool is_csp_directive(std::string_view lower_name);
bool is_csp_keyword(std::string_view lower_value);  // with its quotes: "'self'"
bool is_csp_scheme(std::string_view value);         // "https:"
bool is_csp_nonce(std::string_view value);          // "'nonce-...'"
bool is_csp_hash(std::string_view value);           // "'sha256-...'"

// What of a list of script sources a browser of today heeds: no 'unsafe-inline' beside a nonce or hash, and beside
// 'strict-dynamic' no hosts, no schemes, no 'self' (CSP Level 3, sections 6.7.3.2 and 8.2).
std::vector<std::string> heeded_script_sources(const CspDirective& directive);

}  // namespace belfry::inspect
