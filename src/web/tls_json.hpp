#pragma once

// The same report for programs: {"site", "taken", "addresses": [{"address", "name", "grade", "grade_without_trust",
// "scores", "rules", "not_judged", "protocols", "groups", "certificate", "offers", "port_80"}]}. `taken` is null and
// `addresses` empty where nothing was looked at yet; `certificate` and `port_80` are null where none was seen. Times
// are RFC 3339; sentences are in English.

#include "base/clock.hpp"
#include "http/message.hpp"
#include "proof/tls_report.hpp"

#include <memory>
#include <string>

namespace belfry::web {

struct TlsJsonInput {
  std::string site;
  std::shared_ptr<const proof::TlsReport> report;
  base::WallTime now;
};

http::Response tls_json(const TlsJsonInput& input);

}  // namespace belfry::web
