#include "proof/factor_drill.hpp"

#include "crypto/totp.hpp"

#include <string>
#include <tuple>
#include <utility>

namespace belfry::proof {

namespace {

constexpr const char* kSignIn = "/sign-in";

struct Tried {
  bool is_asked_for = false;  // the password alone signs nobody in
  Answer with_password;
  bool first_gets_in = false;  // with a code
  Answer again;                // somebody else with the same code
  bool again_gets_in = false;
  bool again_is_asked_anew = false;
  bool next_gets_in = false;  // with the next code
};

std::expected<Tried, Finding> try_codes(net::HttpClient& client, const Target& target, const Canary& canary,
                                        const DrillContext& context) {
  PageVisitor owner{client, target};
  PageVisitor thief{client, target};
  auto step_of = [&](PageVisitor& visitor, Answer& answer) -> std::expected<FormFields, Finding> {
    auto given = visitor.give_password(canary, canary.password);
    if (!given) return std::unexpected{std::move(given.error())};
    answer = std::move(*given);
    auto form = answer && answer->status == 200 ? form_of(answer->body, "code") : std::nullopt;
    if (!form) return std::unexpected{came_instead(answer)};
    return std::move(*form);
  };
  Tried tried;
  const auto first = step_of(owner, tried.with_password);
  const auto in = owner.is_signed_in();
  if (!in) return std::unexpected{in.error()};
  tried.is_asked_for = first && !*in;
  // Without a question for a code there is nothing to try, but that is found out.
  if (!first) return *in ? std::expected<Tried, Finding>{std::move(tried)} : std::unexpected{first.error()};
  Answer ignored;
  const auto second = step_of(thief, ignored);
  if (!second) return std::unexpected{second.error()};

  const auto step = crypto::totp_step(context.clock.wall_now());
  if (!step) return std::unexpected{Finding{"the clock is wrong", "l’horloge est fausse"}};
  const std::string code = crypto::totp_code(canary.totp_secret, *step);
  const auto gets_in = [](PageVisitor& visitor) -> bool { return visitor.is_signed_in().value_or(false); };
  std::ignore = owner.post(kSignIn, filled(*first, {{"code", code}}));
  tried.first_gets_in = gets_in(owner);
  tried.again = thief.post(kSignIn, filled(*second, {{"code", code}}));
  tried.again_gets_in = gets_in(thief);
  const auto form = tried.again ? form_of(tried.again->body, "code") : std::nullopt;
  tried.again_is_asked_anew = form && tried.again->status == 403;
  if (form && !tried.again_gets_in) {
    std::ignore = thief.post(kSignIn, filled(*form, {{"code", crypto::totp_code(canary.totp_secret, *step + 1)}}));
    tried.next_gets_in = gets_in(thief);
  }
  return tried;
}

}  // namespace

std::vector<Evidence> FactorDrill::run(DrillContext& context) {
  Trials trials{claim(), parts_.client, parts_.lookup, parts_.twins, context};
  const Canary canary = new_canary(context.random, CanaryFactor::Enrolled);
  if (const auto made = parts_.canaries.make(canary); !made) {
    return none_told(trials, claim(), no_canary(made.error(), context));
  }
  const auto on_site = try_codes(parts_.client, as_somebody(parts_.site, context.random), canary, context);
  if (!on_site) return none_told(trials, claim(), on_site.error());

  Evidence asked = trials.evidence_of("asked");
  if (on_site->is_asked_for && on_site->first_gets_in) {
    asked.outcome = Outcome::Holds;
    asked.finding = {"the password alone was not enough; with a code it was",
                     "le mot de passe seul n’a pas suffi\u202f; avec un code, si"};
  } else if (!on_site->is_asked_for) {
    asked.outcome = Outcome::Broken;
    asked.finding = {"the password alone was enough", "le mot de passe seul a suffi"};
  } else {
    asked.finding = {"the right code was not taken", "le bon code n’a pas été pris"};
  }
  if (!on_site->is_asked_for) {
    Evidence reused = trials.evidence_of("reused");
    reused.finding = asked.finding;
    return {asked, reused, trials.control()};
  }

  const Canary of_twin = new_canary(context.random, CanaryFactor::Enrolled);
  const bool launched = trials.launch({.without = {}, .listed = {}, .canary = of_twin});
  const auto on_twin =
      launched ? try_codes(parts_.client, trials.twin(), of_twin, context) : std::unexpected{no_twin()};
  PageTrial trial{.part = "reused",
                  .bad = on_site->again,
                  .is_admitted = on_site->again_gets_in,
                  .is_refused = on_site->again_is_asked_anew,
                  .good_is_admitted = on_site->first_gets_in && on_site->next_gets_in,
                  .bad_on_twin = {},
                  .is_admitted_on_twin = false,
                  .holds = {"the code got in once, was refused the second time, and the next code was taken",
                            "le code a ouvert une fois, a été refusé la seconde, et le code suivant a été pris"}};
  if (on_twin) {
    trial.bad_on_twin = on_twin->again;
    trial.is_admitted_on_twin = on_twin->first_gets_in && on_twin->again_gets_in;
  }
  Evidence reused = weigh(trials, trial);
  return {asked, reused, trials.control()};
}

}  // namespace belfry::proof
