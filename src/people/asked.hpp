#pragma once

// A request for one of the pages of people, as the flows see it: read, checked for its CSRF token, and with who asks.
// And what may come of it.

#include "accounts/csrf_token.hpp"
#include "accounts/email_address.hpp"
#include "accounts/secret.hpp"
#include "accounts/session_cache.hpp"
#include "accounts/session_opener.hpp"
#include "base/ip_address.hpp"
#include "http/authority.hpp"
#include "http/exchange.hpp"
#include "http/message.hpp"
#include "people/device_cookie.hpp"
#include "web/form.hpp"
#include "web/language.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::people {

inline std::string origin_of(const http::Authority& authority) {
  return "https://" + authority.to_string();
}

// Where the request arrived.
struct Place {
  std::string site;                         // the site's name, as its pages show it
  http::Authority here;                     // the host that was asked, with the port that the browser used
  http::Authority belfry;                   // Belfry's own, by the same port
  std::vector<http::Authority> site_hosts;  // the application's, by the same port; empty where there is none
  std::string mail_origin;                  // of Belfry's pages in e-mails: what no request can change
};

// Whose tokens the forms of a desk carry. Who signs in, or comes by a link, may do so in several tabs: what one of them
// has done must not make the others' forms foreign.
enum class Bound : std::uint8_t { ToBrowser, ToSession };

struct Asked {
  http::Method method = http::Method::Get;
  web::Form query;
  web::Form form;  // of a POST
  Place place;
  web::Language language = web::Language::En;
  std::string nonce;
  std::string user_agent;
  base::IpAddress address;
  std::shared_ptr<const accounts::SignedInAs> who;  // nullptr: nobody
  std::string browser_token;                        // of the browser's cookie
  bool browser_is_new = false;                      // it has none yet: the answer brings one
  DeviceCookie devices;
  Bound bound = Bound::ToBrowser;

  // Empty where there is no such field.
  std::string field(std::string_view name) const { return std::string{form.get(name).value_or("")}; }
  std::string in_query(std::string_view name) const { return std::string{query.get(name).value_or("")}; }
  bool is(std::string_view intent) const { return form.get("intent") == intent; }

  accounts::SecretHash browser() const { return accounts::SecretHash::of(browser_token); }
  accounts::CsrfBinding csrf_binding() const {
    const bool to_session = bound == Bound::ToSession && who;
    return to_session ? accounts::CsrfBinding::to_session(who->token) : accounts::CsrfBinding::to_browser(browser());
  }
  // What this browser is known as to who is signed in.
  std::optional<accounts::SecretHash> device() const { return who ? devices.of(who->email) : std::nullopt; }
  accounts::Visitor visitor() const { return visitor(device()); }
  // Of who signs in with that e-mail, whoever is signed in until then.
  accounts::Visitor visitor_as(std::string_view typed) const {
    const auto email = accounts::EmailAddress::parse(typed);
    return visitor(email ? devices.of(*email) : std::nullopt);
  }

 private:
  accounts::Visitor visitor(const std::optional<accounts::SecretHash>& device) const {
    return {.browser = browser(),
            .device = device,
            .before = who,
            .host = place.here.host,
            .description = user_agent,
            .address = address.to_string()};
  }
};

// What no page of the flows answers, but the door's refusal.
enum class Refused : std::uint8_t {
  CsrfToken,
  MalformedForm,
  NotFound,     // no such form on that page
  NotAllowed,   // not for this person
  Over,         // what was begun is over, or another browser's
  Busy,         // a queue is full
  Unavailable,  // the store failed
  Blocked,      // the address failed on too many accounts
};

struct Refusal {
  Refused why;
  std::optional<std::chrono::seconds> retry_after;  // where it is known better than for all

  Refusal(Refused refused) : why{refused} {}
  Refusal(Refused refused, std::chrono::seconds wait) : why{refused}, retry_after{wait} {}
};

using Answer = std::expected<http::Response, Refusal>;

}  // namespace belfry::people
