#pragma once

// The drills of a door, pointed at it.

#include "app/settings.hpp"
#include "base/clock.hpp"
#include "base/published.hpp"
#include "net/http_client.hpp"
#include "proof/drill.hpp"
#include "proof/twin.hpp"
#include "record/request_record.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace belfry::app {

// What the references name outlives the drills; the configuration is read at once.
struct DrillParts {
  const Configuration& configuration;
  base::Endpoint door;  // the first of its addresses
  std::filesystem::path private_socket;
  const base::Clock& clock;
  net::HttpClient& client;
  record::RequestLookup& lookup;
  proof::TwinLauncher& twins;
  // What is in force when a drill looks.
  const base::Published<Settings>& settings;
};

std::vector<std::unique_ptr<proof::Drill>> make_drills(const DrillParts& parts);

}  // namespace belfry::app
