#pragma once

// The drill of the part `sign_in` of `organisation.credentials`: a canary of the staff without a second factor signs in
// with its password. That must open nothing but the page where a second factor is set; to another one, which has a
// second factor, its account and the way to the application must open. The application itself is not touched: the way
// there is a code for it, which is not redeemed.

#include "proof/page_trial.hpp"

#include <string_view>

namespace belfry::proof {

// On Belfry's host, with what the application's asks for, and on the application's, with a code.
inline constexpr std::string_view kWayToApplication = "/enter";
inline constexpr std::string_view kArrival = "/.belfry/enter";

class CredentialsDrill final : public Drill {
 public:
  explicit CredentialsDrill(PeopleDrillParts parts) : parts_{std::move(parts)} {}

  std::string_view claim() const override { return "organisation.credentials"; }
  std::chrono::seconds interval() const override { return parts_.interval; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  PeopleDrillParts parts_;
};

}  // namespace belfry::proof
