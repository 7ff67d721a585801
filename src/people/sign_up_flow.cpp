#include "people/sign_up_flow.hpp"

#include "people/even_time.hpp"
#include "web/message_page.hpp"

#include <algorithm>

namespace belfry::people {

using accounts::AccountError;
using accounts::PersonState;
using accounts::SignUpMode;

web::SignUpRequestPageInput SignUpFlow::request_page(const Asked& asked) const {
  return {.page = page_input(house_, asked),
          .sign_up = house_.sign_up == SignUpMode::Open ? web::SignUp::Open : web::SignUp::ByApproval,
          .email = {.value = std::string{trimmed(asked.field("email"))}}};
}

web::SignUpPageInput SignUpFlow::page(const Asked& asked) const {
  return {.page = page_input(house_, asked),
          .name = {.value = asked.field("name")},
          .email = {.value = std::string{trimmed(asked.field("email"))}},
          .new_password = new_password_input(house_.policy, accounts::SecondFactor::Absent)};
}

http::Awaitable<Answer> SignUpFlow::show(Asked asked) {
  if (house_.sign_up == SignUpMode::Off) co_return std::unexpected{Refused::NotAllowed};
  if (!accounts::is_open(house_.sign_up)) {
    co_return web::message_page({.page = page_input(house_, asked), .message = web::Message::ByInvitation});
  }
  if (!asked.in_query("token").empty()) co_return co_await newcomers_.show(std::move(asked));
  // Where what is behind the link ends.
  if (asked.in_query("notice") == "awaits_approval") {
    co_return web::message_page({.page = page_input(house_, asked), .message = web::Message::AwaitsApproval});
  }
  if (house_.letters == nullptr) co_return web::sign_up_page(page(asked));
  co_return web::sign_up_request_page(request_page(asked));
}

http::Awaitable<Answer> SignUpFlow::submit(Asked asked) {
  if (!accounts::is_open(house_.sign_up)) co_return std::unexpected{Refused::NotAllowed};
  if (!asked.is("sign_up")) co_return co_await newcomers_.submit(std::move(asked));
  if (house_.letters == nullptr) co_return co_await await_approval(std::move(asked));
  co_return co_await send_link(std::move(asked));
}

http::Awaitable<Answer> SignUpFlow::send_link(Asked asked) {
  web::SignUpRequestPageInput input = request_page(asked);
  const auto email = accounts::EmailAddress::parse(input.email.value);
  if (!email) {
    input.email.problem = web::FieldProblem::Email;
    co_return web::sign_up_request_page(input);
  }
  const base::SteadyTime begun = house_.clock.steady_now();
  if (house_.letters->admits(*email, NoticeKind::SignUp)) {
    const std::string token = accounts::new_token(house_.random);
    auto work = [this, hash = accounts::SecretHash::of(token), email = *email] {
      return house_.store.offer_sign_up(hash, email);
    };
    const auto offered = co_await ask(&house_, std::move(work));
    if (!offered) co_return std::unexpected{offered.error()};
    if (*offered) {
      house_.letters->post(
          *email, sign_up_confirmation(mail_site(asked), asked.language, mailed_link(asked, "/sign-up", token)));
    } else if (offered->error() == AccountError::EmailTaken) {
      house_.letters->post(*email, account_exists(mail_site(asked), asked.language));
    } else if (refused_of(offered->error()) != Refused::Over) {
      co_return std::unexpected{refused_of(offered->error())};
    }
  }
  co_await even_out(&house_.clock, begun);
  co_return web::message_page({.page = page_input(house_, asked), .message = web::Message::SignUpMailSent});
}

accounts::Answer<void> SignUpFlow::add(const accounts::NewPerson& person) const {
  const auto people = house_.store.people();
  if (!people) return std::unexpected{people.error()};
  const auto awaiting = std::ranges::count(*people, PersonState::Awaiting, &accounts::Person::state);
  if (std::cmp_greater_equal(awaiting, kAwaitingPeople)) return std::unexpected{AccountError::Unavailable};
  const auto added = house_.store.add(person, accounts::Role::Member, PersonState::Awaiting);
  if (!added) return std::unexpected{added.error()};
  return {};
}

http::Awaitable<Answer> SignUpFlow::await_approval(Asked asked) {
  web::SignUpPageInput input = page(asked);
  // Hashed before anybody is looked for: the same work whoever has the address.
  auto told = co_await newcomer_of(&house_, &asked, &input);
  if (!told) co_return std::unexpected{told.error()};
  std::optional<Newcomer>& newcomer = *told;
  if (!newcomer) co_return web::sign_up_page(input);
  accounts::NewPerson person{.id = accounts::PersonId::random(house_.random),
                             .email = std::move(newcomer->email),
                             .name = std::move(newcomer->name),
                             .password_hash = std::move(newcomer->password_hash),
                             .second_factor = {}};
  const base::SteadyTime begun = house_.clock.steady_now();
  auto work = [this, person = std::move(person)] { return add(person); };
  const auto added = co_await ask_store(&house_, std::move(work));
  if (!added && added.error() != Refused::Over) co_return std::unexpected{added.error()};
  co_await even_out(&house_.clock, begun);
  co_return web::message_page({.page = page_input(house_, asked), .message = web::Message::ApprovalAsked});
}

}  // namespace belfry::people
