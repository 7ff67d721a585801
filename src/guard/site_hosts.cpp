#include "guard/site_hosts.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace belfry::guard {

SiteHosts::SiteHosts(std::vector<std::string> application, std::vector<std::string> belfry)
    : application_{std::move(application)}, belfry_{std::move(belfry)} {
  if (application_.empty() && belfry_.empty()) throw std::invalid_argument{"a site without a host"};
  for (const auto& host : application_) {
    if (std::ranges::find(belfry_, host) != belfry_.end()) {
      throw std::invalid_argument{"host " + host + " is both the application's and Belfry's"};
    }
  }
}

HostKind SiteHosts::kind_of(std::string_view host) const {
  if (host.empty()) return HostKind::Unknown;
  if (std::ranges::find(application_, host) != application_.end()) return HostKind::Application;
  if (std::ranges::find(belfry_, host) != belfry_.end()) return HostKind::Belfry;
  return HostKind::Unknown;
}

}  // namespace belfry::guard
