#include "people/house.hpp"

#include "accounts/password_generator.hpp"
#include "accounts/password_text.hpp"
#include "people/cookies.hpp"
#include "people/display_text.hpp"
#include "web/return_target.hpp"

#include <algorithm>

namespace belfry::people {

Refused refused_of(accounts::AccountError error) {
  switch (error) {
    case accounts::AccountError::Unavailable:
    case accounts::AccountError::Corrupt:
      return Refused::Unavailable;
    case accounts::AccountError::Refused:
    case accounts::AccountError::NotFound:
    case accounts::AccountError::EmailTaken:
    case accounts::AccountError::AlreadyThere:
    case accounts::AccountError::LastAdministrator:
      return Refused::Over;
  }
  return Refused::Unavailable;
}

Refused refused_of(accounts::SignInRefusal refusal) {
  switch (refusal) {
    case accounts::SignInRefusal::Wrong:
    case accounts::SignInRefusal::NotConfirmed:
      return Refused::NotAllowed;
    case accounts::SignInRefusal::Over:
      return Refused::Over;
    case accounts::SignInRefusal::Busy:
      return Refused::Busy;
    case accounts::SignInRefusal::Unavailable:
      return Refused::Unavailable;
  }
  return Refused::Unavailable;
}

web::PeoplePageInput page_input(const House& house, const Asked& asked) {
  return {.site = asked.place.site,
          .language = asked.language,
          .nonce = asked.nonce,
          .csrf_token = {[&house, binding = asked.csrf_binding(),
                          to_browser = accounts::CsrfBinding::to_browser(asked.browser())](std::string_view intent) {
            // The script's is one for every page, whoever is signed in on it.
            return house.csrf.issue(intent == web::kPasswordTools ? to_browser : binding, intent);
          }},
          .query = {},
          .busy_for = {},
          .render = house.render};
}

web::NewPasswordInput new_password_input(const accounts::PasswordPolicy& policy, accounts::SecondFactor second_factor,
                                         std::vector<accounts::PasswordRule> broken) {
  return {.preset = policy.preset(),
          .minimum_characters = policy.minimum_characters(second_factor),
          .broken = std::move(broken),
          .second_factor = second_factor,
          .suggestion = {}};
}

std::optional<std::string> suggested_password(const House& house, web::Language language, std::string_view kind) {
  accounts::PasswordGenerator generator{house.random};
  const bool french = language == web::Language::Fr;
  if (kind == "words")
    return generator.words(french ? accounts::WordLanguage::French : accounts::WordLanguage::English);
  if (kind == "characters") return generator.characters();
  return std::nullopt;
}

bool suggest_password(const House& house, const Asked& asked, web::NewPasswordInput& input) {
  const auto suggestion = suggested_password(house, asked.language, asked.field("suggest"));
  if (!suggestion) return false;
  input.suggestion = *suggestion;
  return true;
}

http::Awaitable<std::expected<std::vector<accounts::PasswordRule>, Refused>> broken_rules(
    const House* house, std::string password, accounts::PasswordOwner owner, accounts::SecondFactor second_factor) {
  auto judge = [house, password = std::move(password), owner = std::move(owner), second_factor] {
    return house->policy.broken_rules(password, owner, second_factor);
  };
  co_return co_await ask(house, std::move(judge));
}

http::Awaitable<std::optional<std::string>> hash_of(const House* house, std::string password) {
  const auto place = house->hashing.place();
  if (!place) co_return std::nullopt;
  auto hash = co_await house->hashing.hash(&*place, std::move(password));
  if (!hash) co_return std::nullopt;
  co_return std::move(*hash);
}

http::Response lead_to(std::string_view where) {
  http::Response response;
  response.head.status = 303;
  response.head.fields.add("location", where);
  return response;
}

std::string own_page(std::string_view path, const Asked& asked) {
  std::string where{path};
  return where.append("?lang=").append(web::tag_of(asked.language));
}

std::string destination(const Asked& asked, std::string_view wish) {
  std::vector<http::Authority> hosts = asked.place.site_hosts;
  hosts.push_back(asked.place.belfry);
  std::string target = web::return_target(wish, hosts);
  if (target != "/") return target;
  if (asked.place.site_hosts.empty()) return own_page("/account", asked);
  return origin_of(asked.place.site_hosts.front()) + "/";
}

std::string after_sign_in(const Asked& asked, const accounts::Person& person, std::string_view wish) {
  if (accounts::requires_second_factor(person.role) && !person.has_second_factor) {
    return own_page("/account/security", asked);
  }
  return destination(asked, wish);
}

bool may_administer(const Asked& asked) {
  return asked.who && asked.who->role == accounts::Role::Administrator && accounts::is_complete(*asked.who);
}

MailSite mail_site(const Asked& asked) {
  return {.name = asked.place.site, .origin = asked.place.mail_origin};
}

std::string mailed_link(const Asked& asked, std::string_view path, std::string_view token) {
  return asked.place.mail_origin + own_page(path, asked).append("&token=").append(token);
}

std::string handed_link(const Asked& asked, std::string_view path, std::string_view token) {
  return origin_of(asked.place.belfry) + own_page(path, asked).append("&token=").append(token);
}

void bring(http::Response& response, const Asked& asked, const accounts::SignedIn& signed_in) {
  const std::string devices = asked.devices.with(signed_in.person.email, signed_in.device_token);
  response.head.fields.add("set-cookie", set_cookie(OwnCookie::Session, signed_in.session_token));
  response.head.fields.add("set-cookie", set_cookie(OwnCookie::Device, devices));
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto from = text.find_first_not_of(kBlanks);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kBlanks) - from + 1);
}

std::optional<std::string> name_of(std::string_view typed) {
  const std::string_view name = trimmed(typed);
  if (!accounts::is_name(name)) return std::nullopt;
  const auto characters = accounts::code_points(name);
  if (!characters || std::ranges::any_of(*characters, steers_display)) return std::nullopt;
  return std::string{name};
}

}  // namespace belfry::people
