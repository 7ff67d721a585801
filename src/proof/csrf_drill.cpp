#include "proof/csrf_drill.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace belfry::proof {

namespace {

constexpr const char* kAccount = "/account";
constexpr std::array<std::string_view, 5> kForgeries{"missing", "ended", "session", "action", "stale"};

// One canary's forged forms, in the order of kForgeries, and the one that is none.
struct Tried {
  std::array<Answer, kForgeries.size()> forged;
  Answer good;
};

bool has_changed_the_name(const Answer& answer, const std::string& name) {
  return answer && answer->status == 200 && answer->body.contains("value=\"" + name + "\"");
}

// The same on the site and on the twin. To a twin, which does not look at it, the site's stale token is as good as one
// of its own.
std::expected<Tried, Finding> forge(net::HttpClient& client, const Target& target, const Canary& canary,
                                    CanaryAccounts& canaries) {
  PageVisitor visitor{client, target};
  PageVisitor elsewhere{client, target};
  for (PageVisitor* const one : {&visitor, &elsewhere}) {
    if (const auto in = one->sign_in(canary); !in) return std::unexpected{in.error()};
  }
  auto form = visitor.form(kAccount, "name");
  if (!form) return std::unexpected{form.error()};
  const auto of_another_action = visitor.form(kAccount, "export");
  if (!of_another_action) return std::unexpected{of_another_action.error()};
  const auto of_another_session = elsewhere.form(kAccount, "name");
  if (!of_another_session) return std::unexpected{of_another_session.error()};

  const auto with_token = [&](std::string token, std::string name) {
    return visitor.post(kAccount, filled(*form, {{"csrf_token", std::move(token)}, {"name", std::move(name)}}));
  };
  const auto with_token_of = [&](const FormFields& other, std::string name) {
    const auto token = std::ranges::find(other, "csrf_token", &FormField::name);
    return with_token(token == other.end() ? "" : token->value, std::move(name));
  };
  Tried tried;
  tried.forged[0] = with_token_of({}, "missing");
  tried.forged[2] = with_token_of(*of_another_session, "session");
  tried.forged[3] = with_token_of(*of_another_action, "action");
  if (const auto ended = elsewhere.sign_out(); !ended) return std::unexpected{ended.error()};
  tried.forged[1] = with_token_of(*of_another_session, "ended");
  tried.forged[4] = with_token(canaries.stale_form_token(visitor.session(), "name"), "stale");
  tried.good = visitor.post(kAccount, filled(*form, {{"name", "renamed"}}));
  return tried;
}

}  // namespace

std::vector<Evidence> CsrfDrill::run(DrillContext& context) {
  Trials trials{claim(), parts_.client, parts_.lookup, parts_.twins, context};
  const Canary canary = new_canary(context.random, CanaryFactor::Absent);
  if (const auto made = parts_.canaries.make(canary); !made) {
    return none_told(trials, claim(), no_canary(made.error(), context));
  }
  const auto on_site = forge(parts_.client, parts_.site, canary, parts_.canaries);
  if (!on_site) return none_told(trials, claim(), on_site.error());

  const Canary of_twin = new_canary(context.random, CanaryFactor::Absent);
  const bool launched = trials.launch({.without = {}, .listed = {}, .canary = of_twin});
  const auto on_twin =
      launched ? forge(parts_.client, trials.twin(), of_twin, parts_.canaries) : std::unexpected{no_twin()};

  std::vector<Evidence> evidence;
  for (std::size_t i = 0; i < kForgeries.size(); ++i) {
    const std::string name{kForgeries[i]};
    const Answer& bad = on_site->forged[i];
    PageTrial trial{.part = kForgeries[i],
                    .bad = bad,
                    .is_admitted = has_changed_the_name(bad, name),
                    .is_refused = bad && bad->status == 403 && trials.reason_of(*bad) == "csrf_token",
                    .good_is_admitted = has_changed_the_name(on_site->good, "renamed"),
                    .bad_on_twin = {},
                    .is_admitted_on_twin = false,
                    .holds = {"with the right token the name changed, with this one 403 (csrf_token)",
                              "avec le bon jeton le nom a changé, avec celui-ci 403 (csrf_token)"}};
    if (on_twin) {
      trial.bad_on_twin = on_twin->forged[i];
      trial.is_admitted_on_twin = has_changed_the_name(on_twin->forged[i], name);
    }
    evidence.push_back(weigh(trials, trial));
  }
  evidence.push_back(trials.control());
  return evidence;
}

}  // namespace belfry::proof
