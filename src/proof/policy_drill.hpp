#pragma once

// The drill of `password.policy`: a canary wants each of three weak passwords where a password is changed, which must
// be refused by the rule and not by chance, and then a good one, which it gets; and so with one of them where a
// password is reset.
//
// All places where a password is set ask one policy (accounts/password_policy.hpp). Invitations and sign-ups are not
// tried here: their links make accounts that are no canaries.

#include "proof/page_trial.hpp"

namespace belfry::proof {

class PolicyDrill final : public Drill {
 public:
  explicit PolicyDrill(PeopleDrillParts parts) : parts_{std::move(parts)} {}

  std::string_view claim() const override { return "password.policy"; }
  std::chrono::seconds interval() const override { return parts_.interval; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  PeopleDrillParts parts_;
};

}  // namespace belfry::proof
