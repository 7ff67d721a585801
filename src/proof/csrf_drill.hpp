#pragma once

// The drill of `request.csrf_token`: a canary changes its name by the form of /account. With the form's own token it
// may; without one, with one of a session that has ended, of another session, of another action, or with one that is
// too old, it must be refused for that. What is too old cannot be waited for within a run: the door makes one that is.

#include "proof/page_trial.hpp"

namespace belfry::proof {

class CsrfDrill final : public Drill {
 public:
  explicit CsrfDrill(PeopleDrillParts parts) : parts_{std::move(parts)} {}

  std::string_view claim() const override { return "request.csrf_token"; }
  std::chrono::seconds interval() const override { return parts_.interval; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  PeopleDrillParts parts_;
};

}  // namespace belfry::proof
