#pragma once

// Admits what was asked of a host of the site or of Belfry's own. Everything else was not meant for us: a rebound DNS
// name, a scanner that knows the bare address, a request routed here by mistake.

#include "guard/guard.hpp"

namespace belfry::guard {

class HostCheck final : public Guard {
 public:
  std::string_view name() const override { return "host"; }
  Verdict check(const Subject& subject) const override;
};

}  // namespace belfry::guard
