#include "proof/lockout_drill.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace belfry::proof {

namespace {

constexpr const char* kSignIn = "/sign-in";

struct Tried {
  Answer right;                   // the right password behind the wrong ones
  bool right_gets_in = false;     // a stranger's
  bool is_told_as_wrong = false;  // in the words that a wrong one gets
  bool owner_gets_in = false;     // on the device that is known
};

std::expected<Tried, Finding> guess(net::HttpClient& client, const Target& target, const Canary& canary,
                                    std::uint32_t attempts, const DrillContext& context) {
  PageVisitor owner{client, target};
  if (const auto in = owner.sign_in(canary); !in) return std::unexpected{in.error()};
  if (const auto out = owner.sign_out(); !out) return std::unexpected{out.error()};

  PageVisitor stranger{client, target};
  const auto form = stranger.form(kSignIn, "sign_in");
  if (!form) return std::unexpected{form.error()};
  const auto type = [&](const std::string& password) {
    return stranger.post(kSignIn, filled(*form, {{"email", canary.email}, {"password", password}}));
  };
  for (std::uint32_t attempt = 1; attempt <= attempts; ++attempt) {
    if (context.stopping.stop_requested()) return std::unexpected{Finding{}};
    const Answer wrong = type("wrong-" + std::to_string(attempt));
    if (!wrong || wrong->status != 403) return std::unexpected{came_instead(wrong)};
  }
  Tried tried;
  tried.right = type(canary.password);
  const auto in = stranger.is_signed_in();
  if (!in) return std::unexpected{in.error()};
  tried.right_gets_in = *in;
  tried.is_told_as_wrong = tried.right && tried.right->status == 403 && form_of(tried.right->body, "sign_in");
  tried.owner_gets_in = owner.sign_in(canary).has_value();
  return tried;
}

}  // namespace

std::vector<Evidence> LockoutDrill::run(DrillContext& context) {
  Trials trials{claim(), parts_.client, parts_.lookup, parts_.twins, context};
  const LockoutLimits limits = limits_();
  const std::string count = std::to_string(limits.attempts);
  if (limits.attempts > kMostAttempts) {
    return none_told(trials, claim(),
                     {"the limit is more than a drill may try: " + count + " attempts",
                      "la limite dépasse ce qu’un exercice peut tenter\u00a0: " + count + " essais"});
  }
  const Canary canary = new_canary(context.random, CanaryFactor::Absent);
  if (const auto made = parts_.canaries.make(canary); !made) {
    return none_told(trials, claim(), no_canary(made.error(), context));
  }
  const auto on_site = guess(parts_.client, as_somebody(parts_.site, context.random), canary, limits.attempts, context);
  if (!on_site) return none_told(trials, claim(), on_site.error());

  Evidence owner = trials.evidence_of("owner");
  if (on_site->right_gets_in) {
    // That the owner gets in says something only while somebody is kept out.
    owner.finding = {"nothing was locked", "rien n’a été fermé"};
  } else {
    owner.outcome = on_site->owner_gets_in ? Outcome::Holds : Outcome::Broken;
    owner.finding = on_site->owner_gets_in
                        ? Finding{"on the known device the right password got in meanwhile",
                                  "sur l’appareil connu, le bon mot de passe a ouvert entre-temps"}
                        : Finding{"a stranger locked the owner out", "un inconnu a enfermé dehors le propriétaire"};
  }

  const Canary of_twin = new_canary(context.random, CanaryFactor::Absent);
  const bool launched = trials.launch({.without = {}, .listed = {}, .canary = of_twin});
  const auto on_twin = launched ? guess(parts_.client, trials.twin(), of_twin,
                                        std::max(limits.attempts, limits.attempts_on_twin), context)
                                : std::unexpected{no_twin()};
  PageTrial trial{.part = "stranger",
                  .bad = on_site->right,
                  .is_admitted = on_site->right_gets_in,
                  .is_refused = on_site->is_told_as_wrong,
                  .good_is_admitted = on_site->owner_gets_in,
                  .bad_on_twin = {},
                  .is_admitted_on_twin = false,
                  .holds = {"after " + count + " wrong passwords the right one did not get in",
                            "après " + count + " mots de passe erronés, le bon n’a pas ouvert"}};
  if (on_twin) {
    trial.bad_on_twin = on_twin->right;
    trial.is_admitted_on_twin = on_twin->right_gets_in;
  }
  Evidence stranger = weigh(trials, trial);
  return {stranger, owner, trials.control()};
}

}  // namespace belfry::proof
