#pragma once

// The drill of `request.rate`: one address asks until it is told to wait, while another is answered. On the twin, as
// many requests of one address are all answered.

#include "proof/trial.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

namespace belfry::proof {

// What is configured: pages a second in the long run, and at once.
struct RateLimits {
  double rate = 0;
  std::uint32_t burst = 0;
};

class RateDrill final : public Drill {
 public:
  // Requests of one run from one address, inclusive, however large the configured burst is.
  static constexpr std::uint32_t kMostRequests = 5'000;

  // `site` leads through the door's private socket: the drill comes under addresses of its own.
  RateDrill(net::HttpClient& client, record::RequestLookup& lookup, TwinLauncher& twins, Target site,
            std::function<RateLimits()> limits, std::chrono::seconds interval);

  std::string_view claim() const override { return "request.rate"; }
  std::chrono::seconds interval() const override { return interval_; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  struct Burst {
    std::uint32_t answered = 0;  // before the last
    Answer last;
    std::chrono::milliseconds took{0};
  };
  // Until something else than "admitted" comes, `most` requests at most.
  Burst burst(const Target& target, std::uint32_t most, const DrillContext& context);

  net::HttpClient& client_;
  record::RequestLookup& lookup_;
  TwinLauncher& twins_;
  Target site_;
  std::function<RateLimits()> limits_;
  std::chrono::seconds interval_;
};

}  // namespace belfry::proof
