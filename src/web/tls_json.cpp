#include "web/tls_json.hpp"

#include "inspect/tls_names.hpp"
#include "web/own_response.hpp"
#include "web/times.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <string_view>
#include <vector>

namespace belfry::web {

namespace {

namespace json = boost::json;

std::string_view word_of(inspect::RuleEffect effect) {
  switch (effect) {
    case inspect::RuleEffect::Score:
      return "score";
    case inspect::RuleEffect::Cap:
      return "cap";
    case inspect::RuleEffect::Warning:
      return "warning";
    case inspect::RuleEffect::Reward:
      return "reward";
    case inspect::RuleEffect::Replace:
      return "replace";
  }
  return {};
}

json::array texts(const std::vector<std::string>& lines) {
  json::array array;
  for (const std::string& line : lines) array.emplace_back(line);
  return array;
}

json::object scores_of(const inspect::TlsScores& scores) {
  json::object object;
  object["protocol"] = scores.protocol;
  object["key_exchange"] = scores.key_exchange;
  object["cipher"] = scores.cipher;
  object["total"] = scores.total;
  return object;
}

json::array rules_of(const inspect::TlsGrade& grade) {
  json::array rules;
  for (const inspect::GradeRule& rule : grade.rules) {
    json::object object;
    object["id"] = rule.id;
    object["effect"] = word_of(rule.effect);
    object["source"] = rule.source;
    object["text"] = rule.sentence.en;
    rules.push_back(std::move(object));
  }
  return rules;
}

json::value certificate_of(const inspect::TlsFacts& facts, base::WallTime now) {
  if (!facts.handshake || facts.handshake->chain.certificates.empty()) return nullptr;
  const net::ChainFacts& chain = facts.handshake->chain;
  const net::CertificateFacts& leaf = chain.certificates.front();
  json::object object;
  object["subject"] = leaf.subject;
  object["issuer"] = leaf.issuer;
  object["names"] = texts(leaf.names);
  object["serial"] = leaf.serial;
  object["fingerprint"] = leaf.fingerprint;
  object["not_before"] = rfc3339(leaf.not_before);
  object["not_after"] = rfc3339(leaf.not_after);
  object["days_left"] = inspect::days_left(facts, now).value_or(0);
  object["key"] = leaf.key_type;
  object["key_bits"] = leaf.key_bits;
  object["signature"] = leaf.signature;
  object["chain_length"] = chain.certificates.size();
  object["chain_in_order"] = chain.in_order;
  object["trusted"] = chain.trusted;
  object["verification"] = chain.verification;
  object["name_matches"] = chain.name_matches;
  return object;
}

json::array offers_of(const inspect::TlsFacts& facts) {
  json::array offers;
  for (const inspect::OfferResult& result : facts.offers) {
    json::object object;
    object["id"] = inspect::id_of(result.offer);
    object["answer"] = inspect::to_string(result.answer);
    object["reason"] = inspect::to_string(result.reason);
    object["text"] = inspect::describe(result).en;
    offers.push_back(std::move(object));
  }
  return offers;
}

json::object describe(const proof::AddressReport& report, const proof::ReportedAddress& names, base::WallTime now) {
  json::object object;
  object["address"] = names.address;
  object["name"] = report.facts.server_name;
  object["grade"] = names.grade;
  object["grade_without_trust"] = inspect::to_string(report.grade.without_trust);
  object["scores"] = scores_of(report.grade.scores);
  object["rules"] = rules_of(report.grade);
  json::array not_judged;
  for (const inspect::Sentence& sentence : report.grade.not_judged) not_judged.emplace_back(sentence.en);
  object["not_judged"] = std::move(not_judged);
  json::array protocols;
  for (const proof::ReportedAddress::Protocol& protocol : names.protocols) {
    json::object one;
    one["name"] = protocol.name;
    one["suites"] = texts(protocol.suites);
    protocols.push_back(std::move(one));
  }
  object["protocols"] = std::move(protocols);
  object["groups"] = texts(names.groups);
  object["certificate"] = certificate_of(report.facts, now);
  object["offers"] = offers_of(report.facts);
  object["port_80"] = nullptr;
  if (report.facts.port_80) object["port_80"] = inspect::to_string(report.facts.port_80->state);
  return object;
}

}  // namespace

http::Response tls_json(const TlsJsonInput& input) {
  json::object page;
  page["site"] = input.site;
  page["taken"] = nullptr;
  json::array addresses;
  if (input.report) {
    page["taken"] = rfc3339(input.report->taken);
    const std::vector<proof::ReportedAddress> names = proof::reported(*input.report);
    for (std::size_t i = 0; i < names.size(); ++i) {
      addresses.push_back(describe(input.report->addresses[i], names[i], input.now));
    }
  }
  page["addresses"] = std::move(addresses);
  return own_response(200, "application/json", json::serialize(page) + "\n");
}

}  // namespace belfry::web
