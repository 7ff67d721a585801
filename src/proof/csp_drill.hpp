#pragma once

// The drill of `response.csp`: each kind of Belfry's own answers is asked for as a stranger, pages, errors and what
// programs read, and the policy that came with it is held against what a browser of today needs to be told.

#include "proof/trial.hpp"

#include <chrono>
#include <optional>
#include <vector>

namespace belfry::proof {

// What is wrong with an answer's policy; nullopt for one policy, in force and not only reported on, under which no
// script runs that the page does not name by nonce, hash or its own origin, nothing inline without a nonce, no plugin,
// and no other site can frame the page or move its base.
std::optional<Finding> csp_fault(const http::Fields& fields);

class CspDrill final : public Drill {
 public:
  // Client and launcher outlive the drill.
  CspDrill(net::HttpClient& client, TwinLauncher& twins, Target site, std::chrono::seconds interval)
      : client_{client}, twins_{twins}, site_{std::move(site)}, interval_{interval} {}

  std::string_view claim() const override { return "response.csp"; }
  std::chrono::seconds interval() const override { return interval_; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  struct Asked {
    net::FetchRequest request;
    std::uint16_t expected_status = 200;
  };
  Evidence judge(std::string_view part, const std::vector<Asked>& kinds, DrillContext& context);
  Evidence judge_nonce(DrillContext& context);
  Evidence try_control(DrillContext& context);
  net::FetchRequest get(std::string_view path) const { return site_.request(site_.belfry_host, path); }

  net::HttpClient& client_;
  TwinLauncher& twins_;
  Target site_;
  std::chrono::seconds interval_;
};

}  // namespace belfry::proof
