#include "people/email_change_flow.hpp"

#include "people/even_time.hpp"

namespace belfry::people {

namespace {

using accounts::AccountError;
using accounts::LinkStep;

// Void links at a time. A new change ends the links of the one before.
constexpr std::size_t kVoidLinks = 1'000;
constexpr std::size_t kVoidLinksPerPerson = 1;

constexpr std::string_view kPath = "/confirm-email";

// No such domain exists (RFC 6761, section 6.4).
constexpr std::string_view kNobody = "nobody@example.invalid";

}  // namespace

EmailChangeFlow::EmailChangeFlow(const House& house)
    : house_{house},
      void_links_{house.clock,
                  {.lifetime = accounts::kLinkLifetime, .capacity = kVoidLinks, .per_owner = kVoidLinksPerPerson}} {}

Answer EmailChangeFlow::message(const Asked& asked, web::Message message) const {
  return web::message_page({.page = page_input(house_, asked), .message = message});
}

accounts::Answer<void> EmailChangeFlow::offer_links(const accounts::SecretHash& from, const accounts::SecretHash& to,
                                                    const accounts::PersonId& person,
                                                    const accounts::EmailAddress& email) const {
  auto offered = house_.store.offer_email_change(from, to, person, email);
  if (offered || refused_of(offered.error()) != Refused::Over) return offered;
  // As a change that can be does: it writes, and ends the links of the one before. Nobody has the tokens of these.
  const auto nowhere = accounts::EmailAddress::parse(kNobody);
  const auto token = [this] { return accounts::SecretHash::of(accounts::new_token(house_.random)); };
  const auto ended = house_.store.offer_email_change(token(), token(), person, nowhere.value());
  if (!ended && refused_of(ended.error()) != Refused::Over) return ended;
  return offered;
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
                 email = *email]() -> std::expected<accounts::Answer<void>, accounts::SignInRefusal> {
      const auto person = house_.credentials.again(proven, *who);
      if (!person) return std::unexpected{person.error()};
      return offer_links(from, to, person->id, email);
    };
    const auto offered = co_await ask(&house_, std::move(work));
    if (!offered) co_return std::unexpected{offered.error()};
    if (!*offered) co_return std::unexpected{refused_of(offered->error())};
    const accounts::Answer<void>& outcome = **offered;
    const bool is_void = !outcome && refused_of(outcome.error()) == Refused::Over;
    if (!outcome && !is_void) co_return std::unexpected{refused_of(outcome.error())};
    // Of one that is not void, an entry that no link has: it ends the void link of before.
    const std::string known_by = is_void ? from : accounts::new_token(house_.random);
    void_links_.put(accounts::SecretHash::of(known_by), asked.who->person, *email);
    const MailSite site = mail_site(asked);
    house_.letters->post(asked.who->email,
                         email_change_from(site, asked.language, mailed_link(asked, kPath, from), *email));
    if (!is_void) {
      house_.letters->post(*email, email_change_to(site, asked.language, mailed_link(asked, kPath, to)));
    }
  }
  co_await even_out(&house_.clock, begun);
  co_return message(asked, web::Message::EmailChangeMailSent);
}

accounts::Answer<accounts::Link> EmailChangeFlow::link_of(const accounts::SecretHash& token) const {
  auto from = house_.store.link(LinkStep::EmailFrom, token);
  if (from || from.error() != AccountError::NotFound) return from;
  return house_.store.link(LinkStep::EmailTo, token);
}

http::Awaitable<Answer> EmailChangeFlow::show(Asked asked) {
  const std::string token = asked.in_query("token");
  const auto hash = accounts::hash_of_token(token);
  if (!hash) co_return message(asked, web::Message::ConfirmationSpent);
  auto work = [this, hash = *hash] { return link_of(hash); };
  const auto link = co_await ask_store(&house_, std::move(work));
  if (!link && link.error() != Refused::Over) co_return std::unexpected{link.error()};
  const auto email = link ? link->email : void_links_.find(*hash);
  if (!email) co_return message(asked, web::Message::ConfirmationSpent);
  web::ConfirmationPageInput input{.page = page_input(house_, asked),
                                   .confirmation = web::Confirmation::EmailChange,
                                   .token = token,
                                   .email = email->text()};
  input.page.query = "token=" + token;
  co_return web::confirmation_page(input);
}

accounts::Answer<bool> EmailChangeFlow::confirm(const accounts::SecretHash& token) const {
  const auto link = link_of(token);
  if (!link) return std::unexpected{link.error()};
  const std::optional<accounts::PersonId>& id = link->person;
  if (!id) return std::unexpected{AccountError::Corrupt};
  const auto before = house_.store.find(*id);
  if (!before) return std::unexpected{before.error()};
  const auto changed = house_.store.confirm_email_change(link->step, token);
  // What sessions are known by holds the address.
  house_.sessions.refresh(*id);
  if (changed && *changed) house_.notices.email_changed(*before, house_.clock.wall_now());
  return changed;
}

http::Awaitable<Answer> EmailChangeFlow::submit(Asked asked) {
  if (!asked.is("confirm")) co_return std::unexpected{Refused::NotFound};
  const auto hash = accounts::hash_of_token(asked.field("token"));
  if (!hash) co_return message(asked, web::Message::ConfirmationSpent);
  auto work = [this, hash = *hash] { return confirm(hash); };
  const auto changed = co_await ask_store(&house_, std::move(work));
  if (!changed) {
    if (changed.error() != Refused::Over) co_return std::unexpected{changed.error()};
    const bool is_void = void_links_.find(*hash).has_value();
    co_return message(asked, is_void ? web::Message::EmailHalfChanged : web::Message::ConfirmationSpent);
  }
  co_return message(asked, *changed ? web::Message::EmailChanged : web::Message::EmailHalfChanged);
}

}  // namespace belfry::people
