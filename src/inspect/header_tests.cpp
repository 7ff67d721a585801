#include "inspect/header_tests.hpp"

#include "inspect/cookies_grade.hpp"
#include "inspect/hsts.hpp"
#include "inspect/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace belfry::inspect {

namespace {

using namespace std::string_view_literals;

// "15768000 is six months, but a lot of sites use 15552000" (strict-transport-security.js): what the Observatory takes.
constexpr std::uint64_t kObservatorysHalfYear = 15'552'000;

constexpr std::string_view kHsts = "strict-transport-security";

bool passes_hsts(const GradedSite& site) {
  return test_hsts(site).result == "hsts-implemented-max-age-at-least-six-months";
}

// The worst of what was found, by its place in a table that goes from better to worse.
class Worst {
 public:
  void note(std::size_t rank) { rank_ = rank_ ? std::max(*rank_, rank) : rank; }
  std::optional<std::size_t> rank() const { return rank_; }

 private:
  std::optional<std::size_t> rank_;
};

constexpr std::array<HeaderModifier, 7> kCookieFaults = {{
    {"cookies", "cookies-without-secure-flag-but-protected-by-hsts", -5,
     "a cookie without Secure, though HSTS keeps it from plain HTTP"},
    {"cookies", "cookies-without-secure-flag", -20, "a cookie without Secure"},
    {"cookies", "cookies-session-without-secure-flag-but-protected-by-hsts", -10,
     "a session's cookie without Secure, though HSTS keeps it from plain HTTP"},
    {"cookies", "cookies-samesite-flag-invalid", -20, "a cookie with a SameSite that browsers refuse"},
    {"cookies", "cookies-anticsrf-without-samesite-flag", -20, "a cookie against forgery without SameSite"},
    {"cookies", "cookies-session-without-httponly-flag", -30, "a session's cookie without HttpOnly"},
    {"cookies", "cookies-session-without-secure-flag", -40, "a session's cookie without Secure"},
}};

void note_faults(const SetCookie& cookie, bool hsts, Worst& worst) {
  const std::string name = lowered(cookie.name);
  const bool session = name.contains("login") || name.contains("sess");
  if (cookie.same_site == SameSite::Unknown || (!cookie.secure && cookie.same_site == SameSite::None)) worst.note(3);
  if (!cookie.secure) worst.note(hsts ? 0 : 1);
  if (name.contains("csrf") && cookie.same_site == SameSite::Unsaid) worst.note(4);
  if (session && !cookie.secure) worst.note(hsts ? 2 : 6);
  if (session && !cookie.http_only) worst.note(5);
}

constexpr std::array<HeaderModifier, 4> kScriptFaults = {{
    {"subresource-integrity", "sri-implemented-and-external-scripts-loaded-securely", 5,
     "scripts from elsewhere come over https, with their hashes"},
    {"subresource-integrity", "sri-implemented-but-external-scripts-not-loaded-securely", -20,
     "a script from elsewhere comes over http or by //, with its hash"},
    {"subresource-integrity", "sri-not-implemented-but-external-scripts-loaded-securely", -5,
     "a script from elsewhere comes over https, without its hash"},
    {"subresource-integrity", "sri-not-implemented-and-external-scripts-not-loaded-securely", -50,
     "a script from elsewhere comes over http or by //, without its hash"},
}};

bool is_html(const http::Fields& page) {
  const std::string type = lowered(page.get("content-type").value_or(""));
  const std::string_view essence = http::trim_blanks(std::string_view{type}.substr(0, type.find(';')));
  return essence.empty() || essence == "text/html" || essence == "application/xhtml+xml";
}

}  // namespace

HeaderModifier test_cookies(const GradedSite& site) {
  const auto cookies = cookies_set_by(site.page);
  if (cookies.empty()) return {"cookies", "cookies-not-found", 0, "no cookie is set"};
  const bool hsts = passes_hsts(site);
  Worst worst;
  bool all_said = true;
  for (const SetCookie& cookie : cookies) {
    note_faults(cookie, hsts, worst);
    all_said = all_said && cookie.same_site != SameSite::Unsaid;
  }
  if (const auto rank = worst.rank()) return kCookieFaults.at(*rank);
  if (!all_said) {
    return {"cookies", "cookies-secure-with-httponly-sessions", 0,
            "Secure everywhere, HttpOnly on sessions, SameSite not everywhere"};
  }
  return {"cookies", "cookies-secure-with-httponly-sessions-and-samesite", 5,
          "Secure and SameSite everywhere, HttpOnly on sessions"};
}

HeaderModifier test_cross_origin_sharing(const GradedSite& site) {
  constexpr std::string_view kTest = "cross-origin-resource-sharing";
  const auto allowed = site.cross_origin.get("access-control-allow-origin");
  if (!allowed) return {kTest, "cross-origin-resource-sharing-not-implemented", 0, "no other origin may read the page"};
  if (http::trim_blanks(*allowed) == "*") {
    return {kTest, "cross-origin-resource-sharing-implemented-with-public-access", 0,
            "every origin may read the page, without credentials"};
  }
  const std::string credentials = lowered(site.cross_origin.get("access-control-allow-credentials").value_or(""));
  if (!site.cross_origin_sent.empty() && *allowed == site.cross_origin_sent &&
      http::trim_blanks(credentials) == "true") {
    return {kTest, "cross-origin-resource-sharing-implemented-with-universal-access", -50,
            "any origin may read the page with the visitor's credentials"};
  }
  return {kTest, "cross-origin-resource-sharing-implemented-with-restricted-access", 0,
          "some origin may read the page"};
}

std::optional<HeaderModifier> test_redirection(const GradedSite& site) {
  switch (site.plain_http) {
    case PlainHttp::Unknown:
      return std::nullopt;
    case PlainHttp::Closed:
      return HeaderModifier{"redirection", "redirection-not-needed-no-http", 0, "nothing answers over plain HTTP"};
    case PlainHttp::RedirectsToHttps:
      return HeaderModifier{"redirection", "redirection-to-https", 0, "plain HTTP leads to https of the same host"};
    case PlainHttp::RedirectsOffHost:
      return HeaderModifier{"redirection", "redirection-off-host-from-http", -5,
                            "plain HTTP leads to another host at once, so that HSTS is not learnt"};
    case PlainHttp::RedirectsToPlainHttp:
      return HeaderModifier{"redirection", "redirection-not-to-https", -20, "plain HTTP leads to plain HTTP"};
    case PlainHttp::Answers:
      return HeaderModifier{"redirection", "redirection-missing", -20,
                            "plain HTTP is answered without leading to https"};
  }
  return std::nullopt;
}

HeaderModifier test_referrer_policy(const GradedSite& site, const HtmlScan& scan) {
  static constexpr std::array kPrivate = {"no-referrer"sv, "same-origin"sv, "strict-origin"sv,
                                          "strict-origin-when-cross-origin"sv};
  static constexpr std::array kUnsafe = {"origin"sv, "origin-when-cross-origin"sv, "unsafe-url"sv,
                                         "no-referrer-when-downgrade"sv};
  bool present = false;
  std::string last;
  const auto take = [&](std::string_view value) {
    present = true;
    http::split(value, ',', [&](std::string_view one) {
      const std::string policy = lowered(one);
      if (is_among(kPrivate, policy) || is_among(kUnsafe, policy)) last = policy;
      return true;
    });
  };
  for (const http::Field field : site.page) {
    if (field.name == "referrer-policy") take(field.value);
  }
  for (const std::string& value : scan.referrers) take(value);
  if (!present) return {"referrer-policy", "referrer-policy-not-implemented", 0, "Referrer-Policy is missing"};
  if (is_among(kPrivate, last))
    return {"referrer-policy", "referrer-policy-private", 5, "other sites learn no address of a page"};
  if (is_among(kUnsafe, last))
    return {"referrer-policy", "referrer-policy-unsafe", -5, "addresses are told over plain HTTP or to other sites"};
  return {"referrer-policy", "referrer-policy-header-invalid", -5,
          "Referrer-Policy holds no policy that browsers know"};
}

HeaderModifier test_hsts(const GradedSite& site) {
  const auto value = site.page.get(kHsts);
  if (!value) return {kHsts, "hsts-not-implemented", -20, "Strict-Transport-Security is missing"};
  const auto hsts = value->contains(',') ? std::nullopt : parse_hsts(*value);
  if (!hsts) return {kHsts, "hsts-header-invalid", -20, "Strict-Transport-Security cannot be read"};
  if (hsts->max_age < kObservatorysHalfYear) {
    return {kHsts, "hsts-implemented-max-age-less-than-six-months", -10,
            "Strict-Transport-Security lasts less than half a year"};
  }
  return {kHsts, "hsts-implemented-max-age-at-least-six-months", 0,
          "Strict-Transport-Security lasts half a year or more"};
}

HeaderModifier test_scripts(const GradedSite& site, const HtmlScan& scan) {
  constexpr std::string_view kTest = "subresource-integrity";
  if (!is_html(site.page)) return {kTest, "sri-not-implemented-response-not-html", 0, "the page is not HTML"};
  if (scan.scripts.empty()) return {kTest, "sri-not-implemented-but-no-scripts-loaded", 0, "the page has no scripts"};
  Worst worst;
  bool own_with_hash = false;
  for (const ScriptTag& script : scan.scripts) {
    if (!script.src || script.src->empty()) continue;
    switch (script_origin(*script.src, site.host)) {
      case ScriptOrigin::Own:
        own_with_hash = own_with_hash || script.integrity;
        break;
      case ScriptOrigin::ForeignSecure:
        worst.note(script.integrity ? 0 : 2);
        break;
      case ScriptOrigin::ForeignPlain:
        worst.note(script.integrity ? 1 : 3);
        break;
    }
  }
  if (const auto rank = worst.rank()) return kScriptFaults.at(*rank);
  if (own_with_hash) {
    return {kTest, "sri-implemented-and-all-scripts-loaded-securely", 5,
            "all scripts come from the site itself, with hashes"};
  }
  return {kTest, "sri-not-implemented-but-all-scripts-loaded-from-secure-origin", 0,
          "all scripts come from the site itself"};
}

HeaderModifier test_content_type_options(const GradedSite& site) {
  constexpr std::string_view kTest = "x-content-type-options";
  const auto value = site.page.get(kTest);
  if (!value) return {kTest, "x-content-type-options-not-implemented", -5, "X-Content-Type-Options is missing"};
  if (lowered(http::trim_blanks(*value)) != "nosniff") {
    return {kTest, "x-content-type-options-header-invalid", -5, "X-Content-Type-Options is not nosniff"};
  }
  return {kTest, "x-content-type-options-nosniff", 0, "X-Content-Type-Options is nosniff"};
}

HeaderModifier test_frame_options(const GradedSite& site) {
  constexpr std::string_view kTest = "x-frame-options";
  // By a field alone: a <meta> cannot say it.
  const auto policies = policies_of(site.page, {});
  const bool by_policy = policies && std::ranges::any_of(*policies, [](const CspPolicy& policy) {
                           return policy.find("frame-ancestors") != nullptr;
                         });
  if (by_policy)
    return {kTest, "x-frame-options-implemented-via-csp", 5,
            "the policy's frame-ancestors says who may frame the page"};
  const auto value = site.page.get(kTest);
  if (!value) return {kTest, "x-frame-options-not-implemented", -20, "every site may frame the page"};
  const std::string lower = lowered(http::trim_blanks(*value));
  if (lower == "deny" || lower == "sameorigin") {
    return {kTest, "x-frame-options-sameorigin-or-deny", 0, "X-Frame-Options is DENY or SAMEORIGIN"};
  }
  if (lower.starts_with("allow-from")) {
    return {kTest, "x-frame-options-allow-from-origin", 0,
            "X-Frame-Options is ALLOW-FROM, which no browser of today heeds"};
  }
  return {kTest, "x-frame-options-header-invalid", -20, "X-Frame-Options cannot be read"};
}

HeaderModifier test_resource_policy(const GradedSite& site) {
  constexpr std::string_view kTest = "cross-origin-resource-policy";
  const auto value = site.page.get(kTest);
  if (!value) return {kTest, "corp-not-implemented", 0, "Cross-Origin-Resource-Policy is missing"};
  const std::string lower = lowered(http::trim_blanks(*value));
  if (lower == "same-origin")
    return {kTest, "corp-implemented-with-same-origin", 10, "other origins cannot embed the page"};
  if (lower == "same-site") return {kTest, "corp-implemented-with-same-site", 10, "other sites cannot embed the page"};
  if (lower == "cross-origin") return {kTest, "corp-implemented-with-cross-origin", 0, "every site may embed the page"};
  return {kTest, "corp-header-invalid", -5, "Cross-Origin-Resource-Policy cannot be read"};
}

}  // namespace belfry::inspect
