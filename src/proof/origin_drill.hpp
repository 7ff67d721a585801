#pragma once

// The drill of `request.origin`: requests as a page of another site would make a visitor's browser send them, a form's
// post, a script's, a WebSocket, and one of the application's own scripts against Belfry's pages. Each must be refused
// for its origin, while the same request of the site's own page passes.
//
// The owner may except paths of the application, for a service that posts from elsewhere. That is no fault, but the row
// covers less then, and its part "exceptions" says how much less.

#include "proof/trial.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace belfry::proof {

// "none", or "outside 2 paths (/a, /b), which requests from elsewhere reach".
Finding exceptions_found(const std::vector<std::string>& paths);
// Paths that it names, inclusive; the others are counted.
inline constexpr std::size_t kNamedExceptions = 10;

class OriginDrill final : public Drill {
 public:
  // Client, look-up and launcher outlive the drill. `exceptions` gives the paths that are excepted now.
  OriginDrill(net::HttpClient& client, record::RequestLookup& lookup, TwinLauncher& twins, Target site,
              std::function<std::vector<std::string>()> exceptions, std::chrono::seconds interval);

  std::string_view claim() const override { return "request.origin"; }
  std::chrono::seconds interval() const override { return interval_; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  net::HttpClient& client_;
  record::RequestLookup& lookup_;
  TwinLauncher& twins_;
  Target site_;
  std::function<std::vector<std::string>()> exceptions_;
  std::chrono::seconds interval_;
};

}  // namespace belfry::proof
