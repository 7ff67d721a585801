#pragma once

// What a drill of a site found, as values, and as text for a terminal or JSON for programs (docs/drill.md has its
// form). Everything that a site said is shown in visible ASCII and cut, so that no answer can steer a terminal.

#include "app/drill_ownership.hpp"
#include "base/clock.hpp"
#include "inspect/cookies_grade.hpp"
#include "inspect/csp_evaluation.hpp"
#include "inspect/header_grade.hpp"
#include "inspect/tls_grade.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::app {

enum class RowState : std::uint8_t {
  Holds,
  Broken,
  Unknown,
  Graded,  // a grade that no claim speaks of
};
std::string_view to_string(RowState state);  // "holds", "broken", "unknown", "graded"

struct DrillRow {
  std::string id;     // "hsts.page"; fixed
  std::string claim;  // "transit.hsts"; empty where no claim speaks of it
  RowState state = RowState::Unknown;
  std::string finding;               // one line
  std::vector<std::string> details;  // one line each
};

// How many of this program's checks were shown a planted fault just before, and saw it; the ids of rows whose check
// did not.
struct DrillControls {
  std::size_t seen = 0;
  std::size_t made = 0;
  std::vector<std::string> blind;
};

struct DrillTls {
  std::string address;
  inspect::TlsFacts facts;
  inspect::TlsGrade grade;
};

struct DrillReport {
  std::string url;
  base::WallTime generated;
  OwnershipProof proof = OwnershipProof::Loopback;
  std::vector<std::string> addresses;
  std::vector<std::string> left_out;
  DrillControls controls;
  std::vector<DrillRow> rows;
  std::optional<inspect::HeaderGrade> headers;
  std::size_t policies = 0;
  std::vector<inspect::CspFinding> policy_findings;
  std::vector<inspect::CookieFinding> cookie_findings;
  std::vector<DrillTls> tls;

  std::size_t count(RowState state) const;
};

enum class Colours : std::uint8_t { None, Ansi };

std::string report_text(const DrillReport& report, Colours colours);
// One object, one line.
std::string report_json(const DrillReport& report);

// In visible ASCII, anything else as \xNN, at most 200 bytes of it.
std::string shown(std::string_view text);

}  // namespace belfry::app
