#pragma once

// /account/security: the password, the second factor, the sessions of whoever is signed in. What changes how somebody
// signs in needs the password again.

#include "accounts/short_lived.hpp"
#include "people/asked.hpp"
#include "people/house.hpp"
#include "web/account_security_page.hpp"

#include <string>

namespace belfry::people {

class SecurityFlow {
 public:
  explicit SecurityFlow(const House& house);

  http::Awaitable<Answer> show(Asked asked);
  // Intents: password; set_up, then enrol or skip; turn_off; renew_codes; end_session; end_others.
  http::Awaitable<Answer> submit(Asked asked);

 private:
  http::Awaitable<Answer> change_password(Asked asked);
  http::Awaitable<Answer> set_up(Asked asked);
  http::Awaitable<Answer> enrol(Asked asked);
  http::Awaitable<Answer> turn_off(Asked asked);
  http::Awaitable<Answer> renew_codes(Asked asked);
  http::Awaitable<Answer> end_session(Asked asked);
  http::Awaitable<Answer> end_others(Asked asked);

  // The page as it is now, with what `change` puts into it.
  using Change = std::move_only_function<void(web::AccountSecurityPageInput&)>;
  http::Awaitable<Answer> page(Asked asked, Change change);
  // The same for what was refused: `wrong` puts in which field it was.
  http::Awaitable<Answer> refuse(Asked asked, accounts::SignInRefusal refusal, Change wrong);
  Answer enrolment_page(const Asked& asked, const std::string& flow, web::FieldProblem problem) const;

  const House& house_;
  accounts::SessionOpener opener_;
  // Who gave the password and is on the way to a second factor.
  accounts::ShortLived<accounts::ProvenPassword> setting_up_;
};

}  // namespace belfry::people
