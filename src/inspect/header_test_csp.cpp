// The Observatory's test of the Content-Security-Policy (src/analyzer/tests/csp.js).

#include "inspect/header_tests.hpp"
#include "inspect/text.hpp"

#include <algorithm>
#include <array>

namespace belfry::inspect {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kTest = "content-security-policy";
constexpr std::array kBroad = {"ftp:"sv,     "http:"sv,      "https:"sv,    "*"sv,
                               "http://*"sv, "http://*.*"sv, "https://*"sv, "https://*.*"sv};
constexpr std::array kPassive = {"img-src"sv, "media-src"sv};

using Sources = std::vector<std::string>;

bool is_broad(const std::string& source) {
  return is_among(kBroad, source);
}
bool is_broad_or_inline(const std::string& source) {
  return is_broad(source) || source == "'unsafe-inline'" || source == "data:";
}
bool is_plain(const std::string& source) {
  return source.starts_with("http:") || source.starts_with("ftp:");
}
bool is_named(const std::string& source) {
  return source.starts_with("'nonce-") || source.starts_with("'sha256-") || source.starts_with("'sha384-") ||
         source.starts_with("'sha512-");
}

Sources lowered_values(const CspDirective& directive) {
  Sources sources;
  sources.reserve(std::max<std::size_t>(directive.values.size(), 1));
  for (const std::string& value : directive.values) sources.push_back(lowered(value));
  if (sources.empty()) sources.emplace_back("'none'");
  return sources;
}

// The sources of a directive in all policies together: one counts where every policy that restricts it has it, by
// itself or through default-src. Nothing restricts: everything is allowed.
Sources common_sources(const std::vector<CspPolicy>& policies, std::string_view name) {
  std::optional<Sources> common;
  for (const CspPolicy& policy : policies) {
    const CspDirective* directive = policy.find(name);
    if (directive == nullptr) directive = policy.find("default-src");
    if (directive == nullptr) continue;
    Sources sources = lowered_values(*directive);
    if (common) {
      std::erase_if(*common, [&](const std::string& source) { return !is_among(sources, source); });
      if (common->empty()) common->emplace_back("'none'");
    } else {
      common = std::move(sources);
    }
  }
  return common.value_or(Sources{"*"});
}

// Beside a nonce or hash, 'unsafe-inline' is not heeded; with 'strict-dynamic', neither are hosts and schemes.
void drop_unheeded(Sources& sources, bool dynamic) {
  std::erase_if(sources, [&](const std::string& source) {
    if (source == "'unsafe-inline'") return true;
    const bool wide = std::ranges::any_of(kBroad, [&](std::string_view broad) { return source.starts_with(broad); });
    return dynamic && (source == "'self'" || wide);
  });
}

bool any_plain(const std::vector<CspPolicy>& policies, const Sources& scripts) {
  if (std::ranges::any_of(scripts, &is_plain)) return true;
  return std::ranges::any_of(policies, [](const CspPolicy& policy) {
    return std::ranges::any_of(policy.directives, [](const CspDirective& directive) {
      const bool passive = is_among(kPassive, directive.name);
      return !passive && directive.name != "script-src" && std::ranges::any_of(lowered_values(directive), &is_plain);
    });
  });
}

HeaderModifier row(std::string_view result, int score, std::string_view reason) {
  return {kTest, result, score, reason};
}

HeaderModifier judge(const std::vector<CspPolicy>& policies) {
  Sources scripts = common_sources(policies, "script-src");
  Sources styles = common_sources(policies, "style-src");
  const Sources objects = common_sources(policies, "object-src");
  const bool named = std::ranges::any_of(scripts, &is_named);
  const bool dynamic = is_among(scripts, "'strict-dynamic'");
  if (dynamic && !named) return row("csp-header-invalid", -25, "'strict-dynamic' without a nonce or hash");
  if (named) drop_unheeded(scripts, dynamic);
  if (std::ranges::any_of(styles, &is_named)) drop_unheeded(styles, false);

  if (std::ranges::any_of(scripts, &is_broad_or_inline) || std::ranges::any_of(objects, &is_broad)) {
    return row("csp-implemented-with-unsafe-inline", -20, "scripts or plugins are hardly restricted");
  }
  if (any_plain(policies, scripts)) {
    return row("csp-implemented-with-insecure-scheme", -20, "something may be loaded over plain HTTP");
  }
  if (is_among(scripts, "'unsafe-eval'") || is_among(styles, "'unsafe-eval'")) {
    return row("csp-implemented-with-unsafe-eval", -10, "text may be evaluated as a script");
  }
  const bool passive_plain = std::ranges::any_of(
      kPassive, [&](std::string_view name) { return std::ranges::any_of(common_sources(policies, name), &is_plain); });
  if (passive_plain) {
    return row("csp-implemented-with-insecure-scheme-in-passive-content-only", -10,
               "images or media may be loaded over plain HTTP");
  }
  if (std::ranges::any_of(styles, &is_broad_or_inline)) {
    return row("csp-implemented-with-unsafe-inline-in-style-src-only", 0, "styles are hardly restricted");
  }
  const bool none = std::ranges::any_of(policies, [](const CspPolicy& policy) {
    const CspDirective* const all = policy.find("default-src");
    return all != nullptr && lowered_values(*all) == Sources{"'none'"};
  });
  if (none) return row("csp-implemented-with-no-unsafe-default-src-none", 10, "default-src 'none', nothing unsafe");
  return row("csp-implemented-with-no-unsafe", 5, "nothing unsafe");
}

bool repeats(const CspPolicy& policy) {
  return std::ranges::any_of(policy.repeated,
                             [](const std::string& name) { return name != "report-uri" && name != "report-to"; });
}

}  // namespace

HeaderModifier test_csp(const GradedSite& site, const HtmlScan& scan) {
  const auto policies = policies_of(site.page, scan);
  // "While technically valid in that you just use the first entry, we are saying that repeated directives are invalid
  // so that people notice it" (cspParser.js).
  if (!policies || std::ranges::any_of(*policies, &repeats)) {
    return row("csp-header-invalid", -25, "the policy cannot be read, or says a directive twice");
  }
  if (!policies->empty()) return judge(*policies);
  if (site.page.contains("content-security-policy-report-only")) {
    return row("csp-not-implemented-but-reporting-enabled", -25, "the policy is only reported on");
  }
  return row("csp-not-implemented", -25, "Content-Security-Policy is missing");
}

}  // namespace belfry::inspect
