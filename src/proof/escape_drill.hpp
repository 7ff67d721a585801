#pragma once

// The drill of `output.escaped`: inert markup, unlike any other, is given to what Belfry's pages show again, a name
// that is kept and an e-mail that is only shown once more. It must come back as the characters that were typed, and
// none of it as markup.

#include "proof/page_trial.hpp"

namespace belfry::proof {

class EscapeDrill final : public Drill {
 public:
  explicit EscapeDrill(PeopleDrillParts parts) : parts_{std::move(parts)} {}

  std::string_view claim() const override { return "output.escaped"; }
  std::chrono::seconds interval() const override { return parts_.interval; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  PeopleDrillParts parts_;
};

}  // namespace belfry::proof
