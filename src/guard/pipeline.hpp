#pragma once

// The guards that a request passes before anybody answers it: one ordered list, the first refusal wins. The order and
// its reasons stand in pipeline.cpp. A Pipeline is an immutable snapshot that all worker threads share; a reload of the
// configuration or of the blocklist builds a new one around the same RateLimit.

#include "guard/guard.hpp"
#include "guard/options.hpp"
#include "guard/site_hosts.hpp"

#include <array>
#include <memory>
#include <string_view>
#include <vector>

namespace belfry::guard {

class Blocklist;
class RateLimit;

// What the standard guards are made of.
struct PipelineParts {
  SiteHosts hosts;
  std::shared_ptr<const Blocklist> blocklist;
  // Outlives every pipeline, so that a reload forgets no count.
  std::shared_ptr<RateLimit> rate_limit;
  OriginOptions origin;
};

using GuardList = std::vector<std::unique_ptr<const Guard>>;

// Every guard, in order. A missing part throws std::invalid_argument: a guard without its data would refuse nothing.
GuardList standard_guards(const PipelineParts& parts);

class Pipeline {
 public:
  // The names of the standard guards, in order.
  static constexpr std::array<std::string_view, 5> kOrder{"host", "address", "rate", "shape", "origin"};

  // An empty list throws std::invalid_argument.
  explicit Pipeline(GuardList guards);

  Verdict admit(const Subject& subject) const;
  std::vector<std::string_view> names() const;

 private:
  GuardList guards_;
};

}  // namespace belfry::guard
