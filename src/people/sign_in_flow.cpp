#include "people/sign_in_flow.hpp"

#include "http/percent_encoding.hpp"
#include "people/cookies.hpp"
#include "people/even_time.hpp"
#include "web/return_target.hpp"

namespace belfry::people {

namespace {

http::Response enter(const Asked& asked, const accounts::SignedIn& signed_in) {
  http::Response response = lead_to(after_sign_in(asked, signed_in.person, asked.field("return_to")));
  bring(response, asked, signed_in);
  return response;
}

web::SignInNotice notice_in(const Asked& asked) {
  const std::string notice = asked.in_query("notice");
  if (notice == "signed_out") return web::SignInNotice::SignedOut;
  if (notice == "session_ended") return web::SignInNotice::SessionEnded;
  if (notice == "password_set") return web::SignInNotice::PasswordSet;
  return web::SignInNotice::None;
}

// What an address failed on: one person's spellings of an address are one account.
std::string subject_of(const std::string& typed) {
  const auto email = accounts::EmailAddress::parse(typed);
  return email ? email->text() : typed;
}

}  // namespace

http::Awaitable<std::optional<Refusal>> SignInFlow::hold_back(base::IpAddress address) {
  const auto judged = house_.slowing.judge(address);
  if (const auto* blocked = std::get_if<accounts::AddressSlowing::Blocked>(&judged)) {
    co_return Refusal{Refused::Blocked, blocked->retry_after};
  }
  if (const auto* slowed = std::get_if<accounts::AddressSlowing::Slowed>(&judged)) co_await pause(slowed->delay);
  co_return std::nullopt;
}

web::SignInPageInput SignInFlow::page(const Asked& asked) const {
  web::SignInPageInput input{
      .page = page_input(house_, asked),
      .email = asked.field("email"),
      .return_to = asked.method == http::Method::Post ? asked.field("return_to") : asked.in_query("return_to"),
      .notice = notice_in(asked),
      .outcome = web::SignInOutcome::Asked,
      .sign_up = accounts::is_open(house_.sign_up) ? web::SignUpLink::Offered : web::SignUpLink::Absent};
  // The link to the other language leads on to the same place. What is longer is not followed anyway.
  if (!input.return_to.empty() && input.return_to.size() <= web::kReturnTargetLimit) {
    input.page.query = "return_to=" + http::percent_encode(input.return_to);
  }
  return input;
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
  const auto held_back = co_await hold_back(asked.address);
  if (held_back) co_return std::unexpected{*held_back};
  std::string email{trimmed(asked.field("email"))};
  const std::string subject = subject_of(email);
  // Named, not written into the call: see docs/decisions/0002-coroutines-under-gcc-12.md.
  std::string password = asked.field("password");
  accounts::Visitor visitor = asked.visitor_as(email);
  auto outcome = co_await house_.sign_in.password(std::move(email), std::move(password), std::move(visitor));
  web::SignInPageInput input = page(asked);
  if (!outcome) {
    switch (outcome.error()) {
      case accounts::SignInRefusal::Busy:
        input.page.busy_for = accounts::kHashingRetryAfter;
        co_return web::sign_in_page(input);
      case accounts::SignInRefusal::Unavailable:
        co_return std::unexpected{Refused::Unavailable};
      case accounts::SignInRefusal::Wrong:
        house_.slowing.failed(asked.address, subject);
        break;
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
  const auto held_back = co_await hold_back(asked.address);
  if (held_back) co_return std::unexpected{*held_back};
  std::string flow = asked.field("flow");
  const std::string subject = house_.sign_in.email_of(flow);
  std::string typed = asked.field("code");
  accounts::Visitor visitor = asked.visitor_as(subject);
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
      if (!subject.empty()) house_.slowing.failed(asked.address, subject);
      break;
    case accounts::SignInRefusal::NotConfirmed:
      break;
  }
  web::SignInPageInput input = page(asked);
  co_return web::sign_in_code_page(
      {.page = std::move(input.page),
       .flow = asked.field("flow"),
       .return_to = std::move(input.return_to),
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
    const auto ended = co_await ask_store(&house_, std::move(work));
    if (!ended && ended.error() != Refused::Over) co_return std::unexpected{ended.error()};
  }
  http::Response response = lead_to(own_page("/sign-in", asked) + "&notice=signed_out");
  response.head.fields.add("set-cookie", drop_cookie(OwnCookie::Session));
  // OWASP ASVS 5.0, 14.3.1: "Verify that authenticated data is cleared from client storage [...] after the client or
  // session is terminated". Not "cookies": by them the browser stays known to those who sign in here.
  response.head.fields.add("clear-site-data", R"("cache", "storage")");
  co_return response;
}

}  // namespace belfry::people
