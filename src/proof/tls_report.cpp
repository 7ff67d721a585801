#include "proof/tls_report.hpp"

#include "inspect/tls_names.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace belfry::proof {

namespace {

namespace json = boost::json;

// Inclusive, here and below: what a report of ours has, with room to spare.
constexpr std::size_t kAddresses = 16;
constexpr std::size_t kEntries = 512;

using Failure = std::unexpected<std::string>;

std::expected<std::string, std::string> text_of(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  if (value == nullptr || !value->is_string()) return Failure{"no text \"" + std::string{key} + "\""};
  return std::string{value->get_string()};
}

const json::array* array_of(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

std::expected<std::vector<std::string>, std::string> texts_of(const json::object& from, std::string_view key) {
  const json::array* array = array_of(from, key);
  if (array == nullptr || array->size() > kEntries) return Failure{"no list \"" + std::string{key} + "\""};
  std::vector<std::string> texts;
  texts.reserve(array->size());
  for (const json::value& entry : *array) {
    if (!entry.is_string()) return Failure{"something else than text in \"" + std::string{key} + "\""};
    texts.emplace_back(entry.get_string());
  }
  return texts;
}

std::expected<std::vector<ReportedAddress::Protocol>, std::string> protocols_of(const json::object& from) {
  const json::array* array = array_of(from, "protocols");
  if (array == nullptr || array->size() > kEntries) return Failure{"no list \"protocols\""};
  std::vector<ReportedAddress::Protocol> protocols;
  protocols.reserve(array->size());
  for (const json::value& entry : *array) {
    const json::object* object = entry.if_object();
    if (object == nullptr) return Failure{"a protocol is no object"};
    auto name = text_of(*object, "name");
    if (!name) return Failure{name.error()};
    auto suites = texts_of(*object, "suites");
    if (!suites) return Failure{suites.error()};
    protocols.push_back({.name = std::move(*name), .suites = std::move(*suites)});
  }
  return protocols;
}

std::expected<ReportedAddress, std::string> address_of(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return Failure{"an address is no object"};
  ReportedAddress address;
  auto name = text_of(*object, "address");
  auto grade = text_of(*object, "grade");
  auto protocols = protocols_of(*object);
  auto groups = texts_of(*object, "groups");
  if (!name) return Failure{name.error()};
  if (!grade) return Failure{grade.error()};
  if (!protocols) return Failure{protocols.error()};
  if (!groups) return Failure{groups.error()};
  address.address = std::move(*name);
  address.grade = std::move(*grade);
  address.protocols = std::move(*protocols);
  address.groups = std::move(*groups);
  const json::value* certificate = object->if_contains("certificate");
  if (certificate == nullptr) return Failure{"no \"certificate\""};
  if (const json::object* seen = certificate->if_object()) {
    auto fingerprint = text_of(*seen, "fingerprint");
    if (!fingerprint) return Failure{fingerprint.error()};
    address.fingerprint = std::move(*fingerprint);
  }
  return address;
}

std::vector<std::string> protocol_names(const ReportedAddress& address) {
  std::vector<std::string> names;
  names.reserve(address.protocols.size());
  for (const ReportedAddress::Protocol& protocol : address.protocols) names.push_back(protocol.name);
  return names;
}

}  // namespace

inspect::Letter worst_letter(const TlsReport& report) {
  const auto letter_of = [](const AddressReport& one) { return one.grade.letter; };
  return std::ranges::max(report.addresses, {}, letter_of).grade.letter;
}

inspect::Letter worst_letter_without_trust(const TlsReport& report) {
  const auto letter_of = [](const AddressReport& one) { return one.grade.without_trust; };
  return std::ranges::max(report.addresses, {}, letter_of).grade.without_trust;
}

std::vector<ReportedAddress> reported(const TlsReport& report) {
  std::vector<ReportedAddress> addresses;
  addresses.reserve(report.addresses.size());
  for (const AddressReport& one : report.addresses) {
    ReportedAddress address{.address = one.facts.address,
                            .grade = std::string{inspect::to_string(one.grade.letter)},
                            .fingerprint = {},
                            .protocols = {},
                            .groups = {}};
    if (const auto& handshake = one.facts.handshake; handshake && !handshake->chain.certificates.empty()) {
      address.fingerprint = handshake->chain.certificates.front().fingerprint;
    }
    for (const inspect::VersionFacts& version : one.facts.versions) {
      ReportedAddress::Protocol protocol{.name = std::string{inspect::to_string(version.version)}, .suites = {}};
      for (const std::uint16_t suite : version.suites) protocol.suites.push_back(inspect::suite_name(suite));
      address.protocols.push_back(std::move(protocol));
    }
    for (const std::uint16_t group : one.facts.groups) address.groups.push_back(inspect::group_name(group));
    addresses.push_back(std::move(address));
  }
  return addresses;
}

std::expected<std::vector<ReportedAddress>, std::string> parse_report(std::string_view text) {
  json::error_code error;
  const json::value page = json::parse(text, error);
  if (error) return Failure{"it is no JSON"};
  const json::object* object = page.if_object();
  const json::array* entries = object == nullptr ? nullptr : array_of(*object, "addresses");
  if (entries == nullptr) return Failure{"no list \"addresses\""};
  if (entries->empty()) return Failure{"no address was looked at"};
  if (entries->size() > kAddresses) return Failure{"too many addresses"};
  std::vector<ReportedAddress> addresses;
  addresses.reserve(entries->size());
  for (const json::value& entry : *entries) {
    auto address = address_of(entry);
    if (!address) return Failure{address.error()};
    addresses.push_back(std::move(*address));
  }
  return addresses;
}

Finding differences(const ReportedAddress& one, const ReportedAddress& other) {
  Finding points;
  const auto note = [&](bool differs, std::string_view en, std::string_view fr) {
    if (!differs) return;
    points.en.append(points.en.empty() ? "" : ", ").append(en);
    points.fr.append(points.fr.empty() ? "" : ", ").append(fr);
  };
  const bool same_versions = protocol_names(one) == protocol_names(other);
  note(one.fingerprint != other.fingerprint, "certificate", "certificat");
  note(!same_versions, "protocols", "protocoles");
  note(same_versions && one.protocols != other.protocols, "suites", "suites");
  note(one.groups != other.groups, "groups", "groupes");
  note(one.grade != other.grade, "grade", "note");
  return points;
}

}  // namespace belfry::proof
