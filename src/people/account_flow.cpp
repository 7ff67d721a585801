#include "people/account_flow.hpp"

#include "people/account_export.hpp"
#include "people/cookies.hpp"
#include "web/message_page.hpp"

namespace belfry::people {

web::AccountPageInput AccountFlow::page(const Asked& asked) const {
  const bool has_factor = asked.who->has_second_factor;
  return {.page = page_input(house_, asked),
          .visitor = {.email = asked.who->email.text(), .is_administrator = may_administer(asked)},
          .name = {.value = asked.who->name},
          .email_change = house_.letters != nullptr ? web::EmailChange::Offered : web::EmailChange::Absent,
          .second_factor = has_factor ? web::SecondFactorState::On : web::SecondFactorState::Off};
}

http::Awaitable<Answer> AccountFlow::show(Asked asked) {
  co_return web::account_page(page(asked));
}

http::Awaitable<Answer> AccountFlow::submit(Asked asked) {
  if (asked.is("name")) co_return co_await change_name(std::move(asked));
  if (asked.is("email") && house_.letters != nullptr) {
    web::AccountPageInput input = page(asked);
    co_return co_await email_change_.offer(std::move(asked), std::move(input));
  }
  if (asked.is("export")) co_return co_await give_export(std::move(asked));
  if (asked.is("delete")) co_return co_await erase(std::move(asked));
  co_return std::unexpected{Refused::NotFound};
}

http::Awaitable<Answer> AccountFlow::change_name(Asked asked) {
  web::AccountPageInput input = page(asked);
  input.name.value = asked.field("name");
  const auto name = name_of(input.name.value);
  if (!name) {
    input.name.problem = web::FieldProblem::Name;
    co_return web::account_page(input);
  }
  auto work = [this, who = asked.who, name = *name] {
    const auto set = house_.store.set_name(who->person, name);
    house_.sessions.refresh(who->person);
    return set;
  };
  const auto set = co_await ask_store(&house_, std::move(work));
  if (!set) co_return std::unexpected{set.error()};
  input.name.value = *name;
  input.notice = web::AccountNotice::NameSaved;
  co_return web::account_page(input);
}

http::Awaitable<Answer> AccountFlow::give_export(Asked asked) {
  auto work = [this, who = asked.who] { return house_.store.export_of(who->person); };
  const auto kept = co_await ask_store(&house_, std::move(work));
  if (!kept) co_return std::unexpected{kept.error()};
  http::Response response;
  response.head.fields.add("content-type", "application/json");
  response.head.fields.add("content-disposition", "attachment; filename=\"account.json\"");
  response.body = account_export(*kept);
  co_return response;
}

http::Awaitable<Answer> AccountFlow::erase(Asked asked) {
  web::AccountPageInput input = page(asked);
  auto proven = co_await house_.credentials.password(asked.who->email.text(), asked.field("password"), asked.device());
  accounts::Checked<void> done;
  if (!proven) {
    done = std::unexpected{proven.error()};
  } else {
    auto work = [this, proven = std::move(*proven), who = asked.who,
                 code = asked.field("code")]() -> std::expected<accounts::Answer<void>, accounts::SignInRefusal> {
      const auto person = house_.credentials.again(proven, *who, code);
      if (!person) return std::unexpected{person.error()};
      const auto erased = house_.store.erase(person->id);
      house_.sessions.refresh(person->id);
      return erased;
    };
    const auto outcome = co_await ask(&house_, std::move(work));
    if (!outcome) co_return std::unexpected{outcome.error()};
    if (!*outcome) {
      done = std::unexpected{outcome->error()};
    } else if (const accounts::Answer<void>& erased = **outcome; !erased) {
      if (erased.error() != accounts::AccountError::LastAdministrator) {
        co_return std::unexpected{refused_of(erased.error())};
      }
      input.last_administrator = true;
      co_return web::account_page(input);
    }
  }
  if (done) {
    // Nobody is signed in any more: what the page is bound to is the browser's.
    const std::string devices = asked.devices.without(asked.who->email);
    asked.who = nullptr;
    http::Response response =
        web::message_page({.page = page_input(house_, asked), .message = web::Message::AccountDeleted});
    response.head.fields.add("set-cookie", drop_cookie(OwnCookie::Session));
    // Others who sign in here stay known.
    response.head.fields.add("set-cookie",
                             devices.empty() ? drop_cookie(OwnCookie::Device) : set_cookie(OwnCookie::Device, devices));
    co_return response;
  }
  if (done.error() == accounts::SignInRefusal::Busy) {
    input.page.busy_for = accounts::kHashingRetryAfter;
  } else if (done.error() == accounts::SignInRefusal::Wrong) {
    // It is not told which of the two was wrong.
    input.deletion.password = web::FieldProblem::Password;
    if (asked.who->has_second_factor) input.deletion.code = web::FieldProblem::Code;
  } else {
    co_return std::unexpected{refused_of(done.error())};
  }
  co_return web::account_page(input);
}

}  // namespace belfry::people
