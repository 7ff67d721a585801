#include "proof/lockout_drill.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace belfry::proof {

namespace {

constexpr const char* kSignIn = "/sign-in";

struct Tried {
  Answer right;                   // the right password behind the wrong ones
  bool right_gets_in = false;     // a stranger's
  bool is_told_as_wrong = false;  // in the words that a wrong one gets
  bool owner_gets_in = false;     // on the device that is known
  // The stranger's right password again.
  std::optional<bool> gets_in_at_half_time;
  std::optional<bool> gets_in_after_time;
};

// As if so much time had passed for the canary; whether it could be done.
using Age = std::function<bool()>;

std::expected<Tried, Finding> guess(net::HttpClient& client, const Target& target, const Canary& canary,
                                    std::uint32_t attempts, const DrillContext& context, const Age& age_by_half) {
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
  for (std::optional<bool>* const gets_in : {&tried.gets_in_at_half_time, &tried.gets_in_after_time}) {
    if (tried.right_gets_in || !age_by_half()) break;
    std::ignore = type(canary.password);
    const auto now_in = stranger.is_signed_in();
    if (!now_in) break;
    *gets_in = *now_in;
  }
  return tried;
}

Evidence of_time(Evidence evidence, const Tried& tried) {
  if (tried.right_gets_in) {
    evidence.finding = {"nothing was locked", "rien n’a été fermé"};
  } else if (!tried.gets_in_at_half_time || (!*tried.gets_in_at_half_time && !tried.gets_in_after_time)) {
    evidence.finding = {"whether it opens again could not be tried", "la réouverture n’a pas pu être éprouvée"};
  } else if (*tried.gets_in_at_half_time) {
    evidence.outcome = Outcome::Broken;
    evidence.finding = {"it was open before its time", "il était rouvert avant son délai"};
  } else if (!*tried.gets_in_after_time) {
    evidence.outcome = Outcome::Broken;
    evidence.finding = {"it stayed locked after its time", "il est resté fermé après son délai"};
  } else {
    evidence.outcome = Outcome::Holds;
    evidence.finding = {"at half of its time it was locked, after all of it open",
                        "à la moitié de son délai il était fermé, au bout, ouvert"};
  }
  return evidence;
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
  const Age age_by_half = [&] {
    // Rounded up, so that twice of it is all of it.
    const auto aged = parts_.canaries.age_locks(canary, (limits.time + std::chrono::milliseconds{1}) / 2);
    if (!aged) context.log("a canary's lock could not be aged: " + aged.error());
    return aged.has_value();
  };
  const auto on_site =
      guess(parts_.client, as_somebody(parts_.site, context.random), canary, limits.attempts, context, age_by_half);
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
  const auto on_twin = launched
                           ? guess(parts_.client, trials.twin(), of_twin,
                                   std::max(limits.attempts, limits.attempts_on_twin), context, [] { return false; })
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
  return {stranger, owner, of_time(trials.evidence_of("time"), *on_site), trials.control()};
}

}  // namespace belfry::proof
