#pragma once

// The one entrance to the pages of people: every form passes here, and its CSRF token and the share of its address are
// looked at, before a flow sees it.

#include "people/account_flow.hpp"
#include "people/administration_flow.hpp"
#include "people/asked.hpp"
#include "people/desk.hpp"
#include "people/email_change_flow.hpp"
#include "people/enter_flow.hpp"
#include "people/form_shares.hpp"
#include "people/house.hpp"
#include "people/invitation_flow.hpp"
#include "people/password_tools_flow.hpp"
#include "people/reset_flow.hpp"
#include "people/security_flow.hpp"
#include "people/sign_in_flow.hpp"
#include "people/sign_up_flow.hpp"

#include <expected>

namespace belfry::people {

class Reception {
 public:
  // Whether a form was made for who sends it, for what it does, and lately.
  using TokenCheck = std::expected<void, accounts::CsrfError> (*)(const accounts::CsrfTokens&, const Asked&);
  static std::expected<void, accounts::CsrfError> check_token(const accounts::CsrfTokens& tokens, const Asked& asked);

  // `house` outlives this, and this the answers. Any thread.
  explicit Reception(const House& house, TokenCheck check = &check_token);

  // `asked.who` is somebody at the desks that need it: the door has seen to that.
  http::Awaitable<Answer> answer(Desk desk, Asked asked);

 private:
  http::Awaitable<Answer> show(Desk desk, Asked asked);
  http::Awaitable<Answer> submit(Desk desk, Asked asked);

  const House& house_;
  const TokenCheck check_;
  FormShares shares_;
  SignInFlow sign_in_;
  InvitationFlow first_administrator_;
  InvitationFlow invitation_;
  ResetFlow reset_;
  SignUpFlow sign_up_;
  EmailChangeFlow email_change_;
  EnterFlow enter_;
  AccountFlow account_;
  SecurityFlow security_;
  AdministrationFlow administration_;
  PasswordToolsFlow password_tools_;
};

}  // namespace belfry::people
