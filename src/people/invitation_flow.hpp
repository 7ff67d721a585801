#pragma once

// /first-administrator, /invitation, and behind the link of /sign-up: whoever has the link chooses a name and a
// password, then a second factor, and is signed in, or waits for an administrator. Nothing is kept of it before the
// last step, where the link is used: until then it can be begun anew.

#include "accounts/link.hpp"
#include "accounts/short_lived.hpp"
#include "people/asked.hpp"
#include "people/house.hpp"
#include "web/invitation_pages.hpp"

#include <expected>
#include <optional>
#include <string>

namespace belfry::people {

class InvitationFlow {
 public:
  // For links of that step: FirstAdministrator, Invitation or SignUp.
  InvitationFlow(const House& house, accounts::LinkStep step);

  http::Awaitable<Answer> show(Asked asked);
  // Intents: welcome; then enrol, or skip for those who may.
  http::Awaitable<Answer> submit(Asked asked);

 private:
  // Between the steps.
  struct Begun {
    accounts::SecretHash link;
    accounts::SecretHash browser;
    accounts::EmailAddress email;
    accounts::Role role;
    std::string name;
    std::string password_hash;
  };
  using Found = std::expected<accounts::Link, Answer>;

  // The link as it stands in the store, or the page that says that it is spent.
  http::Awaitable<Found> link_of(const Asked* asked, std::string token);
  http::Awaitable<Answer> welcome(Asked asked);
  http::Awaitable<Answer> enrol(Asked asked);
  http::Awaitable<Answer> finish(Asked asked, accounts::SecretHash flow, std::optional<accounts::Enrolled> enrolled);
  // Who takes part in the site at once, and who once an administrator has agreed.
  accounts::PersonState state_of_newcomers() const;
  web::Welcome wording() const;
  web::WelcomePageInput welcome_page(const Asked& asked, const accounts::Link& link) const;
  Answer enrolment_page(const Asked& asked, const std::string& flow, const Begun& begun, web::FieldProblem problem);
  Answer spent(const Asked& asked) const;
  accounts::Role role_of(const accounts::Link& link) const;
  // Blocking, as is:
  accounts::Answer<accounts::Person> accept(const Begun& begun, const accounts::NewPerson& person) const;
  // The administrators who can sign in are told that somebody waits.
  void tell_administrators() const;

  const House& house_;
  const accounts::LinkStep step_;
  accounts::ShortLived<Begun, accounts::SecretHash> begun_;
};

}  // namespace belfry::people
