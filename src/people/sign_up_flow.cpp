#include "people/sign_up_flow.hpp"

#include "people/even_time.hpp"
#include "web/message_page.hpp"

#include <algorithm>

namespace belfry::people {

using accounts::AccountError;
using accounts::PersonState;
using accounts::SignUpMode;

web::SignUpPageInput SignUpFlow::page(const Asked& asked) const {
  const auto by_approval = house_.letters == nullptr ? web::SignUp::ByApprovalAlone : web::SignUp::ByApproval;
  return {.page = page_input(house_, asked),
          .sign_up = house_.sign_up == SignUpMode::Open ? web::SignUp::Open : by_approval,
          .name = {.value = asked.field("name")},
          .email = {.value = std::string{trimmed(asked.field("email"))}},
          .new_password = new_password_input(house_.policy, accounts::SecondFactor::Absent)};
}

Answer SignUpFlow::spent(const Asked& asked) const {
  return web::message_page({.page = page_input(house_, asked), .message = web::Message::ConfirmationSpent});
}

http::Awaitable<Answer> SignUpFlow::show(Asked asked) {
  if (house_.sign_up == SignUpMode::Off) co_return std::unexpected{Refused::NotAllowed};
  if (!accounts::is_open(house_.sign_up)) {
    co_return web::message_page({.page = page_input(house_, asked), .message = web::Message::ByInvitation});
  }
  std::string token = asked.in_query("token");
  if (!token.empty()) co_return co_await show_confirmation(std::move(asked), std::move(token));
  co_return web::sign_up_page(page(asked));
}

http::Awaitable<Answer> SignUpFlow::submit(Asked asked) {
  if (!accounts::is_open(house_.sign_up)) co_return std::unexpected{Refused::NotAllowed};
  if (asked.is("sign_up")) co_return co_await sign_up(std::move(asked));
  if (asked.is("confirm")) co_return co_await confirm(std::move(asked));
  co_return std::unexpected{Refused::NotFound};
}

http::Awaitable<Answer> SignUpFlow::show_confirmation(Asked asked, std::string token) {
  const auto hash = accounts::hash_of_token(token);
  if (!hash) co_return spent(asked);
  auto work = [this, hash = *hash] { return house_.store.link(accounts::LinkStep::SignUp, hash); };
  const auto link = co_await ask_store(&house_, std::move(work));
  if (!link) {
    if (link.error() == Refused::Over) co_return spent(asked);
    co_return std::unexpected{link.error()};
  }
  web::ConfirmationPageInput input{.page = page_input(house_, asked),
                                   .confirmation = web::Confirmation::SignUp,
                                   .token = token,
                                   .email = link->email ? link->email->text() : std::string{}};
  input.page.query = "token=" + token;
  co_return web::confirmation_page(input);
}

http::Awaitable<Answer> SignUpFlow::sign_up(Asked asked) {
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
  if (house_.letters == nullptr) co_return co_await await_approval(std::move(asked), std::move(person));
  co_return co_await send_link(std::move(asked), std::move(person));
}

http::Awaitable<Answer> SignUpFlow::send_link(Asked asked, accounts::NewPerson person) {
  const base::SteadyTime begun = house_.clock.steady_now();
  const accounts::EmailAddress email = person.email;
  if (house_.letters->admits(email, NoticeKind::SignUp)) {
    const std::string token = accounts::new_token(house_.random);
    auto work = [this, hash = accounts::SecretHash::of(token), person = std::move(person)] {
      return house_.store.offer_sign_up(hash, person);
    };
    const auto offered = co_await ask(&house_, std::move(work));
    if (!offered) co_return std::unexpected{offered.error()};
    if (*offered) {
      house_.letters->post(
          email, sign_up_confirmation(mail_site(asked), asked.language, mailed_link(asked, "/sign-up", token)));
    } else if (offered->error() == AccountError::EmailTaken) {
      house_.letters->post(email, account_exists(mail_site(asked), asked.language));
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

accounts::Answer<std::vector<accounts::Person>> SignUpFlow::administrators() const {
  auto people = house_.store.people();
  if (!people) return people;
  std::erase_if(*people, [](const accounts::Person& one) {
    return one.role != accounts::Role::Administrator || one.state != PersonState::Active;
  });
  return people;
}

http::Awaitable<Answer> SignUpFlow::await_approval(Asked asked, accounts::NewPerson person) {
  const base::SteadyTime begun = house_.clock.steady_now();
  auto work = [this, person = std::move(person)] { return add(person); };
  const auto added = co_await ask_store(&house_, std::move(work));
  if (!added && added.error() != Refused::Over) co_return std::unexpected{added.error()};
  co_await even_out(&house_.clock, begun);
  co_return web::message_page({.page = page_input(house_, asked), .message = web::Message::ApprovalAsked});
}

http::Awaitable<Answer> SignUpFlow::confirm(Asked asked) {
  const auto token = accounts::hash_of_token(asked.field("token"));
  if (!token) co_return spent(asked);
  const auto state = house_.sign_up == SignUpMode::Open ? PersonState::Active : PersonState::Awaiting;
  auto work = [this, token = *token, state] { return house_.store.accept_sign_up(token, state); };
  const auto accepted = co_await ask_store(&house_, std::move(work));
  if (!accepted) {
    if (accepted.error() == Refused::Over) co_return spent(asked);
    co_return std::unexpected{accepted.error()};
  }
  if (state == PersonState::Active) co_return lead_to(own_page("/sign-in", asked) + "&notice=account_open");
  auto look = [this] { return administrators(); };
  // Who waits stands on their page in any case.
  if (const auto found = co_await ask_store(&house_, std::move(look))) {
    house_.notices.approval_asked(*found, house_.clock.wall_now());
  }
  co_return web::message_page({.page = page_input(house_, asked), .message = web::Message::AwaitsApproval});
}

}  // namespace belfry::people
