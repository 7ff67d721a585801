#pragma once

// /first-administrator and /invitation: whoever has the link chooses a name and a password, then a second factor, and
// is signed in. Nothing is kept of it before the last step, where the link is used: until then it can be begun anew.

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
  // For links of that step: FirstAdministrator or Invitation.
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
  web::WelcomePageInput welcome_page(const Asked& asked, const accounts::Link& link) const;
  Answer enrolment_page(const Asked& asked, const std::string& flow, const Begun& begun, web::FieldProblem problem);
  Answer spent(const Asked& asked) const;
  accounts::Role role_of(const accounts::Link& link) const;
  accounts::Answer<accounts::Person> accept(const Begun& begun, const accounts::NewPerson& person) const;

  const House& house_;
  const accounts::LinkStep step_;
  accounts::ShortLived<Begun, accounts::SecretHash> begun_;
};

}  // namespace belfry::people
