#pragma once

// The drill of `request.origin`: requests as a page of another site would make a visitor's browser send them, a form's
// post, a script's, a WebSocket, and one of the application's own scripts against Belfry's pages. Each must be refused
// for its origin, while the same request of the site's own page passes.

#include "proof/trial.hpp"

#include <chrono>
#include <vector>

namespace belfry::proof {

class OriginDrill final : public Drill {
 public:
  // Client, look-up and launcher outlive the drill.
  OriginDrill(net::HttpClient& client, record::RequestLookup& lookup, TwinLauncher& twins, Target site,
              std::chrono::seconds interval);

  std::string_view claim() const override { return "request.origin"; }
  std::chrono::seconds interval() const override { return interval_; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  net::HttpClient& client_;
  record::RequestLookup& lookup_;
  TwinLauncher& twins_;
  Target site_;
  std::chrono::seconds interval_;
};

}  // namespace belfry::proof
