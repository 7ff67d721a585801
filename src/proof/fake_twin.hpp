#pragma once

// A launcher whose twins a test answers for, by their hosts.

#include "proof/twin.hpp"

#include <string>
#include <vector>

namespace belfry::proof {

inline constexpr std::string_view kFakeTwinSite = "app.twin";
inline constexpr std::string_view kFakeTwinBelfry = "belfry.twin";

class FakeTwinLauncher final : public TwinLauncher {
 public:
  bool available = true;
  std::vector<TwinOrder> orders;

  std::expected<std::unique_ptr<Twin>, std::string> launch(const TwinOrder& order) override {
    orders.push_back(order);
    if (!available) return std::unexpected{"there is none"};
    return std::make_unique<FakeTwin>();
  }

 private:
  class FakeTwin final : public Twin {
   public:
    Target target() const override {
      return {.site_host = std::string{kFakeTwinSite},
              .belfry_host = std::string{kFakeTwinBelfry},
              .way = {.socket = "/twin"},
              .ca_file = {}};
    }
  };
};

inline bool is_for_twin(const net::FetchRequest& request) {
  return request.url.starts_with("https://app.twin/") || request.url.starts_with("https://belfry.twin/");
}

}  // namespace belfry::proof
