#include "people/email_change_flow.hpp"

#include "people/enter_flow.hpp"
#include "people/even_time.hpp"

#include <optional>
#include <string>

namespace belfry::people {

namespace {

using accounts::AccountError;
using accounts::LinkStep;

constexpr std::string_view kPath = "/confirm-email";

}  // namespace

Answer EmailChangeFlow::message(const Asked& asked, web::Message message) const {
  return web::message_page({.page = page_input(house_, asked), .message = message});
}

http::Awaitable<Answer> EmailChangeFlow::offer(Asked asked, web::AccountPageInput input) {
  input.new_email.value = std::string{trimmed(asked.field("email"))};
  const auto email = accounts::EmailAddress::parse(input.new_email.value);
  if (!email) {
    input.new_email.problem = web::FieldProblem::Email;
    co_return web::account_page(input);
  }
  if (*email == asked.who->email) {
    input.new_email.problem = web::FieldProblem::SameEmail;
    co_return web::account_page(input);
  }
  std::string own = asked.who->email.text();
  std::string password = asked.field("password");
  auto proven = co_await house_.credentials.password(std::move(own), std::move(password), asked.device());
  if (!proven) {
    if (proven.error() == accounts::SignInRefusal::Busy) {
      input.page.busy_for = accounts::kHashingRetryAfter;
    } else if (proven.error() == accounts::SignInRefusal::Wrong) {
      input.new_email_password = web::FieldProblem::Password;
    } else {
      co_return std::unexpected{refused_of(proven.error())};
    }
    co_return web::account_page(input);
  }

  const base::SteadyTime begun = house_.clock.steady_now();
  const bool admitted = house_.letters->admits(asked.who->email, NoticeKind::EmailChange) &&
                        house_.letters->admits(*email, NoticeKind::EmailChange);
  if (admitted) {
    const std::string from = accounts::new_token(house_.random);
    const std::string to = accounts::new_token(house_.random);
    auto work = [this, proven = std::move(*proven), who = asked.who, from = accounts::SecretHash::of(from),
                 to = accounts::SecretHash::of(to),
                 email = *email]() -> std::expected<accounts::Answer<accounts::NewEmail>, accounts::SignInRefusal> {
      const auto person = house_.credentials.again(proven, *who);
      if (!person) return std::unexpected{person.error()};
      return house_.store.offer_email_change(from, to, person->id, email);
    };
    const auto offered = co_await ask(&house_, std::move(work));
    if (!offered) co_return std::unexpected{offered.error()};
    if (!*offered) co_return std::unexpected{refused_of(offered->error())};
    const accounts::Answer<accounts::NewEmail>& new_email = **offered;
    if (!new_email && refused_of(new_email.error()) != Refused::Over) {
      co_return std::unexpected{refused_of(new_email.error())};
    }
    const MailSite site = mail_site(asked);
    if (new_email) {
      house_.letters->post(asked.who->email,
                           email_change_from(site, asked.language, mailed_link(asked, kPath, from), *email));
    }
    if (new_email == accounts::NewEmail::Free) {
      house_.letters->post(*email,
                           email_change_to(site, asked.language, mailed_link(asked, kPath, to), asked.who->email));
    }
  }
  co_await even_out(&house_.clock, begun);
  co_return message(asked, web::Message::EmailChangeMailSent);
}

accounts::Answer<EmailChangeFlow::Change> EmailChangeFlow::find(const accounts::SecretHash& token) const {
  auto link = house_.store.link(LinkStep::EmailFrom, token);
  if (!link && link.error() == AccountError::NotFound) link = house_.store.link(LinkStep::EmailTo, token);
  if (!link) return std::unexpected{link.error()};
  const std::optional<accounts::PersonId>& id = link->person;
  const std::optional<accounts::EmailAddress>& email = link->email;
  if (!id || !email) return std::unexpected{AccountError::Corrupt};
  auto person = house_.store.find(*id);
  if (!person) return std::unexpected{person.error()};
  return Change{.link = *link, .person = std::move(*person), .email = *email};
}

std::optional<Answer> EmailChangeFlow::refused(const Asked& asked, std::string_view token, const Change& change) const {
  // Whoever has the mailbox of before has had the account: their address is its name.
  if (change.link.step == LinkStep::EmailFrom) return std::nullopt;
  if (!asked.who || !accounts::is_complete(*asked.who)) {
    return lead_to(sign_in_path(asked.language, own_page(kPath, asked).append("&token=").append(token)));
  }
  // A page, as signing in would lead back here.
  if (asked.who->person != change.person.id) return message(asked, web::Message::AnotherAccount);
  return std::nullopt;
}

http::Awaitable<std::expected<EmailChangeFlow::Change, Answer>> EmailChangeFlow::change_of(const Asked* asked,
                                                                                           std::string token) {
  const auto hash = accounts::hash_of_token(token);
  if (!hash) co_return std::unexpected{message(*asked, web::Message::ConfirmationSpent)};
  auto work = [this, hash = *hash] { return find(hash); };
  auto change = co_await ask_store(&house_, std::move(work));
  if (!change) {
    if (change.error() == Refused::Over) co_return std::unexpected{message(*asked, web::Message::ConfirmationSpent)};
    co_return std::unexpected{Answer{std::unexpected{change.error()}}};
  }
  if (auto answer = refused(*asked, token, *change)) co_return std::unexpected{std::move(*answer)};
  co_return std::move(*change);
}

http::Awaitable<Answer> EmailChangeFlow::show(Asked asked) {
  const std::string token = asked.in_query("token");
  auto change = co_await change_of(&asked, token);
  if (!change) co_return std::move(change.error());
  web::ConfirmationPageInput input{.page = page_input(house_, asked),
                                   .token = token,
                                   .email = change->person.email.text(),
                                   .new_email = change->email.text()};
  input.page.query = "token=" + token;
  co_return web::confirmation_page(input);
}

accounts::Answer<bool> EmailChangeFlow::confirm(const Change& change) const {
  const auto changed = house_.store.confirm_email_change(change.link.step, change.link.token);
  // What sessions are known by holds the address.
  house_.sessions.refresh(change.person.id);
  if (changed && *changed) house_.notices.email_changed(change.person, house_.clock.wall_now());
  return changed;
}

http::Awaitable<Answer> EmailChangeFlow::submit(Asked asked) {
  if (!asked.is("confirm")) co_return std::unexpected{Refused::NotFound};
  auto change = co_await change_of(&asked, asked.field("token"));
  if (!change) co_return std::move(change.error());
  auto work = [this, change = std::move(*change)] { return confirm(change); };
  const auto changed = co_await ask_store(&house_, std::move(work));
  if (!changed) {
    if (changed.error() == Refused::Over) co_return message(asked, web::Message::ConfirmationSpent);
    co_return std::unexpected{changed.error()};
  }
  co_return message(asked, *changed ? web::Message::EmailChanged : web::Message::EmailHalfChanged);
}

}  // namespace belfry::people
