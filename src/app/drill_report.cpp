#include "app/drill_report.hpp"

#include "record/timestamp.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace belfry::app {

namespace {

namespace json = boost::json;

constexpr std::size_t kShownBytes = 200;

constexpr std::string_view kControlsRanHere =
    "the controls ran on this machine: each check was shown a planted fault before it was believed";

std::string coloured(std::string_view word, RowState state, Colours colours) {
  std::string padded = fmt::format("{:<8}", word);
  if (colours == Colours::None) return padded;
  const std::string_view code = state == RowState::Holds    ? "32"
                                : state == RowState::Broken ? "31"
                                : state == RowState::Graded ? "36"
                                                            : "33";
  return fmt::format("\x1b[{}m{}\x1b[0m", code, padded);
}

json::array strings(const std::vector<std::string>& values) {
  json::array list;
  for (const std::string& value : values) list.emplace_back(value);
  return list;
}

json::value or_null(std::string_view text) {
  // In braces it would be an array of one.
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object row_json(const DrillRow& row) {
  return {{"id", row.id},
          {"claim", or_null(row.claim)},
          {"state", to_string(row.state)},
          {"finding", row.finding},
          {"details", strings(row.details)}};
}

json::value headers_json(const std::optional<inspect::HeaderGrade>& grade) {
  if (!grade) return nullptr;
  json::array modifiers;
  for (const inspect::HeaderModifier& modifier : grade->modifiers) {
    modifiers.push_back(json::object{
        {"test", modifier.test}, {"result", modifier.result}, {"score", modifier.score}, {"reason", modifier.reason}});
  }
  json::array untested;
  for (const std::string_view test : grade->untested) untested.emplace_back(test);
  return json::object{{"score", grade->score},
                      {"grade", grade->letter},
                      {"bonuses_count", grade->bonuses_count},
                      {"modifiers", std::move(modifiers)},
                      {"untested", std::move(untested)}};
}

json::object policy_json(const DrillReport& report) {
  json::array findings;
  for (const inspect::CspFinding& finding : report.policy_findings) {
    findings.push_back(json::object{{"severity", to_string(finding.severity)},
                                    {"directive", or_null(shown(finding.directive))},
                                    {"value", or_null(shown(finding.value))},
                                    {"finding", finding.text}});
  }
  return {{"policies", report.policies}, {"findings", std::move(findings)}};
}

json::array cookies_json(const DrillReport& report) {
  json::array findings;
  for (const inspect::CookieFinding& finding : report.cookie_findings) {
    findings.push_back(json::object{{"cookie", shown(finding.cookie)},
                                    {"fault", finding.weight == inspect::CookieWeight::Fault},
                                    {"finding", finding.text}});
  }
  return findings;
}

json::object tls_json(const DrillTls& tls, base::WallTime now) {
  json::array rules;
  for (const inspect::GradeRule& rule : tls.grade.rules) {
    rules.push_back(json::object{{"id", rule.id}, {"source", rule.source}, {"sentence", rule.sentence.en}});
  }
  json::array offers;
  for (const inspect::OfferResult& offer : tls.facts.offers) {
    offers.push_back(json::object{
        {"id", id_of(offer.offer)}, {"answer", to_string(offer.answer)}, {"reason", to_string(offer.reason)}});
  }
  json::object certificate;
  if (tls.facts.handshake && !tls.facts.handshake->chain.certificates.empty()) {
    const net::ChainFacts& chain = tls.facts.handshake->chain;
    const net::CertificateFacts& leaf = chain.certificates.front();
    certificate = {{"subject", shown(leaf.subject)},
                   {"issuer", shown(leaf.issuer)},
                   {"not_after", record::timestamp(leaf.not_after)},
                   {"days_left", days_left(tls.facts, now).value_or(0)},
                   {"key_type", shown(leaf.key_type)},
                   {"key_bits", leaf.key_bits},
                   {"trusted", chain.trusted},
                   {"name_matches", chain.name_matches},
                   {"chain_length", chain.certificates.size()}};
  }
  return {{"address", tls.address},
          {"grade", to_string(tls.grade.letter)},
          {"grade_without_trust", to_string(tls.grade.without_trust)},
          {"scores",
           {{"protocol", tls.grade.scores.protocol},
            {"key_exchange", tls.grade.scores.key_exchange},
            {"cipher", tls.grade.scores.cipher},
            {"total", tls.grade.scores.total}}},
          {"rules", std::move(rules)},
          {"offers", std::move(offers)},
          {"certificate", certificate.empty() ? json::value(nullptr) : json::value(certificate)}};
}

}  // namespace

std::string_view to_string(RowState state) {
  switch (state) {
    case RowState::Holds:
      return "holds";
    case RowState::Broken:
      return "broken";
    case RowState::Unknown:
      return "unknown";
    case RowState::Graded:
      return "graded";
  }
  return {};
}

std::size_t DrillReport::count(RowState state) const {
  return static_cast<std::size_t>(std::ranges::count(rows, state, &DrillRow::state));
}

std::string shown(std::string_view text) {
  std::string result;
  for (const char byte : text) {
    if (result.size() >= kShownBytes) return result + "...";
    if (byte >= ' ' && byte < 0x7f) {
      result += byte;
    } else {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    }
  }
  return result;
}

std::string report_text(const DrillReport& report, Colours colours) {
  std::string text = fmt::format("{}\n", report.url);
  text += fmt::format("  confirmed by {}, at {}\n", to_string(report.proof), fmt::join(report.addresses, ", "));
  for (const std::string& address : report.left_out) text += fmt::format("  left out: {}\n", address);
  text += fmt::format("  controls: {} of {} saw the planted fault; {}\n\n", report.controls.seen, report.controls.made,
                      kControlsRanHere);
  std::size_t ids = 0;
  for (const DrillRow& row : report.rows) ids = std::max(ids, row.id.size());
  for (const DrillRow& row : report.rows) {
    text +=
        fmt::format("{}  {:<{}}  {}\n", coloured(to_string(row.state), row.state, colours), row.id, ids, row.finding);
    for (const std::string& detail : row.details) text += fmt::format("{:<{}}{}\n", "", ids + 12, detail);
  }
  text += fmt::format("\n{} hold, {} broken, {} unknown, {} graded\n", report.count(RowState::Holds),
                      report.count(RowState::Broken), report.count(RowState::Unknown), report.count(RowState::Graded));
  return text;
}

std::string report_json(const DrillReport& report) {
  json::array checks;
  for (const DrillRow& row : report.rows) checks.push_back(row_json(row));
  json::array tls;
  for (const DrillTls& one : report.tls) tls.push_back(tls_json(one, report.generated));
  const json::object object{{"url", report.url},
                            {"generated", record::timestamp(report.generated)},
                            {"ownership",
                             {{"proof", to_string(report.proof)},
                              {"addresses", strings(report.addresses)},
                              {"left_out", strings(report.left_out)}}},
                            {"controls",
                             {{"seen", report.controls.seen},
                              {"made", report.controls.made},
                              {"blind", strings(report.controls.blind)},
                              {"note", kControlsRanHere}}},
                            {"checks", std::move(checks)},
                            {"headers", headers_json(report.headers)},
                            {"csp", policy_json(report)},
                            {"cookies", cookies_json(report)},
                            {"tls", std::move(tls)},
                            {"summary",
                             {{"holds", report.count(RowState::Holds)},
                              {"broken", report.count(RowState::Broken)},
                              {"unknown", report.count(RowState::Unknown)},
                              {"graded", report.count(RowState::Graded)}}}};
  return json::serialize(object);
}

}  // namespace belfry::app
