#include "inspect/csp_evaluation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace belfry::inspect {
namespace {

std::vector<CspFinding> findings_of(std::string_view text) {
  const auto policies = parse_csp(text);
  EXPECT_TRUE(policies) << text;
  return evaluate_csp(policies.value_or(std::vector<CspPolicy>{}));
}

constexpr auto kHigh = CspSeverity::High;
constexpr auto kMedium = CspSeverity::Medium;
constexpr auto kLow = CspSeverity::Low;
constexpr auto kInfo = CspSeverity::Info;

TEST(CspEvaluation, FindsWhatTheEvaluatorFinds) {
  struct Case {
    const char* policy;
    CspSeverity severity;
    const char* directive;
    const char* value;
  };
  // A rest that is in order, so that each case is about itself.
  const std::string rest = "; object-src 'none'; base-uri 'none'; require-trusted-types-for 'script'";
  const Case cases[] = {
      {"script-src 'unsafe-inline'", kHigh, "script-src", "'unsafe-inline'"},
      {"default-src 'unsafe-inline'", kHigh, "default-src", "'unsafe-inline'"},
      {"script-src 'self'; script-src-attr 'unsafe-inline'", kHigh, "script-src-attr", "'unsafe-inline'"},
      {"script-src 'self'; script-src-elem 'unsafe-inline'", kHigh, "script-src-elem", "'unsafe-inline'"},
      {"script-src 'unsafe-hashes'", kLow, "script-src", "'unsafe-hashes'"},
      {"script-src 'unsafe-eval'", kLow, "script-src", "'unsafe-eval'"},
      {"script-src data:", kHigh, "script-src", "data:"},
      {"script-src HTTPS:", kHigh, "script-src", "https:"},
      {"script-src http:", kHigh, "script-src", "http:"},
      {"script-src *", kHigh, "script-src", "*"},
      {"script-src https://*", kHigh, "script-src", "https://*"},
      {"script-src //*", kHigh, "script-src", "//*"},
      {"script-src ajax.googleapis.com", kHigh, "script-src", "ajax.googleapis.com"},
      {"script-src *.googleapis.com", kHigh, "script-src", "*.googleapis.com"},
      {"script-src https://CDN.jsdelivr.net/npm/", kHigh, "script-src", "https://CDN.jsdelivr.net/npm/"},
      {"script-src cdnjs.cloudflare.com/ajax/libs/", kHigh, "script-src", "cdnjs.cloudflare.com/ajax/libs/"},
      {"script-src cdnjs.cloudflare.com/other/", kLow, "script-src", "cdnjs.cloudflare.com/other/"},
      {"script-src a.example", kLow, "script-src", "a.example"},
      {"script-src a.example", kInfo, "script-src", ""},
      {"script-src 'self'", kLow, "script-src", "'self'"},
      {"script-src 'nonce-short'", kMedium, "script-src", "'nonce-short'"},
      {"script-src 'nonce-not*base64'", kInfo, "script-src", "'nonce-not*base64'"},
      {"script-src 'none'; img-src http://a.example", kMedium, "img-src", "http://a.example"},
      {"script-src 'none'; report-uri http://a.example", kMedium, "report-uri", "http://a.example"},
      {"script-src 'none'; img-src 127.0.0.1", kInfo, "img-src", "127.0.0.1"},
      {"script-src 'none'; img-src https://[2001:db8::1]:443", kInfo, "img-src", "https://[2001:db8::1]:443"},
      {"script-src 'none'; img-src 192.0.2.1:8080", kInfo, "img-src", "192.0.2.1:8080"},
      {"script-src 'none'; reflected-xss block", kInfo, "reflected-xss", ""},
      {"script-src 'none'; referrer no-referrer", kInfo, "referrer", ""},
      {"script-src 'none'; foobar-src a.example", kMedium, "foobar-src", ""},
      {"script-src: 'none'; default-src 'none'", kMedium, "script-src:", ""},
      {"script-src 'none' img-src", kMedium, "script-src", "img-src"},
      {"script-src 'notakeyword'", kMedium, "script-src", "'notakeyword'"},
      {"script-src unsafe-inline", kMedium, "script-src", "unsafe-inline"},
      {"script-src nonce-abcdefgh", kMedium, "script-src", "nonce-abcdefgh"},
      {"script-src sha256-abcdefgh", kMedium, "script-src", "sha256-abcdefgh"},
      {"script-src 'none'; img-src a; img-src b", kMedium, "img-src", ""},
      {"script-src 'strict-dynamic'", kInfo, "script-src", "'strict-dynamic'"},
      {"img-src 'self'", kHigh, "script-src", ""},
  };
  for (const Case& one : cases) {
    const auto findings = findings_of(one.policy + rest);
    const bool found = std::ranges::any_of(findings, [&](const CspFinding& finding) {
      return finding.severity == one.severity && finding.directive == one.directive && finding.value == one.value;
    });
    EXPECT_TRUE(found) << one.policy << " " << to_string(one.severity);
    EXPECT_GE(worst_of(findings), one.severity);
  }
}

TEST(CspEvaluation, FindsWhatIsMissing) {
  struct Case {
    const char* policy;
    const char* directive;
  };
  const Case cases[] = {
      {"script-src 'none'", "object-src"},
      {"object-src 'none'", "script-src"},
      {"script-src 'nonce-abcdefgh'; object-src 'none'", "base-uri"},
      {"script-src 'sha256-abcdefgh' 'strict-dynamic'; object-src 'none'", "base-uri"},
  };
  for (const Case& one : cases) {
    const auto findings = findings_of(one.policy);
    const bool found = std::ranges::any_of(findings, [&](const CspFinding& finding) {
      return finding.severity == kHigh && finding.directive == one.directive && finding.value.empty();
    });
    EXPECT_TRUE(found) << one.policy;
  }
}

TEST(CspEvaluation, HasNothingAgainstAStrictPolicy) {
  const char* const strict[] = {
      "default-src 'none'; base-uri 'none'; require-trusted-types-for 'script'",
      ("script-src 'nonce-abcdefghijk' 'strict-dynamic' https: http: 'unsafe-inline'; object-src 'none'; "
       "base-uri 'none'; require-trusted-types-for 'script'"),
      "script-src 'sha256-abcdefghijk'; object-src 'none'; require-trusted-types-for 'script'",
      ("default-src 'none'; script-src 'nonce-abcdefghijk'; base-uri 'self'; trusted-types 'none'; "
       "require-trusted-types-for 'script'; report-uri /csp; report-to csp; sandbox allow-scripts"),
  };
  for (const char* policy : strict) EXPECT_TRUE(findings_of(policy).empty()) << policy;
}

TEST(CspEvaluation, StrongestOfSeveralPoliciesCounts) {
  const std::string weak = "script-src 'unsafe-inline' *";
  const std::string strict = "default-src 'none'; base-uri 'none'; require-trusted-types-for 'script'";
  EXPECT_TRUE(findings_of(weak + ", " + strict).empty());
  EXPECT_TRUE(findings_of(strict + ", " + weak).empty());
}

TEST(CspEvaluation, PoliciesThatLeaveScriptsFreeTogetherAreFound) {
  // Neither restricts inline scripts, though each lacks something else.
  const auto findings =
      findings_of("object-src 'none'; base-uri 'none', script-src 'unsafe-inline'; object-src 'none'");
  EXPECT_EQ(worst_of(findings), kHigh);
}

TEST(CspEvaluation, ObjectSrcOfAnotherPolicyCounts) {
  const auto findings = findings_of("script-src 'none', object-src 'none', require-trusted-types-for 'script'");
  EXPECT_TRUE(findings.empty());
}

TEST(CspEvaluation, NoPolicyIsHigh) {
  EXPECT_EQ(worst_of(evaluate_csp({})), kHigh);
}

TEST(CspEvaluation, MostSevereStandsFirst) {
  const auto findings = findings_of("script-src 'self' 'unsafe-inline' a.example 'bogus'");
  ASSERT_GE(findings.size(), 4U);
  EXPECT_TRUE(std::ranges::is_sorted(findings, std::ranges::greater{}, &CspFinding::severity));
}

}  // namespace
}  // namespace belfry::inspect
