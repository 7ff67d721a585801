#pragma once

// What can be held against a Content-Security-Policy, by the rules of Google's CSP Evaluator
// (github.com/google/csp-evaluator, checks/security_checks.ts, parser_checks.ts, strictcsp_checks.ts, read in 2026),
// for browsers of CSP Level 3. Left out are its advice on fallbacks for browsers that know no nonces.
//
// Its severities are told in four: HIGH is High; SYNTAX and MEDIUM are Medium; what it marks as "maybe" is Low; INFO
// and STRICT_CSP (advice) are Info.

#include "inspect/csp.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inspect {

enum class CspSeverity : std::uint8_t { Info, Low, Medium, High };
std::string_view to_string(CspSeverity severity);  // "info", "low", "medium", "high"

struct CspFinding {
  CspSeverity severity = CspSeverity::Info;
  std::string directive;
  std::string value;  // empty where it is about the directive
  std::string text;   // one sentence for an operator, without the site's own text
  friend bool operator==(const CspFinding&, const CspFinding&) = default;
};

// Of the policies that are in force together. Each of them is enforced by itself, so together they are at least as
// strong as the strongest: the findings are those of the policy with the least severe ones; object-src, base-uri and
// Trusted Types count wherever they stand. The most severe first. No policy at all is one High finding.
std::vector<CspFinding> evaluate_csp(std::span<const CspPolicy> policies);

// Info where there is none.
CspSeverity worst_of(std::span<const CspFinding> findings);

}  // namespace belfry::inspect
