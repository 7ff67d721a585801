#include "app/drills.hpp"

#include "guard/blocklist.hpp"
#include "inspect/tls_scan.hpp"
#include "net/client_connection.hpp"
#include "net/interface_addresses.hpp"
#include "people/desk.hpp"
#include "proof/blocklist_drill.hpp"
#include "proof/credentials_drill.hpp"
#include "proof/csp_drill.hpp"
#include "proof/csrf_drill.hpp"
#include "proof/encrypted_drill.hpp"
#include "proof/escape_drill.hpp"
#include "proof/factor_drill.hpp"
#include "proof/hashed_drill.hpp"
#include "proof/hsts_drill.hpp"
#include "proof/lockout_drill.hpp"
#include "proof/origin_drill.hpp"
#include "proof/policy_drill.hpp"
#include "proof/rate_drill.hpp"
#include "proof/report_drill.hpp"
#include "proof/traced_drill.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace belfry::app {

namespace {

// What the drill of the staff takes for the way to the application is that way.
static_assert(proof::kWayToApplication == people::kEnterPath && proof::kArrival == people::kArrivePath);

// Requests of one burst, inclusive, however large the configured one is.
constexpr std::uint32_t kBurstLimit = 5'000;
// Until a port that says nothing counts as silent.
constexpr std::chrono::seconds kKnock{3};
// A burst comes from an address of the drill's own, so that it spends nobody else's allowance.
constexpr base::IpAddress::V6Bytes kBurstAddress{0x20, 0x01, 0x0d, 0xb8, 0, 0x83, 0xff, 0xff,
                                                 0,    0,    0,    0,    0, 0,    0,    1};  // 2001:db8:83:ffff::1

// As a visitor comes: the site client takes care of the way.
proof::Target public_target(const DrillParts& parts) {
  const Configuration& configuration = parts.configuration;
  return {.site_host = configuration.site_hosts.front(),
          .belfry_host = configuration.belfry_host,
          .port = parts.locator.listening().front().port,
          .way = parts.locator.own_way(),
          .ca_file = {}};
}

proof::Target private_target(const DrillParts& parts) {
  proof::Target target = public_target(parts);
  target.way = {.socket = parts.private_socket};
  return target;
}

// Hosts of the application that HSTS is tried at, the first ones: three requests each.
constexpr std::size_t kMostHosts = 8;

// The application's own hosts; none where Belfry answers by itself.
std::vector<std::string> application_hosts(const Configuration& configuration) {
  std::vector<std::string> hosts = configuration.site_hosts;
  std::erase(hosts, configuration.belfry_host);
  return hosts;
}

// Answers with this status, refusals above all, are asked for at one host.
void add_probes(std::vector<proof::HstsProbe>& probes, const proof::Target& site, const std::string& host,
                std::string_view health, std::string_view forgery, std::string_view nothing) {
  net::FetchRequest forged = site.request(host, forgery);
  forged.method = "POST";
  forged.fields.add("origin", "https://elsewhere.invalid");
  forged.fields.add("content-type", "application/x-www-form-urlencoded");
  forged.body = "drill=1";
  probes.push_back({.part = "200", .host = host, .request = site.request(host, health), .expected_status = 200});
  probes.push_back({.part = "403", .host = host, .request = std::move(forged), .expected_status = 403});
  probes.push_back({.part = "404", .host = host, .request = site.request(host, nothing), .expected_status = 404});
}

std::vector<proof::HstsProbe> hsts_probes(const DrillParts& parts) {
  const proof::Target site = public_target(parts);
  const auto request = [](const proof::Target& target, std::string_view path) {
    return target.request(target.belfry_host, path);
  };
  net::FetchRequest burst =
      request(private_target(parts).seen_from(base::IpAddress::v6(kBurstAddress)), "/drill/burst");
  burst.keep_connection = true;
  const std::uint64_t enough = 4ULL * parts.configuration.rate.burst + 100;

  std::vector<proof::HstsProbe> probes;
  add_probes(probes, site, site.belfry_host, "/health", "/drill/forged", "/drill/nothing-here");
  std::vector<std::string> hosts = application_hosts(parts.configuration);
  if (hosts.size() > kMostHosts) hosts.resize(kMostHosts);
  for (const std::string& host : hosts) {
    add_probes(probes, site, host, "/.belfry/health", "/.belfry/drill", "/.belfry/nothing-here");
  }
  probes.push_back(
      {.part = "3xx", .host = site.belfry_host, .request = request(site, "/security/"), .expected_status = 308});
  probes.push_back({.part = "429",
                    .host = site.belfry_host,
                    .request = std::move(burst),
                    .expected_status = 429,
                    .attempts = static_cast<std::uint32_t>(std::min<std::uint64_t>(enough, kBurstLimit))});
  probes.push_back({.part = "502",
                    .host = site.belfry_host,
                    .request = request(site, "/drill/no-upstream"),
                    .expected_status = 502});
  return probes;
}

proof::ApplicationPlace place_of(const Settings& settings) {
  const auto& upstream = settings.configuration.upstream;
  if (!upstream) return {};
  return {.configured = true, .host = upstream->host, .addresses = settings.upstream_addresses};
}

inspect::Observed knock(const base::Endpoint& endpoint, const base::Clock& clock) {
  const auto connection =
      net::ClientConnection::open({.endpoint = endpoint, .socket = {}}, clock, clock.steady_now() + kKnock);
  if (connection) return inspect::Observed::Yes;
  return connection.error() == net::NetError::Refused ? inspect::Observed::No : inspect::Observed::Unknown;
}

// By the client that takes each way as it is given: the site client would take the first address for the door's own.
proof::OwnAnswer own_answer(const DrillParts& parts) {
  return [&client = parts.client, &lookup = parts.lookup, site = public_target(parts)](
             const proof::SiteAddress& address, proof::DrillContext& context) {
    return proof::answers_as_ours(client, lookup, site, address, context);
  };
}

std::unique_ptr<proof::Drill> encrypted_drill(const DrillParts& parts, std::chrono::seconds interval) {
  std::vector<std::uint16_t> ports;
  for (const base::Endpoint& endpoint : parts.locator.listening()) ports.push_back(endpoint.port);
  return std::make_unique<proof::EncryptedDrill>(
      proof::EncryptedParts{
          .twins = parts.twins,
          .scan = [&clock = parts.clock](
                      const inspect::TlsScanRequest& request) { return inspect::scan_tls(request, clock); },
          .probe = [&clock = parts.clock](const base::Endpoint& endpoint) { return knock(endpoint, clock); },
          .addresses = [&locator = parts.locator] { return locator.find(); },
          .is_ours = own_answer(parts),
          .application = [&settings = parts.settings] { return place_of(*settings.now()); },
          .own_addresses = net::interface_addresses,
          .own_ports = std::move(ports)},
      interval);
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): std::function’s own delete, which the analyzer does not follow

std::unique_ptr<proof::Drill> report_drill(const DrillParts& parts, std::chrono::seconds interval) {
  std::vector<std::string> hosts = parts.configuration.site_hosts;
  hosts.push_back(parts.configuration.belfry_host);
  return std::make_unique<proof::ReportDrill>(
      proof::ReportParts{
          .client = parts.site_client,
          .twins = parts.twins,
          .scan = [&clock = parts.clock](
                      const inspect::TlsScanRequest& request) { return inspect::scan_tls(request, clock); },
          .addresses = [&locator = parts.locator] { return locator.find(); },
          .is_ours = own_answer(parts),
          .site = public_target(parts),
          .hosts = std::move(hosts),
          .publish = parts.publish_report,
          .certificate_number = parts.certificate_number,
          .own_certificate = parts.own_certificate},
      interval);
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): std::function’s own delete, which the analyzer does not follow

// A drill with a canary has passwords hashed, a quarter of a second of a core each, so it runs less often than the
// others: as often as its evidence's age needs, and no more.
proof::PeopleDrillParts people_parts(const DrillParts& parts, std::chrono::seconds interval) {
  return {.client = parts.site_client,
          .lookup = parts.lookup,
          .twins = parts.twins,
          .canaries = parts.canaries,
          .site = public_target(parts),
          .interval = interval};
}
// Where evidence counts for an hour, and for a day. However short the interval is, the hashes leave room for the
// others.
std::chrono::seconds daily(std::chrono::seconds interval) {
  return std::max<std::chrono::seconds>(12 * interval, std::chrono::minutes{2});
}
std::chrono::seconds hourly(std::chrono::seconds interval) {
  const std::chrono::seconds thrice =
      std::clamp<std::chrono::seconds>(3 * interval, std::chrono::minutes{1}, std::chrono::minutes{20});
  return std::max(interval, thrice);
}

}  // namespace

std::vector<std::unique_ptr<proof::Drill>> make_drills(const DrillParts& parts) {
  const auto interval = std::chrono::ceil<std::chrono::seconds>(parts.configuration.drill.interval);
  const base::Published<Settings>& settings = parts.settings;
  const auto limits = [&settings] {
    const guard::RateOptions& rate = settings.now()->configuration.rate;
    return proof::RateLimits{.rate = rate.rate, .burst = rate.burst};
  };
  const auto exceptions = [&settings] { return settings.now()->configuration.origin.except; };
  const auto listed = [&settings](std::uint64_t seed) {
    const auto now = settings.now();
    return proof::ListedAddresses{.configured = !now->configuration.blocklist.files.empty(),
                                  .examples = now->blocklist->examples(seed)};
  };

  const std::size_t hosts = application_hosts(parts.configuration).size();
  std::vector<std::unique_ptr<proof::Drill>> drills;
  drills.push_back(std::make_unique<proof::TracedDrill>(
      parts.site_client, parts.lookup, parts.twins,
      proof::TracedProbe{.request = public_target(parts).request(parts.configuration.belfry_host, ""),
                         .host = parts.configuration.belfry_host},
      interval));
  drills.push_back(std::make_unique<proof::OriginDrill>(parts.site_client, parts.lookup, parts.twins,
                                                        public_target(parts), exceptions, interval));
  drills.push_back(std::make_unique<proof::BlocklistDrill>(parts.client, parts.lookup, parts.twins,
                                                           private_target(parts), listed, interval));
  drills.push_back(std::make_unique<proof::HstsDrill>(parts.site_client, parts.twins, hsts_probes(parts), interval,
                                                      hosts - std::min(hosts, kMostHosts)));
  drills.push_back(std::make_unique<proof::CspDrill>(parts.site_client, parts.twins, public_target(parts), interval));
  drills.push_back(std::make_unique<proof::RateDrill>(parts.client, parts.lookup, parts.twins, private_target(parts),
                                                      limits, interval));
  drills.push_back(encrypted_drill(parts, interval));
  drills.push_back(report_drill(parts, interval));
  // Behind the others, which would wait for their hashes.
  drills.push_back(std::make_unique<proof::CsrfDrill>(people_parts(parts, hourly(interval))));
  const proof::PeopleDrillParts people = people_parts(parts, daily(interval));
  const auto lockout = [policy = parts.accounts.lockout] {
    return proof::LockoutLimits{.attempts = policy.attempts,
                                .attempts_on_twin = accounts::LockoutPolicy{}.attempts,
                                .time = accounts::lock_duration(policy, 1)};
  };
  drills.push_back(std::make_unique<proof::PolicyDrill>(people));
  drills.push_back(std::make_unique<proof::HashedDrill>(
      people, parts.accounts.bcrypt_cost,
      [&files = parts.files, directory = parts.configuration.data_directory](std::span<const std::string> texts) {
        return files.search(directory, texts);
      }));
  drills.push_back(std::make_unique<proof::CredentialsDrill>(people));
  // What is refused for a wrong password or code comes under addresses of the drills' own.
  const proof::PeopleDrillParts somebody{.client = parts.client,
                                         .lookup = parts.lookup,
                                         .twins = parts.twins,
                                         .canaries = parts.canaries,
                                         .site = private_target(parts),
                                         .interval = people.interval};
  drills.push_back(std::make_unique<proof::FactorDrill>(somebody));
  drills.push_back(std::make_unique<proof::EscapeDrill>(somebody));
  drills.push_back(std::make_unique<proof::LockoutDrill>(somebody, lockout));
  return drills;
}

}  // namespace belfry::app
