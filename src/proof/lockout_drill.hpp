#pragma once

// The drill of `account.lockout`: a canary signs in on a device and out again; a stranger types wrong passwords up to
// the configured try, and then the right one, which must not get in. On the device that is known it does.
//
// The time of the lock cannot be waited for within a run: the canary's lock is aged by half of it, when the stranger
// must not get in yet, and by the other half, when he must.

#include "proof/page_trial.hpp"

#include <chrono>
#include <cstdint>
#include <functional>

namespace belfry::proof {

struct LockoutLimits {
  std::uint32_t attempts = 0;          // of the site
  std::uint32_t attempts_on_twin = 0;  // what a twin would lock at, if it did
  std::chrono::milliseconds time{};    // that the site's first lock lasts
};

class LockoutDrill final : public Drill {
 public:
  // Wrong passwords of one run, inclusive, on the site and on the twin each: they are hashed.
  static constexpr std::uint32_t kMostAttempts = 10;

  LockoutDrill(PeopleDrillParts parts, std::function<LockoutLimits()> limits)
      : parts_{std::move(parts)}, limits_{std::move(limits)} {}

  std::string_view claim() const override { return "account.lockout"; }
  std::chrono::seconds interval() const override { return parts_.interval; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  PeopleDrillParts parts_;
  std::function<LockoutLimits()> limits_;
};

}  // namespace belfry::proof
