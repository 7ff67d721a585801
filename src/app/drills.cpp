#include "app/drills.hpp"

#include "guard/blocklist.hpp"
#include "proof/blocklist_drill.hpp"
#include "proof/hsts_drill.hpp"
#include "proof/origin_drill.hpp"
#include "proof/rate_drill.hpp"
#include "proof/traced_drill.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace belfry::app {

namespace {

// Requests of one burst, inclusive, however large the configured one is.
constexpr std::uint32_t kBurstLimit = 5'000;
constexpr base::IpAddress::V6Bytes kLoopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};  // ::1
// A burst comes from an address of the drill's own, so that it spends nobody else's allowance.
constexpr base::IpAddress::V6Bytes kBurstAddress{0x20, 0x01, 0x0d, 0xb8, 0, 0x83, 0xff, 0xff,
                                                 0,    0,    0,    0,    0, 0,    0,    1};  // 2001:db8:83:ffff::1

// An address that listens on all addresses is reached by loopback.
base::Endpoint reachable(base::Endpoint door) {
  if (door.address == base::IpAddress::v4(0)) door.address = base::IpAddress::v4(0x7f000001);
  if (door.address == base::IpAddress::v6({})) door.address = base::IpAddress::v6(kLoopback);
  return door;
}

// As a visitor comes; by the private socket where one from this machine would not be let in: only proxies are, or the
// lists name loopback (FireHOL's first level does).
proof::Target public_target(const DrillParts& parts) {
  const Configuration& configuration = parts.configuration;
  proof::Target target{.site_host = configuration.site_hosts.front(),
                       .belfry_host = configuration.belfry_host,
                       .port = parts.door.port,
                       .way = {.endpoint = reachable(parts.door)},
                       .ca_file = {}};
  const bool shut_out = parts.settings.now()->blocklist->blocks(base::IpAddress::v4(0x7f000001));
  if (configuration.listen.proxy_protocol || shut_out) {
    target.way = {.socket = parts.private_socket, .source = base::IpAddress::parse("2001:db8:83::1")};
  }
  return target;
}

proof::Target private_target(const DrillParts& parts) {
  proof::Target target = public_target(parts);
  target.way = {.socket = parts.private_socket};
  return target;
}

std::vector<proof::HstsProbe> hsts_probes(const DrillParts& parts) {
  const proof::Target site = public_target(parts);
  const auto request = [](const proof::Target& target, std::string_view path) {
    return target.request(target.belfry_host, path);
  };
  net::FetchRequest forged = request(site, "/drill/forged");
  forged.method = "POST";
  forged.fields.add("origin", "https://elsewhere.invalid");
  forged.fields.add("content-type", "application/x-www-form-urlencoded");
  forged.body = "drill=1";

  net::FetchRequest burst =
      request(private_target(parts).seen_from(base::IpAddress::v6(kBurstAddress)), "/drill/burst");
  burst.keep_connection = true;
  const std::uint64_t enough = 4ULL * parts.configuration.rate.burst + 100;

  std::vector<proof::HstsProbe> probes;
  probes.push_back({.part = "200", .request = request(site, "/health"), .expected_status = 200});
  probes.push_back({.part = "3xx", .request = request(site, "/security/"), .expected_status = 308});
  probes.push_back({.part = "403", .request = std::move(forged), .expected_status = 403});
  probes.push_back({.part = "404", .request = request(site, "/drill/nothing-here"), .expected_status = 404});
  probes.push_back({.part = "429",
                    .request = std::move(burst),
                    .expected_status = 429,
                    .attempts = static_cast<std::uint32_t>(std::min<std::uint64_t>(enough, kBurstLimit))});
  probes.push_back({.part = "502", .request = request(site, "/drill/no-upstream"), .expected_status = 502});
  return probes;
}

}  // namespace

std::vector<std::unique_ptr<proof::Drill>> make_drills(const DrillParts& parts) {
  const auto interval = std::chrono::ceil<std::chrono::seconds>(parts.configuration.drill.interval);
  const base::Published<Settings>& settings = parts.settings;
  const auto limits = [&settings] {
    const guard::RateOptions& rate = settings.now()->configuration.rate;
    return proof::RateLimits{.rate = rate.rate, .burst = rate.burst};
  };
  const auto listed = [&settings](std::uint64_t seed) {
    const auto now = settings.now();
    return proof::ListedAddresses{.configured = !now->configuration.blocklist.files.empty(),
                                  .examples = now->blocklist->examples(seed)};
  };

  std::vector<std::unique_ptr<proof::Drill>> drills;
  drills.push_back(std::make_unique<proof::TracedDrill>(
      parts.client, parts.lookup, parts.twins,
      proof::TracedProbe{.request = public_target(parts).request(parts.configuration.belfry_host, ""),
                         .host = parts.configuration.belfry_host},
      interval));
  drills.push_back(
      std::make_unique<proof::OriginDrill>(parts.client, parts.lookup, parts.twins, public_target(parts), interval));
  drills.push_back(std::make_unique<proof::BlocklistDrill>(parts.client, parts.lookup, parts.twins,
                                                           private_target(parts), listed, interval));
  drills.push_back(std::make_unique<proof::HstsDrill>(parts.client, parts.twins, hsts_probes(parts), interval));
  drills.push_back(std::make_unique<proof::RateDrill>(parts.client, parts.lookup, parts.twins, private_target(parts),
                                                      limits, interval));
  return drills;
}

}  // namespace belfry::app
