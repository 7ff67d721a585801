#pragma once

// Refuses what the route has no place for: another method, a body announced above its limit (one of unknown length is
// stopped while it is read), a protocol switch that is no WebSocket handshake.

#include "guard/guard.hpp"

namespace belfry::guard {

class ShapeCheck final : public Guard {
 public:
  std::string_view name() const override { return "shape"; }
  Verdict check(const Subject& subject) const override;
};

}  // namespace belfry::guard
