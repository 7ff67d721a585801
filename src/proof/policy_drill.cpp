#include "proof/policy_drill.hpp"

#include <array>
#include <string>
#include <utility>

namespace belfry::proof {

namespace {

struct Weak {
  std::string_view part;
  std::string_view password;
};
// Five characters; one character over and over; on every list of common passwords, with all classes of characters.
constexpr std::array<Weak, 3> kWeak{{{"short", "abc12"}, {"plain", "aaaaaa"}, {"common", "Password1!"}}};

struct Tried {
  std::array<Answer, kWeak.size()> weak;
  Answer good;
};

// The page after the change, and the page that says which rule was broken: both show the form again.
bool was_changed(const Answer& answer) {
  return answer && answer->status == 200 && form_of(answer->body, "password");
}
bool was_refused_by_rule(const Answer& answer) {
  return answer && answer->status == 422 && answer->body.contains("id=\"new_password-problem\"");
}

// Where a password is changed. Whoever adds a place (a reset, a sign-up) tries it here, on site and twin alike.
std::expected<Tried, Finding> try_passwords(net::HttpClient& client, const Target& target, const Canary& canary,
                                            const std::string& good) {
  constexpr const char* kPath = "/account/security";
  PageVisitor visitor{client, target};
  if (const auto in = visitor.sign_in(canary); !in) return std::unexpected{in.error()};
  std::string current = canary.password;
  const auto change_to = [&](std::string password) -> std::expected<Answer, Finding> {
    auto answer = visitor.submit(kPath, "password", {{"password", current}, {"new_password", password}});
    if (answer && was_changed(*answer)) current = std::move(password);
    return answer;
  };
  Tried tried;
  for (std::size_t i = 0; i < kWeak.size(); ++i) {
    auto answer = change_to(std::string{kWeak[i].password});
    if (!answer) return std::unexpected{std::move(answer.error())};
    tried.weak[i] = std::move(*answer);
  }
  auto answer = change_to(good);
  if (!answer) return std::unexpected{std::move(answer.error())};
  tried.good = std::move(*answer);
  return tried;
}

}  // namespace

std::vector<Evidence> PolicyDrill::run(DrillContext& context) {
  Trials trials{claim(), parts_.client, parts_.lookup, parts_.twins, context};
  const Canary canary = new_canary(context.random, CanaryFactor::Absent);
  if (const auto made = parts_.canaries.make(canary); !made) {
    return none_told(trials, claim(), no_canary(made.error(), context));
  }
  const auto on_site = try_passwords(parts_.client, parts_.site, canary, new_good_password(context.random));
  if (!on_site) return none_told(trials, claim(), on_site.error());

  const Canary of_twin = new_canary(context.random, CanaryFactor::Absent);
  const bool launched = trials.launch({.without = {}, .listed = {}, .canary = of_twin});
  const auto on_twin = launched
                           ? try_passwords(parts_.client, trials.twin(), of_twin, new_good_password(context.random))
                           : std::unexpected{no_twin()};

  std::vector<Evidence> evidence;
  for (std::size_t i = 0; i < kWeak.size(); ++i) {
    PageTrial trial{
        .part = kWeak[i].part,
        .bad = on_site->weak[i],
        .is_admitted = was_changed(on_site->weak[i]),
        .is_refused = was_refused_by_rule(on_site->weak[i]),
        .good_is_admitted = was_changed(on_site->good),
        .bad_on_twin = {},
        .is_admitted_on_twin = false,
        .holds = {"refused by its rule; a good one was taken", "refusé par sa règle\u202f; un bon a été pris"}};
    if (on_twin) {
      trial.bad_on_twin = on_twin->weak[i];
      trial.is_admitted_on_twin = was_changed(on_twin->weak[i]);
    }
    evidence.push_back(weigh(trials, trial));
  }
  evidence.push_back(trials.control());
  return evidence;
}

}  // namespace belfry::proof
