#include "people/reception.hpp"

#include "people/cookies.hpp"

namespace belfry::people {

std::expected<void, accounts::CsrfError> Reception::check_token(const accounts::CsrfTokens& tokens,
                                                                const Asked& asked) {
  return tokens.check(asked.field("csrf_token"), asked.csrf_binding(), asked.field("intent"));
}

namespace {

Bound bound_at(Desk desk) {
  switch (desk) {
    case Desk::SignIn:
    case Desk::FirstAdministrator:
    case Desk::Invitation:
    case Desk::Reset:
    case Desk::SignUp:
    case Desk::ConfirmEmail:
    case Desk::Enter:
    case Desk::Arrive:
    case Desk::PasswordStrength:
    case Desk::PasswordSuggestion:
      return Bound::ToBrowser;
    case Desk::SignOut:
    case Desk::Account:
    case Desk::Security:
    case Desk::People:
      return Bound::ToSession;
  }
  return Bound::ToSession;
}

}  // namespace

Reception::Reception(const House& house, TokenCheck check)
    : house_{house},
      check_{check},
      shares_{house.random},
      sign_in_{house},
      first_administrator_{house, accounts::LinkStep::FirstAdministrator},
      invitation_{house, accounts::LinkStep::Invitation},
      reset_{house},
      sign_up_{house},
      email_change_{house},
      enter_{house},
      account_{house, email_change_},
      security_{house},
      administration_{house},
      password_tools_{house} {}

http::Awaitable<Answer> Reception::answer(Desk desk, Asked asked) {
  asked.bound = bound_at(desk);
  const bool is_form = asked.method == http::Method::Post;
  if (is_form && !check_(house_.csrf, asked)) co_return std::unexpected{Refused::CsrfToken};
  const auto share = is_form ? shares_.take(asked.address) : std::nullopt;
  if (is_form && !share) co_return std::unexpected{Refused::Busy};
  const std::string new_browser = asked.browser_is_new ? asked.browser_token : std::string{};
  auto answering = is_form ? submit(desk, std::move(asked)) : show(desk, std::move(asked));
  Answer answer = co_await std::move(answering);
  if (answer && !new_browser.empty()) {
    answer->head.fields.add("set-cookie", set_cookie(OwnCookie::Browser, new_browser));
  }
  co_return answer;
}

http::Awaitable<Answer> Reception::show(Desk desk, Asked asked) {
  switch (desk) {
    case Desk::SignIn:
      co_return co_await sign_in_.show(std::move(asked));
    case Desk::SignOut:
      // The form that does it stands on every page of the account.
      co_return lead_to(own_page("/account", asked));
    case Desk::FirstAdministrator:
      co_return co_await first_administrator_.show(std::move(asked));
    case Desk::Invitation:
      co_return co_await invitation_.show(std::move(asked));
    case Desk::Reset:
      co_return co_await reset_.show(std::move(asked));
    case Desk::SignUp:
      co_return co_await sign_up_.show(std::move(asked));
    case Desk::ConfirmEmail:
      co_return co_await email_change_.show(std::move(asked));
    case Desk::Enter:
      co_return co_await enter_.leave(std::move(asked));
    case Desk::Arrive:
      co_return co_await enter_.arrive(std::move(asked));
    case Desk::Account:
      co_return co_await account_.show(std::move(asked));
    case Desk::Security:
      co_return co_await security_.show(std::move(asked));
    case Desk::People:
      co_return co_await administration_.show(std::move(asked));
    case Desk::PasswordStrength:
    case Desk::PasswordSuggestion:
      break;  // asked by POST alone: an address is no place for a password
  }
  co_return std::unexpected{Refused::NotFound};
}

http::Awaitable<Answer> Reception::submit(Desk desk, Asked asked) {
  switch (desk) {
    case Desk::SignIn:
      co_return co_await sign_in_.submit(std::move(asked));
    case Desk::SignOut:
      co_return co_await sign_in_.sign_out(std::move(asked));
    case Desk::FirstAdministrator:
      co_return co_await first_administrator_.submit(std::move(asked));
    case Desk::Invitation:
      co_return co_await invitation_.submit(std::move(asked));
    case Desk::Reset:
      co_return co_await reset_.submit(std::move(asked));
    case Desk::SignUp:
      co_return co_await sign_up_.submit(std::move(asked));
    case Desk::ConfirmEmail:
      co_return co_await email_change_.submit(std::move(asked));
    case Desk::Account:
      co_return co_await account_.submit(std::move(asked));
    case Desk::Security:
      co_return co_await security_.submit(std::move(asked));
    case Desk::People:
      co_return co_await administration_.submit(std::move(asked));
    case Desk::PasswordStrength:
      co_return co_await password_tools_.strength(std::move(asked));
    case Desk::PasswordSuggestion:
      co_return co_await password_tools_.suggestion(std::move(asked));
    case Desk::Enter:
    case Desk::Arrive:
      break;  // no forms
  }
  co_return std::unexpected{Refused::NotFound};
}

}  // namespace belfry::people
