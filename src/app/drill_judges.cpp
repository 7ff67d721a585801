#include "app/drill_judges.hpp"

#include "http/byte_class.hpp"
#include "inspect/hsts.hpp"
#include "inspect/security_txt.hpp"
#include "inspect/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace belfry::app {

namespace {

constexpr std::string_view kSecurityTxtId = "security_txt";
constexpr std::string_view kAnswered = "programme.answered";

DrillRow row(std::string_view id, std::string_view claim, RowState state, std::string finding) {
  return {std::string{id}, std::string{claim}, state, std::move(finding), {}};
}

std::string describe(inspect::HstsState state) {
  switch (state) {
    case inspect::HstsState::Good:
      return "Strict-Transport-Security lasts half a year or more";
    case inspect::HstsState::Missing:
      return "Strict-Transport-Security is missing";
    case inspect::HstsState::Repeated:
      return "Strict-Transport-Security is sent more than once";
    case inspect::HstsState::Malformed:
      return "Strict-Transport-Security cannot be read";
    case inspect::HstsState::TooShort:
      return "Strict-Transport-Security lasts less than half a year";
  }
  return {};
}

bool is_plain_text(const net::FetchResponse& response) {
  const std::string type = inspect::lowered(response.fields.get("content-type").value_or(""));
  return http::trim_blanks(std::string_view{type}.substr(0, type.find(';'))) == "text/plain";
}

// Not an error: 2xx, and 3xx, by which many forms answer.
bool let_through(const net::FetchResponse& response) {
  return response.status >= 200 && response.status < 400;
}

}  // namespace

DrillRow untold(std::string_view id, std::string_view claim, std::string finding) {
  return row(id, claim, RowState::Unknown, std::move(finding));
}

DrillRow judge_hsts(std::string_view id, const net::FetchResponse& response) {
  const auto state = inspect::hsts_state(response.fields);
  const bool good = state == inspect::HstsState::Good;
  DrillRow result = row(id, "transit.hsts", good ? RowState::Holds : RowState::Broken,
                        fmt::format("{}, on an answer with status {}", describe(state), response.status));
  const auto value = response.fields.get("strict-transport-security");
  if (!value) return result;
  result.details.push_back(shown(*value));
  const auto hsts = inspect::parse_hsts(*value);
  if (hsts && !hsts->include_subdomains) result.details.emplace_back("hosts below this one are not covered");
  return result;
}

std::optional<std::string> why_no_page(const net::FetchResponse& response) {
  if (response.status >= 200 && response.status < 300) return std::nullopt;
  return fmt::format("not judged: the page is answered with status {}", response.status);
}

DrillRow judge_headers(const inspect::HeaderGrade& grade) {
  DrillRow result =
      row("headers", "", RowState::Graded,
          fmt::format("{}, {} of 100 points by the rules of Mozilla's HTTP Observatory", grade.letter, grade.score));
  for (const inspect::HeaderModifier& modifier : grade.modifiers) {
    if (modifier.score == 0) continue;
    const bool idle = modifier.score > 0 && !grade.bonuses_count;
    result.details.push_back(fmt::format("{:+}  {}: {}{}", modifier.score, modifier.test, modifier.reason,
                                         idle ? " (counts from 90 points on)" : ""));
  }
  for (const std::string_view test : grade.untested) result.details.push_back(fmt::format("not tested: {}", test));
  return result;
}

DrillRow judge_policy(const std::vector<inspect::CspFinding>& findings, std::size_t policies) {
  const auto worst = inspect::worst_of(findings);
  const bool broken = worst >= inspect::CspSeverity::Medium;
  std::array<std::size_t, 4> counts{};
  for (const inspect::CspFinding& finding : findings) ++counts.at(static_cast<std::size_t>(finding.severity));
  DrillRow result =
      row("csp", "response.csp", broken ? RowState::Broken : RowState::Holds,
          policies == 0 ? "no Content-Security-Policy is in force"
                        : fmt::format("{} high, {} medium, {} low, {} advice, by the rules of CSP Evaluator", counts[3],
                                      counts[2], counts[1], counts[0]));
  if (policies == 0) return result;
  for (const inspect::CspFinding& finding : findings) {
    result.details.push_back(fmt::format("{}: {}{}{}: {}", to_string(finding.severity), shown(finding.directive),
                                         finding.value.empty() ? "" : " ", shown(finding.value), finding.text));
  }
  return result;
}

DrillRow judge_cookies(const std::vector<inspect::CookieFinding>& findings, std::size_t cookies) {
  const auto faults = std::ranges::count_if(
      findings, [](const auto& finding) { return finding.weight == inspect::CookieWeight::Fault; });
  DrillRow result = row("cookies", "", faults > 0 ? RowState::Broken : RowState::Holds,
                        cookies == 0 ? "none is set" : fmt::format("{} set, {} faults", cookies, faults));
  for (const inspect::CookieFinding& finding : findings) {
    const bool fault = finding.weight == inspect::CookieWeight::Fault;
    result.details.push_back(fmt::format("{}: {} {}", fault ? "fault" : "advice", shown(finding.cookie), finding.text));
  }
  return result;
}

DrillRow judge_trace(const net::FetchResponse& response) {
  for (const std::string_view name : {"x-request-id", "x-correlation-id", "request-id", "traceparent"}) {
    if (const auto id = response.fields.get(name)) {
      return untold("trace", "request.traced",
                    fmt::format("{} came back ({}); whether a log holds it, only the site can show", name, shown(*id)));
    }
  }
  return untold("trace", "request.traced", "no request id came back by which the site could find the request again");
}

DrillRow judge_origin(const net::FetchResponse& own, const net::FetchResponse& foreign) {
  constexpr std::string_view kId = "form.origin";
  constexpr std::string_view kClaim = "request.origin";
  constexpr std::uint16_t kRefused = 403;
  const std::string both = fmt::format("from its own page {}, from elsewhere {}", own.status, foreign.status);
  if (!let_through(own)) return untold(kId, kClaim, both + ": the form does not take what was sent from its own page");
  if (foreign.status == kRefused) return row(kId, kClaim, RowState::Holds, both);
  if (foreign.status == own.status) return row(kId, kClaim, RowState::Broken, both + ": forged posts are taken");
  return untold(kId, kClaim, both + ": refused or not, it is not by 403");
}

DrillRow judge_burst(const Burst& burst) {
  constexpr std::string_view kId = "rate";
  constexpr std::string_view kClaim = "request.rate";
  const double seconds = std::max(std::chrono::duration<double>{burst.took}.count(), 0.001);
  const double pace = static_cast<double>(burst.sent) / seconds;
  if (burst.refused_at) {
    std::string refused = fmt::format("request {} of {} was refused with {}, after {:.1f} s", *burst.refused_at,
                                      burst.asked, burst.refused_with, seconds);
    if (burst.answered_before == 0) {
      return untold(kId, kClaim, refused + "; no answer before it was a good one: the site may be down or shut");
    }
    // RFC 6585, section 4: "The 429 status code indicates that the user has sent too many requests". RFC 9110, section
    // 15.6.4, on 503: "currently unable to handle the request due to a temporary overload or scheduled maintenance".
    constexpr std::uint16_t kTooManyRequests = 429;
    if (burst.refused_with != kTooManyRequests) {
      return untold(kId, kClaim, refused + ", which a site that is overloaded says too");
    }
    return row(kId, kClaim, RowState::Holds, std::move(refused));
  }
  const std::string what = fmt::format("{} of {} requests in {:.1f} s ({:.0f} a second), none refused", burst.sent,
                                       burst.asked, seconds, pace);
  if (burst.failed > 0) return untold(kId, kClaim, fmt::format("{}; {} had no answer", what, burst.failed));
  if (burst.sent < burst.asked) return untold(kId, kClaim, what + "; the time was over");
  if (pace < kSlowestBurst) return untold(kId, kClaim, what + "; too slow to tell");
  if (burst.answered_before == 0) return untold(kId, kClaim, what + "; all were answered with errors");
  return row(kId, kClaim, RowState::Broken, what);
}

DrillRow judge_security_txt(const net::FetchResponse& response, std::string_view url, base::WallTime now) {
  if (response.status == 404 || response.status == 410) {
    return row(kSecurityTxtId, kAnswered, RowState::Broken, "there is no security.txt");
  }
  if (response.status != 200) {
    return untold(kSecurityTxtId, kAnswered, fmt::format("it is answered with status {}", response.status));
  }
  const inspect::SecurityTxt file = inspect::read_security_txt(response.body, url, now);
  const bool plain = is_plain_text(response);
  const auto faults = std::ranges::count_if(
      file.findings, [](const auto& finding) { return finding.weight == inspect::SecurityTxtWeight::Fault; });
  const bool good = plain && file.valid();
  DrillRow result = row(
      kSecurityTxtId, kAnswered, good ? RowState::Holds : RowState::Broken,
      good ? fmt::format("{} contact{}, valid by RFC 9116", file.contacts.size(), file.contacts.size() == 1 ? "" : "s")
           : fmt::format("{} fault{} by RFC 9116", faults + (plain ? 0 : 1), faults + (plain ? 0 : 1) == 1 ? "" : "s"));
  // "It MUST have a Content-Type of "text/plain"" (section 3).
  if (!plain) result.details.emplace_back("fault: it is not served as text/plain");
  for (const inspect::SecurityTxtFinding& finding : file.findings) {
    const bool fault = finding.weight == inspect::SecurityTxtWeight::Fault;
    result.details.push_back(fmt::format("{}{}: {}", fault ? "fault" : "advice",
                                         finding.line == 0 ? "" : fmt::format(", line {}", finding.line),
                                         finding.text));
  }
  return result;
}

}  // namespace belfry::app
