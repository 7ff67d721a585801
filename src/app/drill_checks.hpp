#pragma once

// Makes the checks of a confirmed site, one request after the other, and fills the report. Reads nothing that a browser
// would not ask for, but for the TLS offers, one path that is not there, and what the caller consented to: the form and
// the burst. A redirect is followed within the same origin alone.
//
// Blocking. Every wait has a deadline.

#include "app/drill_report.hpp"
#include "app/drill_target.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "net/http_client.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace belfry::app {

// Bounds of the burst, inclusive.
inline constexpr std::size_t kBurstRequests = 1'000;
inline constexpr std::chrono::seconds kBurstTime{60};

struct DrillForm {
  std::string path;
  std::vector<std::pair<std::string, std::string>> fields;
};

struct DrillBurst {
  std::size_t requests = 0;
  std::string path;
};

struct DrillPlan {
  DrillUrl url;
  ConfirmedSite site;
  std::optional<std::filesystem::path> ca_file;
  // Where plain HTTP would be; none: not looked at.
  std::optional<std::uint16_t> plain_port;
  std::optional<DrillForm> form;
  std::optional<DrillBurst> burst;
};

// Whether the page itself answered; the report says the rest.
struct DrillOutcome {
  DrillReport report;
  bool reached = false;
};

DrillOutcome drill_site(const DrillPlan& plan, net::HttpClient& client, const base::Clock& clock, base::Random& random);

// application/x-www-form-urlencoded (URL Standard, section 5.2).
std::string form_body(const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace belfry::app
