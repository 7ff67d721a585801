#pragma once

// Where visitors reach this site, found out anew each time: what [drill] addresses says, else where the site's names
// lead from this machine, else the door's own listener. And a client whose calls take the first of these ways.
//
// Blocking: on the drills' thread alone.

#include "app/name_lookup.hpp"
#include "app/settings.hpp"
#include "base/clock.hpp"
#include "base/published.hpp"
#include "net/http_client.hpp"
#include "proof/site_addresses.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::app {

class SiteLocator {
 public:
  // How long each name is waited for.
  static constexpr std::chrono::seconds kPatience{3};
  // Addresses that are looked at, inclusive, one with two names as two; those that are more are counted.
  static constexpr std::size_t kMost = 16;

  // `listening`: where the door listens, at least one. `private_socket`: its way in for drills where its own listener
  // lets none in from this machine. What the references name outlives the locator.
  SiteLocator(NameLookup& lookup, const base::Published<Settings>& settings, std::vector<base::Endpoint> listening,
              std::filesystem::path private_socket);

  // Blocks up to kPatience for each of the site's names.
  proof::SiteAddresses find();

  // The way to the door's own first listener, as seen from this machine.
  net::Way own_way() const;
  const std::vector<base::Endpoint>& listening() const { return listening_; }
  std::shared_ptr<const Settings> settings() const { return settings_.now(); }

 private:
  void add_name(const std::string& name, proof::SiteAddresses& found);
  std::vector<net::Way> own_ways() const;
  bool lets_us_in() const;

  NameLookup& lookup_;
  const base::Published<Settings>& settings_;
  std::vector<base::Endpoint> listening_;
  std::filesystem::path private_socket_;
};

// "localhost" and what is below it (RFC 6761, section 6.3: to be taken for loopback without asking anybody).
bool is_local_name(std::string_view host);

// Calls to the door's own listener go to the first of the addresses that visitors know instead, so that whatever stands
// in between is seen; all others are left alone. Found out anew after kFresh, and with other settings.
class SiteClient final : public net::HttpClient {
 public:
  static constexpr std::chrono::seconds kFresh{20};

  SiteClient(net::HttpClient& client, SiteLocator& locator, const base::Clock& clock)
      : client_{client}, locator_{locator}, clock_{clock} {}

  std::expected<net::FetchResponse, net::FetchError> fetch(const net::FetchRequest& request) override;

 private:
  net::HttpClient& client_;
  SiteLocator& locator_;
  const base::Clock& clock_;
  std::optional<net::Way> way_;
  // When, and by which settings.
  base::SteadyTime found_;
  std::shared_ptr<const Settings> settings_;
};

}  // namespace belfry::app
