#pragma once

// The drill of `account.second_factor`: a canary signs in with its password and a code of its authenticator. The same
// code must be refused to whoever has the password too, a moment later, while the next code is taken.

#include "proof/page_trial.hpp"

namespace belfry::proof {

class FactorDrill final : public Drill {
 public:
  explicit FactorDrill(PeopleDrillParts parts) : parts_{std::move(parts)} {}

  std::string_view claim() const override { return "account.second_factor"; }
  std::chrono::seconds interval() const override { return parts_.interval; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  PeopleDrillParts parts_;
};

}  // namespace belfry::proof
