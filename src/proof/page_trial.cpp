#include "proof/page_trial.hpp"

#include "proof/claims.hpp"
#include "proof/drill_address.hpp"
#include "proof/fetch_finding.hpp"

#include <string>

namespace belfry::proof {

Target as_somebody(const Target& site, base::Random& random) {
  return site.way.socket.empty() ? site : site.seen_from(drill_address(random));
}

Evidence weigh(Trials& trials, const PageTrial& trial) {
  Evidence evidence = trials.evidence_of(trial.part);
  if (!trial.bad) {
    evidence.finding = no_answer(trial.bad.error());
    return evidence;
  }
  if (trial.is_admitted) {
    evidence.outcome = Outcome::Broken;
    evidence.finding = {"the bad request was let in", "la mauvaise requête est passée"};
    return evidence;
  }
  if (!trial.good_is_admitted) {
    evidence.finding = {"the good request beside it was not let in", "la bonne requête, à côté, n’est pas passée"};
    return evidence;
  }
  if (!trial.is_refused) {
    const std::string reason = trials.reason_of(*trial.bad);
    const std::string what = std::to_string(trial.bad->status) + (reason.empty() ? "" : ", " + reason);
    evidence.finding = {"refused, but not for this: " + what, "refusée, mais pour autre chose\u00a0: " + what};
    return evidence;
  }
  if (!trials.launched() || !trial.bad_on_twin) {
    evidence.finding = {"refused; whether it could succeed was not shown",
                        "refusée\u202f; qu’elle puisse réussir n’a pas été montré"};
    return evidence;
  }
  const Answer& there = *trial.bad_on_twin;
  trials.note_control(there ? bytes_seen(*there) : no_answer(there.error()), trial.is_admitted_on_twin);
  if (!trial.is_admitted_on_twin) {
    evidence.finding = {"refused; but it did not succeed on the twin either",
                        "refusée\u202f; mais elle n’a pas réussi non plus sur la jumelle"};
    return evidence;
  }
  evidence.outcome = Outcome::Holds;
  evidence.finding = trial.holds;
  return evidence;
}

std::vector<Evidence> none_told(const Trials& trials, std::string_view claim, const Finding& why) {
  std::vector<Evidence> evidence;
  for (const Part& part : find_claim(claim)->parts) {
    if (!is_built(part)) continue;
    evidence.push_back(trials.evidence_of(part.id));
    evidence.back().finding = why;
  }
  return evidence;
}

Finding no_canary(std::string_view error, const DrillContext& context) {
  context.log("a canary could not be made: " + std::string{error});
  return {"no canary could be made", "aucun canari n’a pu être créé"};
}

}  // namespace belfry::proof
