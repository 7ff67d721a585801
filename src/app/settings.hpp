#pragma once

// What is in force: one immutable value that every request is judged by from its first guard to its last. A reload
// makes a new one and hands it to each worker, on that worker's own thread; a request that is under way keeps the one
// that it began with.

#include "app/configuration.hpp"
#include "app/measures.hpp"
#include "guard/pipeline.hpp"

#include <memory>
#include <vector>

namespace belfry::guard {
class Blocklist;
class RateLimit;
}  // namespace belfry::guard

namespace belfry::app {

struct Settings {
  Configuration configuration;
  guard::SiteHosts hosts;
  std::shared_ptr<const guard::Blocklist> blocklist;
  guard::Pipeline pipeline;
  // Where the application listens, its name looked up.
  std::vector<base::Endpoint> upstream_addresses;
};

std::shared_ptr<const Settings> make_settings(Configuration configuration,
                                              std::shared_ptr<const guard::Blocklist> blocklist,
                                              std::shared_ptr<guard::RateLimit> rate_limit,
                                              std::vector<base::Endpoint> upstream_addresses, const Measures& measures);

}  // namespace belfry::app
