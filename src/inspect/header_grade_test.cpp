#include "inspect/header_grade.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace belfry::inspect {
namespace {

struct Said {
  const char* name;
  const char* value;
};

// Nothing taken away and nothing added, but for what a case changes.
GradedSite plain_site() {
  GradedSite site;
  site.host = "a.example";
  site.plain_http = PlainHttp::Closed;
  site.cross_origin_sent = "https://elsewhere.invalid";
  return site;
}

std::string_view result_of(const HeaderGrade& grade, std::string_view test) {
  const auto found = std::ranges::find(grade.modifiers, test, &HeaderModifier::test);
  return found == grade.modifiers.end() ? "" : found->result;
}

TEST(HeaderGrade, EachTestReadsItsFields) {
  struct Case {
    std::vector<Said> page;
    const char* test;
    const char* result;
    int score;
  };
  const char* const csp = "content-security-policy";
  const char* const hsts = "strict-transport-security";
  const Case cases[] = {
      {{}, csp, "csp-not-implemented", -25},
      {{{"content-security-policy-report-only", "default-src 'none'"}},
       csp,
       "csp-not-implemented-but-reporting-enabled",
       -25},
      {{{csp, "default-src 'none'"}}, csp, "csp-implemented-with-no-unsafe-default-src-none", 10},
      {{{csp, "default-src 'self'"}}, csp, "csp-implemented-with-no-unsafe", 5},
      {{{csp, "default-src 'self'; style-src 'unsafe-inline'"}},
       csp,
       "csp-implemented-with-unsafe-inline-in-style-src-only",
       0},
      {{{csp, "default-src 'self'; img-src http://b.example"}},
       csp,
       "csp-implemented-with-insecure-scheme-in-passive-content-only",
       -10},
      {{{csp, "default-src 'self' 'unsafe-eval'"}}, csp, "csp-implemented-with-unsafe-eval", -10},
      {{{csp, "default-src 'self'; script-src 'unsafe-inline'"}}, csp, "csp-implemented-with-unsafe-inline", -20},
      {{{csp, "default-src 'self'; script-src data:"}}, csp, "csp-implemented-with-unsafe-inline", -20},
      {{{csp, "default-src 'self'; script-src https:"}}, csp, "csp-implemented-with-unsafe-inline", -20},
      {{{csp, "script-src 'self'"}}, csp, "csp-implemented-with-unsafe-inline", -20},
      {{{csp, "object-src 'none'"}}, csp, "csp-implemented-with-unsafe-inline", -20},
      {{{csp, "default-src 'self'; frame-src http://b.example"}}, csp, "csp-implemented-with-insecure-scheme", -20},
      {{{csp, "default-src 'none'; script-src 'nonce-abc' 'unsafe-inline' 'strict-dynamic' https:"}},
       csp,
       "csp-implemented-with-no-unsafe-default-src-none",
       10},
      {{{csp, "default-src 'none'; script-src 'strict-dynamic'"}}, csp, "csp-header-invalid", -25},
      {{{csp, "default-src 'none'; default-src *"}}, csp, "csp-header-invalid", -25},
      {{{csp, "default-src *"}, {csp, "default-src 'none'"}},
       csp,
       "csp-implemented-with-no-unsafe-default-src-none",
       10},

      {{}, "cookies", "cookies-not-found", 0},
      {{{"set-cookie", "a=1; Secure; SameSite=Lax"}},
       "cookies",
       "cookies-secure-with-httponly-sessions-and-samesite",
       5},
      {{{"set-cookie", "a=1; Secure"}}, "cookies", "cookies-secure-with-httponly-sessions", 0},
      {{{"set-cookie", "a=1"}}, "cookies", "cookies-without-secure-flag", -20},
      {{{"set-cookie", "a=1"}, {hsts, "max-age=63072000"}},
       "cookies",
       "cookies-without-secure-flag-but-protected-by-hsts",
       -5},
      {{{"set-cookie", "session=1; HttpOnly"}}, "cookies", "cookies-session-without-secure-flag", -40},
      {{{"set-cookie", "session=1; HttpOnly"}, {hsts, "max-age=63072000"}},
       "cookies",
       "cookies-session-without-secure-flag-but-protected-by-hsts",
       -10},
      {{{"set-cookie", "session=1; Secure"}}, "cookies", "cookies-session-without-httponly-flag", -30},
      {{{"set-cookie", "csrf=1; Secure"}}, "cookies", "cookies-anticsrf-without-samesite-flag", -20},
      {{{"set-cookie", "a=1; Secure; SameSite=x"}}, "cookies", "cookies-samesite-flag-invalid", -20},

      {{}, "referrer-policy", "referrer-policy-not-implemented", 0},
      {{{"referrer-policy", "no-referrer"}}, "referrer-policy", "referrer-policy-private", 5},
      {{{"referrer-policy", "no-referrer, Unsafe-URL"}}, "referrer-policy", "referrer-policy-unsafe", -5},
      {{{"referrer-policy", "whatever, same-origin"}}, "referrer-policy", "referrer-policy-private", 5},
      {{{"referrer-policy", "whatever"}}, "referrer-policy", "referrer-policy-header-invalid", -5},

      {{}, hsts, "hsts-not-implemented", -20},
      {{{hsts, "max-age=15552000"}}, hsts, "hsts-implemented-max-age-at-least-six-months", 0},
      {{{hsts, "max-age=15551999"}}, hsts, "hsts-implemented-max-age-less-than-six-months", -10},
      {{{hsts, "max-age=1, max-age=1"}}, hsts, "hsts-header-invalid", -20},
      {{{hsts, "preload"}}, hsts, "hsts-header-invalid", -20},

      {{}, "x-content-type-options", "x-content-type-options-not-implemented", -5},
      {{{"x-content-type-options", "NoSniff"}}, "x-content-type-options", "x-content-type-options-nosniff", 0},
      {{{"x-content-type-options", "sniff"}}, "x-content-type-options", "x-content-type-options-header-invalid", -5},

      {{}, "x-frame-options", "x-frame-options-not-implemented", -20},
      {{{"x-frame-options", "deny"}}, "x-frame-options", "x-frame-options-sameorigin-or-deny", 0},
      {{{"x-frame-options", "ALLOW-FROM https://b.example"}},
       "x-frame-options",
       "x-frame-options-allow-from-origin",
       0},
      {{{"x-frame-options", "maybe"}}, "x-frame-options", "x-frame-options-header-invalid", -20},
      {{{csp, "frame-ancestors 'none'"}}, "x-frame-options", "x-frame-options-implemented-via-csp", 5},

      {{}, "cross-origin-resource-policy", "corp-not-implemented", 0},
      {{{"cross-origin-resource-policy", "same-origin"}},
       "cross-origin-resource-policy",
       "corp-implemented-with-same-origin",
       10},
      {{{"cross-origin-resource-policy", "same-site"}},
       "cross-origin-resource-policy",
       "corp-implemented-with-same-site",
       10},
      {{{"cross-origin-resource-policy", "cross-origin"}},
       "cross-origin-resource-policy",
       "corp-implemented-with-cross-origin",
       0},
      {{{"cross-origin-resource-policy", "x"}}, "cross-origin-resource-policy", "corp-header-invalid", -5},
  };
  for (const Case& one : cases) {
    GradedSite site = plain_site();
    for (const Said& field : one.page) site.page.add(field.name, field.value);
    const HeaderGrade grade = grade_headers(site);
    EXPECT_EQ(result_of(grade, one.test), one.result);
    const auto found = std::ranges::find(grade.modifiers, one.test, &HeaderModifier::test);
    ASSERT_NE(found, grade.modifiers.end());
    EXPECT_EQ(found->score, one.score) << one.result;
  }
}

TEST(HeaderGrade, ScriptsFromElsewhereNeedTheirHash) {
  struct Case {
    const char* html;
    const char* result;
  };
  const Case cases[] = {
      {"<p>", "sri-not-implemented-but-no-scripts-loaded"},
      {"<script>1</script>", "sri-not-implemented-but-all-scripts-loaded-from-secure-origin"},
      {"<script src=/a></script>", "sri-not-implemented-but-all-scripts-loaded-from-secure-origin"},
      {"<script src=/a integrity=sha256-x></script>", "sri-implemented-and-all-scripts-loaded-securely"},
      {"<script src=https://b.example/ integrity=sha256-x></script>",
       "sri-implemented-and-external-scripts-loaded-securely"},
      {"<script src=https://b.example/></script>", "sri-not-implemented-but-external-scripts-loaded-securely"},
      {"<script src=http://b.example/ integrity=sha256-x></script>",
       "sri-implemented-but-external-scripts-not-loaded-securely"},
      {"<script src=//b.example/></script>", "sri-not-implemented-and-external-scripts-not-loaded-securely"},
      {"<script src=https://b.example/ integrity=x></script><script src=//b.example/></script>",
       "sri-not-implemented-and-external-scripts-not-loaded-securely"},
  };
  for (const Case& one : cases) {
    GradedSite site = plain_site();
    site.page.add("content-type", "text/html; charset=utf-8");
    site.body = one.html;
    EXPECT_EQ(result_of(grade_headers(site), "subresource-integrity"), one.result) << one.html;
  }
  GradedSite site = plain_site();
  site.page.add("content-type", "application/json");
  site.body = "<script src=//b.example/></script>";
  EXPECT_EQ(result_of(grade_headers(site), "subresource-integrity"), "sri-not-implemented-response-not-html");
}

TEST(HeaderGrade, OtherOriginsAndPlainHttp) {
  GradedSite site = plain_site();
  site.cross_origin.add("access-control-allow-origin", "*");
  EXPECT_EQ(result_of(grade_headers(site), "cross-origin-resource-sharing"),
            "cross-origin-resource-sharing-implemented-with-public-access");
  site.cross_origin.set("access-control-allow-origin", site.cross_origin_sent);
  EXPECT_EQ(result_of(grade_headers(site), "cross-origin-resource-sharing"),
            "cross-origin-resource-sharing-implemented-with-restricted-access");
  site.cross_origin.add("access-control-allow-credentials", "true");
  EXPECT_EQ(result_of(grade_headers(site), "cross-origin-resource-sharing"),
            "cross-origin-resource-sharing-implemented-with-universal-access");

  const std::pair<PlainHttp, int> cases[] = {{PlainHttp::Closed, 0},
                                             {PlainHttp::RedirectsToHttps, 0},
                                             {PlainHttp::RedirectsOffHost, -5},
                                             {PlainHttp::RedirectsToPlainHttp, -20},
                                             {PlainHttp::Answers, -20}};
  for (const auto& [plain, score] : cases) {
    site.plain_http = plain;
    const auto grade = grade_headers(site);
    const auto found = std::ranges::find(grade.modifiers, "redirection", &HeaderModifier::test);
    ASSERT_NE(found, grade.modifiers.end());
    EXPECT_EQ(found->score, score);
  }
  site.plain_http = PlainHttp::Unknown;
  EXPECT_THAT(grade_headers(site).untested, testing::ElementsAre("redirection"));
}

TEST(HeaderGrade, MetaCannotSayWhoMayFrame) {
  GradedSite site = plain_site();
  site.body = "<meta http-equiv=content-security-policy content=\"default-src 'none'; frame-ancestors 'none'\">";
  const auto grade = grade_headers(site);
  EXPECT_EQ(result_of(grade, "content-security-policy"), "csp-implemented-with-no-unsafe-default-src-none");
  EXPECT_EQ(result_of(grade, "x-frame-options"), "x-frame-options-not-implemented");
}

TEST(HeaderGrade, BareSiteFails) {
  GradedSite site = plain_site();
  site.plain_http = PlainHttp::Answers;
  const auto grade = grade_headers(site);
  EXPECT_EQ(grade.score, 100 - 25 - 20 - 20 - 5 - 20);
  EXPECT_EQ(grade.letter, "F");
  EXPECT_EQ(grade.modifiers.size(), 10U);
}

TEST(HeaderGrade, BonusCountsFromNinetyOn) {
  GradedSite site = plain_site();
  for (const Said& field :
       {Said{"content-security-policy", "default-src 'none'; frame-ancestors 'none'"},
        Said{"strict-transport-security", "max-age=63072000"}, Said{"referrer-policy", "no-referrer"},
        Said{"cross-origin-resource-policy", "same-origin"}}) {
    site.page.add(field.name, field.value);
  }
  const auto without = grade_headers(site);  // nosniff is missing: 95 are left
  EXPECT_TRUE(without.bonuses_count);
  EXPECT_EQ(without.score, 95 + 10 + 5 + 5 + 10);
  EXPECT_EQ(without.letter, "A+");
  site.page.add("set-cookie", "session=1; Secure");
  const auto with_cookie = grade_headers(site);  // 65
  EXPECT_FALSE(with_cookie.bonuses_count);
  EXPECT_EQ(with_cookie.score, 65);
  EXPECT_EQ(with_cookie.letter, "B-");
}

TEST(HeaderGrade, LettersByScore) {
  const std::pair<int, const char*> cases[] = {{135, "A+"}, {100, "A+"}, {99, "A"},  {90, "A"},  {89, "A-"},
                                               {85, "A-"},  {84, "B+"},  {80, "B+"}, {79, "B"},  {70, "B"},
                                               {65, "B-"},  {60, "C+"},  {50, "C"},  {45, "C-"}, {40, "D+"},
                                               {30, "D"},   {25, "D-"},  {24, "F"},  {0, "F"}};
  for (const auto& [score, letter] : cases) EXPECT_EQ(header_letter(score), letter) << score;
}

}  // namespace
}  // namespace belfry::inspect
