#include "proof/credentials_drill.hpp"

#include "crypto/totp.hpp"

#include <optional>
#include <string>
#include <utility>

namespace belfry::proof {

namespace {

constexpr const char* kSecurity = "/account/security";

Finding holds(std::string opened_en, std::string opened_fr) {
  return {"the password alone opened nothing but the page where a second factor is set; with a code " +
              std::move(opened_en),
          "le mot de passe seul n’a ouvert que la page où l’on règle un second facteur\u202f; avec un code, " +
              std::move(opened_fr)};
}

bool leads_to(const Answer& answer, const std::string& where) {
  return answer && answer->status == 303 && answer->fields.get("location").value_or("").starts_with(where);
}

// What opens to somebody who is signed in.
struct Opened {
  Answer account;
  std::optional<Answer> application;  // the way there; none where there is no application
  std::string arrival;                // where that way leads whom it opens to

  bool account_opens() const { return account && account->status == 200; }
  bool application_opens() const { return application && leads_to(*application, arrival); }
  bool all_opens() const { return account_opens() && (!application || application_opens()); }
  bool any_opens() const { return account_opens() || application_opens(); }
  bool account_is_refused() const { return leads_to(account, kSecurity); }
  bool all_is_refused() const { return account_is_refused() && (!application || leads_to(*application, kSecurity)); }
  // What is told of a refusal that is not as it must be.
  const Answer& telling() const { return application && account_is_refused() ? *application : account; }
};

Opened open_all(PageVisitor& visitor, const Target& target) {
  const std::string site = target.origin_of(target.site_host);
  Opened opened{.account = visitor.get("/account"),
                .application = std::nullopt,
                .arrival = site + std::string{kArrival} + "?code="};
  if (target.site_host == target.belfry_host) return opened;
  // As the application's host leads a browser over, with the hash of a cookie that nobody has.
  const FormFields asked{{"browser", std::string(64, '0')}, {"return_to", site + "/"}};
  opened.application = visitor.get(std::string{kWayToApplication} + "?" + url_encoded(asked));
  return opened;
}

// With the password alone.
std::expected<Opened, Finding> try_password(net::HttpClient& client, const Target& target, const Canary& canary) {
  PageVisitor visitor{client, target};
  const auto given = visitor.give_password(canary, canary.password);
  if (!given) return std::unexpected{given.error()};
  Opened opened = open_all(visitor, target);
  // To whom the page opens where a second factor is set, the password was right: nothing else kept them out.
  const auto form = visitor.form(kSecurity, "set_up");
  if (!form && !opened.any_opens()) return std::unexpected{form.error()};
  return opened;
}

std::expected<Opened, Finding> try_code(net::HttpClient& client, const Target& target, const Canary& canary,
                                        const DrillContext& context) {
  PageVisitor visitor{client, target};
  const auto given = visitor.give_password(canary, canary.password);
  if (!given) return std::unexpected{given.error()};
  const auto form = *given && (*given)->status == 200 ? form_of((*given)->body, "code") : std::nullopt;
  if (!form) return std::unexpected{came_instead(*given)};
  const auto step = crypto::totp_step(context.clock.wall_now());
  if (!step) return std::unexpected{Finding{"the clock is wrong", "l’horloge est fausse"}};
  const FormFields typed = filled(*form, {{"code", crypto::totp_code(canary.totp_secret, *step)}});
  if (const Answer answer = visitor.post("/sign-in", typed); !answer) return std::unexpected{came_instead(answer)};
  return open_all(visitor, target);
}

}  // namespace

std::vector<Evidence> CredentialsDrill::run(DrillContext& context) {
  Trials trials{claim(), parts_.client, parts_.lookup, parts_.twins, context};
  const Canary without = new_canary(context.random, CanaryFactor::Absent, CanaryRole::Staff);
  const Canary with = new_canary(context.random, CanaryFactor::Enrolled, CanaryRole::Staff);
  for (const Canary* const canary : {&without, &with}) {
    if (const auto made = parts_.canaries.make(*canary); !made) {
      return none_told(trials, claim(), no_canary(made.error(), context));
    }
  }
  const auto on_site = try_password(parts_.client, parts_.site, without);
  if (!on_site) return none_told(trials, claim(), on_site.error());
  const auto good = try_code(parts_.client, parts_.site, with, context);

  const Canary of_twin = new_canary(context.random, CanaryFactor::Absent, CanaryRole::Staff);
  const bool launched = trials.launch({.without = {}, .listed = {}, .canary = of_twin});
  const auto on_twin = launched ? try_password(parts_.client, trials.twin(), of_twin) : std::unexpected{no_twin()};

  const Answer& account = on_site->account;
  const bool is_for_this = account && trials.reason_of(*account) == "second_factor_needed";
  PageTrial trial{.part = "sign_in",
                  .bad = is_for_this ? on_site->telling() : account,
                  .is_admitted = on_site->any_opens(),
                  .is_refused = is_for_this && on_site->all_is_refused(),
                  .good_is_admitted = good && good->all_opens(),
                  .bad_on_twin = {},
                  .is_admitted_on_twin = false,
                  .holds = on_site->application ? holds("the account and the way to the application opened",
                                                        "le compte et l’accès à l’application se sont ouverts")
                                                : holds("the account opened", "le compte s’est ouvert")};
  if (on_twin) {
    trial.bad_on_twin = on_twin->account;
    trial.is_admitted_on_twin = on_twin->all_opens();
  }
  Evidence evidence = weigh(trials, trial);
  return {evidence, trials.control()};
}

}  // namespace belfry::proof
