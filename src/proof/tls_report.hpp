#pragma once

// The public report of the site's TLS: what a scan found at each address and the letter that it earns, as one immutable
// snapshot. The drill of `transit.report` takes it, `web` shows it, and the drill reads what is shown again and
// compares it with a fresh scan.

#include "base/clock.hpp"
#include "inspect/tls_facts.hpp"
#include "inspect/tls_grade.hpp"
#include "proof/evidence.hpp"
#include "proof/site_addresses.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::proof {

struct AddressReport {
  inspect::TlsFacts facts;
  inspect::TlsGrade grade;
};

struct TlsReport {
  base::WallTime taken;
  AddressSource source = AddressSource::OwnListener;
  inspect::HstsFact hsts;
  // At least one.
  std::vector<AddressReport> addresses;
};

// The worst of them: a visitor may meet any. At least one address.
inspect::Letter worst_letter(const TlsReport& report);
// As if every certificate were trusted and for its name.
inspect::Letter worst_letter_without_trust(const TlsReport& report);

// What can be compared of one address, by the names that the report shows. Lists in the report's order.
struct ReportedAddress {
  struct Protocol {
    std::string name;
    std::vector<std::string> suites;
    friend bool operator==(const Protocol&, const Protocol&) = default;
  };
  std::string address;
  std::string grade;
  std::string fingerprint;  // empty: no certificate was seen
  std::vector<Protocol> protocols;
  std::vector<std::string> groups;
  friend bool operator==(const ReportedAddress&, const ReportedAddress&) = default;
};
std::vector<ReportedAddress> reported(const TlsReport& report);

// Of the JSON that `web` makes of a report ("addresses": [{"address", "grade", "certificate": {"fingerprint"},
// "protocols": [{"name", "suites"}], "groups"}]). An error is what is missing, in English: bytes from the network, of
// which nothing else is believed. At most 16 addresses.
std::expected<std::vector<ReportedAddress>, std::string> parse_report(std::string_view json);

// In which points two descriptions of one address differ: "certificate, grade"; empty where they do not. The address
// itself is not compared.
Finding differences(const ReportedAddress& one, const ReportedAddress& other);

}  // namespace belfry::proof
