// Policies of whatever form: parsed within bounds, judged, and no policy is made weaker by one beside it.

#include "inspect/csp_evaluation.hpp"
#include "inspect/header_grade.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace belfry::inspect {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  auto policies = parse_csp(text);
  if (!policies) return 0;
  require(policies->size() <= kCspPolicies);
  for (const CspPolicy& policy : *policies) {
    require(!policy.directives.empty() && policy.directives.size() <= kCspDirectives);
    for (const CspDirective& directive : policy.directives) {
      require(!directive.name.empty() && directive.values.size() <= kCspValues);
      require(policy.find(directive.name) == &directive);
      require(heeded_script_sources(directive).size() <= directive.values.size());
    }
  }
  const auto findings = evaluate_csp(*policies);
  require(policies->empty() == (findings.size() == 1 && findings.front().directive.empty()));
  for (std::size_t index = 1; index < findings.size(); ++index) {
    require(findings[index - 1].severity >= findings[index].severity);
  }
  const CspSeverity before = worst_of(findings);
  const auto strict = parse_csp("default-src 'none'; base-uri 'none'");
  policies->push_back(strict->front());
  require(worst_of(evaluate_csp(*policies)) <= before);

  if (http::is_field_value(text)) {
    GradedSite site;
    site.page.add("content-security-policy", text);
    const HeaderGrade grade = grade_headers(site);
    require(grade.score >= 0 && grade.score <= 160);
  }
  return 0;
}

}  // namespace belfry::inspect
