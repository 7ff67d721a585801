#include "app/drills.hpp"

#include "proof/hsts_drill.hpp"
#include "proof/traced_drill.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace belfry::app {

namespace {

// A burst comes from an address of the drill's own, so that it spends nobody else's allowance.
constexpr base::IpAddress kBurstAddress = base::IpAddress::v4(0x7f530001);  // 127.83.0.1
// Requests of one burst, inclusive, however large the configured one is.
constexpr std::uint32_t kBurstLimit = 5'000;

// An address that listens on all addresses is reached by loopback.
base::Endpoint reachable(base::Endpoint door) {
  if (door.address == base::IpAddress::v4(0)) door.address = base::IpAddress::v4(0x7f000001);
  if (door.address == base::IpAddress::v6({})) door.address = *base::IpAddress::parse("::1");
  return door;
}

class Probes {
 public:
  Probes(const Configuration& configuration, base::Endpoint door)
      : configuration_{configuration}, door_{reachable(door)} {
    origin_ = "https://" + configuration.belfry_host;
    if (door_.port != 443) origin_ += ":" + std::to_string(door_.port);
  }

  const std::string& origin() const { return origin_; }

  net::FetchRequest request(std::string_view path) const {
    net::FetchRequest request;
    request.url = origin_ + std::string{path};
    request.way = net::Way{.endpoint = door_};
    // What is tried is the door's answer. The certificate has a claim of its own.
    request.verify_certificate = false;
    return request;
  }

  net::FetchRequest forged_post() const {
    net::FetchRequest forged = request("/drill/forged");
    forged.method = "POST";
    forged.fields.add("origin", "https://elsewhere.invalid");
    forged.fields.add("content-type", "application/x-www-form-urlencoded");
    forged.body = "drill=1";
    return forged;
  }

  proof::HstsProbe burst() const {
    net::FetchRequest one = request("/drill/burst");
    one.keep_connection = true;
    if (door_.address.is_loopback() && door_.address.is_v4()) one.way->source = kBurstAddress;
    const std::uint64_t enough = 4ULL * configuration_.rate.burst + 100;
    return {.part = "429",
            .request = std::move(one),
            .expected_status = 429,
            .attempts = static_cast<std::uint32_t>(std::min<std::uint64_t>(enough, kBurstLimit))};
  }

 private:
  const Configuration& configuration_;
  base::Endpoint door_;
  std::string origin_;
};

}  // namespace

std::vector<std::unique_ptr<proof::Drill>> make_drills(const Configuration& configuration, base::Endpoint door,
                                                       net::HttpClient& client, record::RequestLookup& lookup) {
  const Probes probes{configuration, door};
  std::vector<proof::HstsProbe> hsts;
  hsts.push_back({.part = "200", .request = probes.request("/health"), .expected_status = 200});
  hsts.push_back({.part = "3xx", .request = probes.request("/security/"), .expected_status = 308});
  hsts.push_back({.part = "403", .request = probes.forged_post(), .expected_status = 403});
  hsts.push_back({.part = "404", .request = probes.request("/drill/nothing-here"), .expected_status = 404});
  hsts.push_back(probes.burst());
  hsts.push_back({.part = "502", .request = probes.request("/drill/no-upstream"), .expected_status = 502});

  net::FetchRequest traced = probes.request("");
  std::vector<std::unique_ptr<proof::Drill>> drills;
  drills.push_back(std::make_unique<proof::TracedDrill>(
      client, lookup, proof::TracedProbe{.request = std::move(traced), .host = configuration.belfry_host}));
  drills.push_back(std::make_unique<proof::HstsDrill>(client, std::move(hsts)));
  return drills;
}

}  // namespace belfry::app
