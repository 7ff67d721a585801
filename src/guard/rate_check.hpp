#pragma once

// Takes each request's cost from its address's bucket (see rate_limit.hpp).
//
// Where the route does not state its cost, it is judged by what the request is loaded for: Sec-Fetch-Dest says it in
// every current browser; where the field is absent, the extension of the path does. Both are the client's own word, so
// an address that lies may ask for ten times as many pages, not for more.

#include "guard/guard.hpp"
#include "http/message.hpp"

#include <memory>

namespace belfry::guard {

class RateLimit;

// Unsafe methods and protocol switches always cost a page.
Cost judged_cost(const http::RequestHead& request);

class RateCheck final : public Guard {
 public:
  // nullptr throws std::invalid_argument.
  explicit RateCheck(std::shared_ptr<RateLimit> limit);

  std::string_view name() const override { return "rate"; }
  Verdict check(const Subject& subject) const override;

 private:
  std::shared_ptr<RateLimit> limit_;
};

}  // namespace belfry::guard
