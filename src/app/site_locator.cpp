#include "app/site_locator.hpp"

#include "guard/blocklist.hpp"

#include <algorithm>
#include <utility>

namespace belfry::app {

namespace {

constexpr base::IpAddress::V6Bytes kLoopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};  // ::1

// An address that listens on all addresses is reached by loopback.
base::Endpoint reachable(base::Endpoint door) {
  if (door.address == base::IpAddress::v4(0)) door.address = base::IpAddress::v4(0x7f000001);
  if (door.address == base::IpAddress::v6({})) door.address = base::IpAddress::v6(kLoopback);
  return door;
}

void add(proof::SiteAddresses& found, net::Way way, const std::string& name) {
  const bool known = std::ranges::any_of(
      found.addresses, [&](const proof::SiteAddress& address) { return address.way == way && address.name == name; });
  if (known) return;
  if (found.addresses.size() >= SiteLocator::kMost) {
    ++found.left_out;
  } else {
    found.addresses.push_back({.way = std::move(way), .name = name});
  }
}

std::vector<std::string> names_of(const Configuration& configuration) {
  std::vector<std::string> names = configuration.site_hosts;
  if (std::ranges::find(names, configuration.belfry_host) == names.end()) names.push_back(configuration.belfry_host);
  return names;
}

}  // namespace

bool is_local_name(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost");
}

SiteLocator::SiteLocator(NameLookup& lookup, const base::Published<Settings>& settings,
                         std::vector<base::Endpoint> listening, std::filesystem::path private_socket)
    : lookup_{lookup},
      settings_{settings},
      listening_{std::move(listening)},
      private_socket_{std::move(private_socket)} {}

net::Way SiteLocator::own_way() const {
  return {.endpoint = reachable(listening_.front()), .socket = {}};
}

// One from this machine would not be let in where only proxies are, or where the lists name loopback (FireHOL's first
// level does).
bool SiteLocator::lets_us_in() const {
  const auto settings = settings_.now();
  return !settings->configuration.listen.proxy_protocol &&
         !settings->blocklist->blocks(base::IpAddress::v4(0x7f000001));
}

std::vector<net::Way> SiteLocator::own_ways() const {
  if (!lets_us_in()) {
    return {{.endpoint = reachable(listening_.front()),
             .socket = private_socket_,
             .source = base::IpAddress::parse("2001:db8:83::1")}};
  }
  std::vector<net::Way> ways;
  ways.reserve(listening_.size());
  for (const base::Endpoint& endpoint : listening_) ways.push_back({.endpoint = reachable(endpoint), .socket = {}});
  return ways;
}

void SiteLocator::add_name(const std::string& name, proof::SiteAddresses& found) {
  if (is_local_name(name)) {
    for (const net::Way& way : own_ways()) {
      // Once for all names: nobody stands between this machine and itself.
      const bool known = std::ranges::find(found.addresses, way, &proof::SiteAddress::way) != found.addresses.end();
      if (!known && (!way.socket.empty() || way.endpoint.address.is_loopback())) add(found, way, name);
    }
    return;
  }
  lookup_.ask(name);
  const auto addresses = lookup_.answer(kPatience);
  if (!addresses) return found.unanswered.push_back(name);
  if (addresses->empty()) return found.nowhere.push_back(name);
  found.source = proof::AddressSource::Names;
  for (const base::IpAddress& address : *addresses) {
    add(found, {.endpoint = {.address = address, .port = listening_.front().port}, .socket = {}}, name);
  }
}

proof::SiteAddresses SiteLocator::find() {
  const auto settings = settings_.now();
  const Configuration& configuration = settings->configuration;
  proof::SiteAddresses found;
  if (!configuration.drill.addresses.empty()) {
    found.source = proof::AddressSource::Configured;
    for (base::Endpoint endpoint : configuration.drill.addresses) {
      if (endpoint.port == 0) endpoint.port = listening_.front().port;
      add(found, {.endpoint = endpoint, .socket = {}}, configuration.site_hosts.front());
    }
    return found;
  }
  const std::vector<std::string> names = names_of(configuration);
  for (const std::string& name : names) add_name(name, found);
  if (found.addresses.empty()) {
    for (net::Way& way : own_ways()) add(found, std::move(way), names.front());
  } else if (found.source != proof::AddressSource::Names) {
    found.source = proof::AddressSource::ThisMachine;
  }
  return found;
}

std::expected<net::FetchResponse, net::FetchError> SiteClient::fetch(const net::FetchRequest& request) {
  if (!request.way || *request.way != locator_.own_way()) return client_.fetch(request);
  const base::SteadyTime now = clock_.steady_now();
  if (auto settings = locator_.settings(); !way_ || now - found_ >= kFresh || settings != settings_) {
    settings_ = std::move(settings);
    way_ = locator_.find().addresses.front().way;
    found_ = now;
  }
  net::FetchRequest there = request;
  there.way = way_;
  return client_.fetch(there);
}

}  // namespace belfry::app
