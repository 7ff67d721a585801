#include "inspect/header_grade.hpp"

#include "inspect/header_tests.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace belfry::inspect {

namespace {

constexpr int kBaseline = 100;
constexpr int kLeastForBonuses = 90;

// What the grades begin at, best first (charts.js, GRADE_CHART).
constexpr std::array<std::pair<int, std::string_view>, 13> kLetters = {{{100, "A+"},
                                                                        {90, "A"},
                                                                        {85, "A-"},
                                                                        {80, "B+"},
                                                                        {70, "B"},
                                                                        {65, "B-"},
                                                                        {60, "C+"},
                                                                        {50, "C"},
                                                                        {45, "C-"},
                                                                        {40, "D+"},
                                                                        {30, "D"},
                                                                        {25, "D-"},
                                                                        {0, "F"}}};

bool add_policies(std::string_view value, std::vector<CspPolicy>& policies) {
  auto parsed = parse_csp(value);
  if (!parsed || policies.size() + parsed->size() > kCspPolicies) return false;
  std::ranges::move(*parsed, std::back_inserter(policies));
  return true;
}

}  // namespace

std::string_view header_letter(int score) {
  for (const auto& [least, letter] : kLetters) {
    if (score >= least) return letter;
  }
  return "F";
}

std::optional<std::vector<CspPolicy>> policies_of(const http::Fields& page, const HtmlScan& scan) {
  std::vector<CspPolicy> policies;
  for (const http::Field field : page) {
    if (field.name == "content-security-policy" && !add_policies(field.value, policies)) return std::nullopt;
  }
  for (const std::string& value : scan.policies) {
    const std::size_t before = policies.size();
    if (!add_policies(value, policies)) return std::nullopt;
    for (std::size_t index = before; index < policies.size(); ++index) {
      // "remove all occurrences of the report-uri, frame-ancestors, and sandbox directives" (HTML, section 4.2.5.3).
      std::erase_if(policies[index].directives, [](const CspDirective& directive) {
        return directive.name == "report-uri" || directive.name == "frame-ancestors" || directive.name == "sandbox";
      });
    }
  }
  std::erase_if(policies, [](const CspPolicy& policy) { return policy.directives.empty(); });
  return policies;
}

HeaderGrade grade_headers(const GradedSite& site) {
  const HtmlScan scan = scan_html(site.body);
  HeaderGrade grade;
  grade.modifiers = {test_csp(site, scan), test_cookies(site), test_cross_origin_sharing(site)};
  if (auto redirection = test_redirection(site)) {
    grade.modifiers.push_back(*redirection);
  } else {
    grade.untested.emplace_back("redirection");
  }
  grade.modifiers.insert(grade.modifiers.end(),
                         {test_referrer_policy(site, scan), test_hsts(site), test_scripts(site, scan),
                          test_content_type_options(site), test_frame_options(site), test_resource_policy(site)});
  int penalised = kBaseline;
  int bonus = 0;
  for (const HeaderModifier& modifier : grade.modifiers) (modifier.score < 0 ? penalised : bonus) += modifier.score;
  grade.bonuses_count = penalised >= kLeastForBonuses;
  grade.score = std::max(grade.bonuses_count ? penalised + bonus : penalised, 0);
  grade.letter = header_letter(grade.score);
  return grade;
}

}  // namespace belfry::inspect
