#include "people/reset_flow.hpp"

#include "people/even_time.hpp"
#include "web/entry_pages.hpp"
#include "web/message_page.hpp"

namespace belfry::people {

Answer ResetFlow::spent(const Asked& asked) const {
  return web::message_page({.page = page_input(house_, asked), .message = web::Message::ResetLinkSpent});
}

http::Awaitable<ResetFlow::Found> ResetFlow::holder_of(const Asked* asked, std::string token) {
  const auto hash = accounts::hash_of_token(token);
  if (!hash) co_return std::unexpected{spent(*asked)};
  auto work = [this, hash = *hash]() -> accounts::Answer<accounts::Person> {
    const auto link = house_.store.link(accounts::LinkStep::PasswordReset, hash);
    if (!link) return std::unexpected{link.error()};
    if (!link->person) return std::unexpected{accounts::AccountError::Corrupt};
    return house_.store.find(*link->person);
  };
  auto person = co_await ask_store(&house_, std::move(work));
  if (person) co_return std::move(*person);
  if (person.error() == Refused::Over) co_return std::unexpected{spent(*asked)};
  co_return std::unexpected{Answer{std::unexpected{person.error()}}};
}

http::Awaitable<Answer> ResetFlow::show(Asked asked) {
  const std::string token = asked.in_query("token");
  if (token.empty()) {
    if (house_.letters == nullptr) {
      co_return web::message_page({.page = page_input(house_, asked), .message = web::Message::ResetByHand});
    }
    co_return web::reset_request_page({.page = page_input(house_, asked), .email = {}});
  }
  auto person = co_await holder_of(&asked, token);
  if (!person) co_return std::move(person.error());
  web::ResetPasswordPageInput input{
      .page = page_input(house_, asked),
      .token = token,
      .email = person->email.text(),
      .new_password = new_password_input(house_.policy, factor_where(person->has_second_factor))};
  // The link to the other language is this link.
  input.page.query = "token=" + token;
  co_return web::reset_password_page(input);
}

http::Awaitable<Answer> ResetFlow::submit(Asked asked) {
  if (asked.is("ask") && house_.letters != nullptr) co_return co_await send_link(std::move(asked));
  if (asked.is("set")) co_return co_await set_password(std::move(asked));
  co_return std::unexpected{Refused::NotFound};
}

http::Awaitable<Answer> ResetFlow::send_link(Asked asked) {
  const base::SteadyTime begun = house_.clock.steady_now();
  const std::string typed{trimmed(asked.field("email"))};
  const auto email = accounts::EmailAddress::parse(typed);
  if (!email) {
    co_return web::reset_request_page({.page = page_input(house_, asked), .email = {typed, web::FieldProblem::Email}});
  }
  // Beyond the limit no link is made either: it would end the one that stands in the mailbox.
  if (house_.letters->admits(*email, NoticeKind::Reset)) {
    const std::string token = accounts::new_token(house_.random);
    auto work = [this, hash = accounts::SecretHash::of(token), email = *email] {
      return house_.store.offer_reset(hash, email);
    };
    const auto offered = co_await ask_store(&house_, std::move(work));
    if (offered) {
      house_.letters->post(*email,
                           password_reset(mail_site(asked), asked.language, mailed_link(asked, "/reset", token)));
    } else if (offered.error() != Refused::Over) {
      co_return std::unexpected{offered.error()};
    }
  }
  co_await even_out(&house_.clock, begun);
  co_return web::message_page({.page = page_input(house_, asked), .message = web::Message::ResetMailSent});
}

http::Awaitable<Answer> ResetFlow::set_password(Asked asked) {
  const std::string token = asked.field("token");
  auto person = co_await holder_of(&asked, token);
  if (!person) co_return std::move(person.error());
  web::ResetPasswordPageInput input{
      .page = page_input(house_, asked),
      .token = token,
      .email = person->email.text(),
      .new_password = new_password_input(house_.policy, factor_where(person->has_second_factor))};
  input.page.query = "token=" + token;
  if (suggest_password(house_, asked, input.new_password)) co_return web::reset_password_page(input);

  std::string password = asked.field("new_password");
  accounts::PasswordOwner owner{.name = person->name, .email = person->email.text()};
  auto broken = co_await broken_rules(&house_, password, std::move(owner), factor_where(person->has_second_factor));
  if (!broken) co_return std::unexpected{broken.error()};
  input.new_password.broken = std::move(*broken);
  if (!input.new_password.broken.empty()) co_return web::reset_password_page(input);
  auto hash = co_await hash_of(&house_, std::move(password));
  if (!hash) {
    input.page.busy_for = accounts::kHashingRetryAfter;
    co_return web::reset_password_page(input);
  }

  auto work = [this, link = accounts::SecretHash::of(token), hash = std::move(*hash), id = person->id] {
    auto reset = house_.store.reset_password(link, hash);
    house_.sessions.refresh(id);
    return reset;
  };
  const auto reset = co_await ask_store(&house_, std::move(work));
  if (!reset) {
    // Of two at the same time, one goes on.
    if (reset.error() == Refused::Over) co_return spent(asked);
    co_return std::unexpected{reset.error()};
  }
  house_.notices.password_changed(*reset, house_.clock.wall_now());
  co_return lead_to(own_page("/sign-in", asked) + "&notice=password_set");
}

}  // namespace belfry::people
