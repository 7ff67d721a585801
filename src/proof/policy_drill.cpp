#include "proof/policy_drill.hpp"

#include "crypto/token.hpp"

#include <array>
#include <string>
#include <utility>

namespace belfry::proof {

namespace {

constexpr const char* kSecurity = "/account/security";

struct Weak {
  std::string_view part;
  std::string_view password;
};
// Five characters; one character over and over; on every list of common passwords, with all classes of characters.
constexpr std::array<Weak, 3> kWeak{{{"short", "abc12"}, {"plain", "aaaaaa"}, {"common", "Password1!"}}};

struct Tried {
  std::array<Answer, kWeak.size()> weak;
  Answer good;
  Answer weak_at_reset;
  Answer good_at_reset;
};

// The way back to the page, in a new session.
bool was_changed(const Answer& answer) {
  return answer && answer->status == 303;
}
bool was_refused_by_rule(const Answer& answer) {
  return answer && answer->status == 422 && answer->body.contains("id=\"new_password-problem\"");
}

// The way to sign in with it.
bool was_reset(const Answer& answer) {
  return answer && answer->status == 303;
}

// By the link that the canary was sent, which is spent with the first password that is taken: on a twin, the weak one.
std::expected<void, Finding> try_reset(PageVisitor visitor, Canary& canary, const std::string& good, Tried& tried) {
  const std::string path = "/reset?token=" + canary.reset_token;
  const auto choose = [&](const std::string& password) -> std::expected<Answer, Finding> {
    auto answer = visitor.submit(path, "set", {{"new_password", password}});
    if (answer && was_reset(*answer)) canary.password = password;
    return answer;
  };
  auto weak = choose(std::string{kWeak.back().password});
  if (!weak) return std::unexpected{std::move(weak.error())};
  tried.weak_at_reset = std::move(*weak);
  if (was_reset(tried.weak_at_reset)) return {};
  auto taken = choose(good);
  if (!taken) return std::unexpected{std::move(taken.error())};
  tried.good_at_reset = std::move(*taken);
  return {};
}

// On site and twin alike.
std::expected<Tried, Finding> try_passwords(net::HttpClient& client, const Target& target, Canary canary,
                                            base::Random& random) {
  Tried tried;
  if (const auto reset = try_reset({client, target}, canary, new_good_password(random), tried); !reset) {
    return std::unexpected{reset.error()};
  }
  PageVisitor visitor{client, target};
  if (const auto in = visitor.sign_in(canary); !in) return std::unexpected{in.error()};
  std::string current = canary.password;
  const auto change_to = [&](std::string password) -> std::expected<Answer, Finding> {
    auto answer = visitor.submit(kSecurity, "password", {{"password", current}, {"new_password", password}});
    if (answer && was_changed(*answer)) current = std::move(password);
    return answer;
  };
  for (std::size_t i = 0; i < kWeak.size(); ++i) {
    auto answer = change_to(std::string{kWeak[i].password});
    if (!answer) return std::unexpected{std::move(answer.error())};
    tried.weak[i] = std::move(*answer);
  }
  auto answer = change_to(new_good_password(random));
  if (!answer) return std::unexpected{std::move(answer.error())};
  tried.good = std::move(*answer);
  return tried;
}

Canary canary_with_link(base::Random& random) {
  Canary canary = new_canary(random, CanaryFactor::Absent);
  canary.reset_token = crypto::random_token(random);
  return canary;
}

}  // namespace

std::vector<Evidence> PolicyDrill::run(DrillContext& context) {
  Trials trials{claim(), parts_.client, parts_.lookup, parts_.twins, context};
  const Canary canary = canary_with_link(context.random);
  if (const auto made = parts_.canaries.make(canary); !made) {
    return none_told(trials, claim(), no_canary(made.error(), context));
  }
  const auto on_site = try_passwords(parts_.client, parts_.site, canary, context.random);
  if (!on_site) return none_told(trials, claim(), on_site.error());

  const Canary of_twin = canary_with_link(context.random);
  const bool launched = trials.launch({.without = {}, .listed = {}, .canary = of_twin});
  const auto on_twin =
      launched ? try_passwords(parts_.client, trials.twin(), of_twin, context.random) : std::unexpected{no_twin()};

  const Finding holds{"refused by its rule; a good one was taken", "refusé par sa règle\u202f; un bon a été pris"};
  std::vector<Evidence> evidence;
  for (std::size_t i = 0; i < kWeak.size(); ++i) {
    PageTrial trial{.part = kWeak[i].part,
                    .bad = on_site->weak[i],
                    .is_admitted = was_changed(on_site->weak[i]),
                    .is_refused = was_refused_by_rule(on_site->weak[i]),
                    .good_is_admitted = was_changed(on_site->good),
                    .bad_on_twin = {},
                    .is_admitted_on_twin = false,
                    .holds = holds};
    if (on_twin) {
      trial.bad_on_twin = on_twin->weak[i];
      trial.is_admitted_on_twin = was_changed(on_twin->weak[i]);
    }
    evidence.push_back(weigh(trials, trial));
  }
  PageTrial reset{.part = "reset",
                  .bad = on_site->weak_at_reset,
                  .is_admitted = was_reset(on_site->weak_at_reset),
                  .is_refused = was_refused_by_rule(on_site->weak_at_reset),
                  .good_is_admitted = was_reset(on_site->good_at_reset),
                  .bad_on_twin = {},
                  .is_admitted_on_twin = false,
                  .holds = holds};
  if (on_twin) {
    reset.bad_on_twin = on_twin->weak_at_reset;
    reset.is_admitted_on_twin = was_reset(on_twin->weak_at_reset);
  }
  evidence.push_back(weigh(trials, reset));
  evidence.push_back(trials.control());
  return evidence;
}

}  // namespace belfry::proof
