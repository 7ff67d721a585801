#include "people/sign_in_flow.hpp"

#include "people/cookies.hpp"

namespace belfry::people {

namespace {

http::Response enter(const Asked& asked, const accounts::SignedIn& signed_in) {
  http::Response response = lead_to(after_sign_in(asked, signed_in.person, asked.field("return_to")));
  bring(response, signed_in);
  return response;
}

web::SignInNotice notice_in(const Asked& asked) {
  const std::string notice = asked.in_query("notice");
  if (notice == "signed_out") return web::SignInNotice::SignedOut;
  if (notice == "session_ended") return web::SignInNotice::SessionEnded;
  if (notice == "password_set") return web::SignInNotice::PasswordSet;
  return web::SignInNotice::None;
}

}  // namespace

web::SignInPageInput SignInFlow::page(const Asked& asked) const {
  return {.page = page_input(house_, asked),
          .email = asked.field("email"),
          .return_to = asked.method == http::Method::Post ? asked.field("return_to") : asked.in_query("return_to"),
          .notice = notice_in(asked),
          .outcome = web::SignInOutcome::Asked,
          .sign_up = web::SignUpLink::Absent};
}

http::Awaitable<Answer> SignInFlow::show(Asked asked) {
  if (asked.who) {
    co_return lead_to(accounts::is_complete(*asked.who) ? destination(asked, asked.in_query("return_to"))
                                                        : own_page("/account/security", asked));
  }
  co_return web::sign_in_page(page(asked));
}

http::Awaitable<Answer> SignInFlow::submit(Asked asked) {
  if (asked.is("sign_in")) co_return co_await password(std::move(asked));
  if (asked.is("code") || asked.is("recovery")) co_return co_await code(std::move(asked));
  co_return std::unexpected{Refused::NotFound};
}

http::Awaitable<Answer> SignInFlow::password(Asked asked) {
  std::string email{trimmed(asked.field("email"))};
  // Named, not written into the call: see docs/decisions/0002-coroutines-under-gcc-12.md.
  std::string password = asked.field("password");
  accounts::Visitor visitor = asked.visitor();
  auto outcome = co_await house_.sign_in.password(std::move(email), std::move(password), std::move(visitor));
  web::SignInPageInput input = page(asked);
  if (!outcome) {
    switch (outcome.error()) {
      case accounts::SignInRefusal::Busy:
        input.page = busy_page_input(house_, asked);
        co_return web::sign_in_page(input);
      case accounts::SignInRefusal::Unavailable:
        co_return std::unexpected{Refused::Unavailable};
      case accounts::SignInRefusal::Wrong:
      case accounts::SignInRefusal::Over:
      case accounts::SignInRefusal::NotConfirmed:
        break;
    }
    input.outcome = web::SignInOutcome::Refused;
    co_return web::sign_in_page(input);
  }
  if (const auto* signed_in = std::get_if<accounts::SignedIn>(&*outcome)) co_return enter(asked, *signed_in);
  co_return web::sign_in_code_page({.page = std::move(input.page),
                                    .flow = std::get<accounts::CodeNeeded>(*outcome).pending,
                                    .return_to = std::move(input.return_to)});
}

http::Awaitable<Answer> SignInFlow::code(Asked asked) {
  std::string flow = asked.field("flow");
  std::string typed = asked.field("code");
  accounts::Visitor visitor = asked.visitor();
  const auto outcome = co_await house_.sign_in.code(std::move(flow), std::move(typed), std::move(visitor));
  if (outcome) co_return enter(asked, *outcome);
  switch (outcome.error()) {
    case accounts::SignInRefusal::Over: {
      web::SignInPageInput input = page(asked);
      input.notice = web::SignInNotice::SessionEnded;
      co_return web::sign_in_page(input);
    }
    case accounts::SignInRefusal::Busy:
    case accounts::SignInRefusal::Unavailable:
      co_return std::unexpected{refused_of(outcome.error())};
    case accounts::SignInRefusal::Wrong:
    case accounts::SignInRefusal::NotConfirmed:
      break;
  }
  co_return web::sign_in_code_page(
      {.page = page_input(house_, asked),
       .flow = asked.field("flow"),
       .return_to = asked.field("return_to"),
       .problem = asked.is("recovery") ? web::FieldProblem::RecoveryCode : web::FieldProblem::Code});
}

http::Awaitable<Answer> SignInFlow::sign_out(Asked asked) {
  if (!asked.is("sign_out")) co_return std::unexpected{Refused::NotFound};
  if (asked.who) {
    auto work = [this, who = asked.who] {
      const auto ended = house_.store.end_session(who->person, who->token);
      house_.sessions.refresh(who->person);
      return ended;
    };
    const auto ended = co_await ask(&house_, std::move(work));
    if (!ended) co_return std::unexpected{ended.error()};
    if (!*ended && ended->error() != accounts::AccountError::NotFound) {
      co_return std::unexpected{refused_of(ended->error())};
    }
  }
  http::Response response = lead_to(own_page("/sign-in", asked) + "&notice=signed_out");
  response.head.fields.add("set-cookie", drop_cookie(OwnCookie::Session));
  co_return response;
}

}  // namespace belfry::people
