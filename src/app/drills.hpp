#pragma once

// The drills of a door, pointed at it.

#include "accounts/options.hpp"
#include "app/file_search.hpp"
#include "app/settings.hpp"
#include "app/site_locator.hpp"
#include "base/clock.hpp"
#include "base/published.hpp"
#include "net/http_client.hpp"
#include "proof/canary_accounts.hpp"
#include "proof/drill.hpp"
#include "proof/tls_report.hpp"
#include "proof/twin.hpp"
#include "record/request_record.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace belfry::app {

// What the references name outlives the drills; the configuration is read at once.
struct DrillParts {
  const Configuration& configuration;
  std::filesystem::path private_socket;
  const base::Clock& clock;
  net::HttpClient& client;
  SiteLocator& locator;
  // Goes the way that visitors go.
  SiteClient& site_client;
  record::RequestLookup& lookup;
  proof::TwinLauncher& twins;
  proof::CanaryAccounts& canaries;
  FileSearcher& files;
  // In force since the start.
  const accounts::AccountOptions& accounts;
  // What is in force when a drill looks.
  const base::Published<Settings>& settings;
  // Takes over the report of the TLS set-up.
  std::function<void(std::shared_ptr<const proof::TlsReport>)> publish_report;
  // Counts the certificates that were put in force.
  std::function<std::uint64_t()> certificate_number;
  // The fingerprint of the one in force (edge::Certificate::fingerprint); changes after the number.
  std::function<std::string()> own_certificate;
};

std::vector<std::unique_ptr<proof::Drill>> make_drills(const DrillParts& parts);

}  // namespace belfry::app
