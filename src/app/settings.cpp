#include "app/settings.hpp"

#include "guard/blocklist.hpp"

#include <utility>

namespace belfry::app {

namespace {

guard::SiteHosts hosts_of(const Configuration& configuration) {
  // Without an application there is one host, and it is Belfry's own.
  if (!configuration.upstream) return {{}, configuration.site_hosts};
  return {configuration.site_hosts, {configuration.belfry_host}};
}

}  // namespace

std::shared_ptr<const Settings> make_settings(Configuration configuration,
                                              std::shared_ptr<const guard::Blocklist> blocklist,
                                              std::shared_ptr<guard::RateLimit> rate_limit,
                                              std::vector<base::Endpoint> upstream_addresses,
                                              const Measures& measures) {
  guard::SiteHosts hosts = hosts_of(configuration);
  guard::Pipeline pipeline{measures.guards(
      {.hosts = hosts, .blocklist = blocklist, .rate_limit = std::move(rate_limit), .origin = configuration.origin})};
  return std::make_shared<const Settings>(std::move(configuration), std::move(hosts), std::move(blocklist),
                                          std::move(pipeline), std::move(upstream_addresses));
}

}  // namespace belfry::app
