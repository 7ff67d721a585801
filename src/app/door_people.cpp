// The door's part that knows people: who may have what is asked for, where those are led who have to sign in, and the
// pages with forms.

#include "app/door.hpp"
#include "app/door_visit.hpp"
#include "guard/access_rule.hpp"
#include "http/cookies.hpp"
#include "people/cookies.hpp"
#include "people/reception.hpp"
#include "web/form.hpp"

#include <optional>
#include <string>
#include <utility>

namespace belfry::app {

namespace {

using guard::Reason;

Reason reason_of(people::Refused refused) {
  switch (refused) {
    case people::Refused::CsrfToken:
      return Reason::CsrfToken;
    case people::Refused::MalformedForm:
      return Reason::MalformedBody;
    case people::Refused::NotFound:
      return Reason::NotFound;
    case people::Refused::NotAllowed:
      return Reason::NotAllowed;
    case people::Refused::Over:
      return Reason::SignInOver;
    case people::Refused::Busy:
      return Reason::TooBusy;
    case people::Refused::Unavailable:
      return Reason::AccountsUnavailable;
    case people::Refused::Blocked:
      return Reason::SignInBlocked;
  }
  return Reason::Internal;
}

// A browser that goes to a page, as against a program or a script that fetches something: only the former can be led to
// a form. Old browsers do not say (Fetch Metadata, section 2.2); they ask for HTML.
bool is_navigation(const http::RequestHead& request) {
  if (request.method != http::Method::Get && request.method != http::Method::Head) return false;
  if (request.upgrade != http::Upgrade::None) return false;
  if (const auto mode = request.fields.get("sec-fetch-mode")) return *mode == "navigate";
  return request.fields.get("accept").value_or("").find("text/html") != std::string_view::npos;
}

// The hosts of the site as the client would reach them: by the port that it used here.
people::Place place_of(const Settings& settings, const http::RequestHead& request) {
  const Configuration& configuration = settings.configuration;
  std::optional<std::uint16_t> port = request.port;
  if (port == 443) port = std::nullopt;
  people::Place place{.site = configuration.site_hosts.front(),
                      .here = {.host = request.host, .port = port},
                      .belfry = {.host = configuration.belfry_host, .port = port},
                      .site_hosts = {},
                      .mail_origin = belfry_origin(configuration)};
  if (!configuration.upstream) return place;
  for (const std::string& host : configuration.site_hosts) place.site_hosts.push_back({.host = host, .port = port});
  return place;
}

// The random cookie of a browser, or a new one for it.
struct Browser {
  std::string token;
  bool is_new = false;
};
Browser browser_of(const http::RequestHead& request, base::Random& random) {
  const std::string_view cookie = http::only_cookie(request.fields, people::name_of(people::OwnCookie::Browser));
  if (accounts::hash_of_token(cookie)) return {.token = std::string{cookie}};
  return {.token = accounts::new_token(random), .is_new = true};
}

// The whole body, which the route's limit bounds.
http::Awaitable<std::expected<web::Form, Reason>> read_form(http::Exchange* exchange) {
  const std::string_view type = exchange->request().fields.get("content-type").value_or("");
  if (!web::is_form_type(type)) co_return std::unexpected{Reason::MalformedBody};
  std::string body;
  for (;;) {
    const auto piece = co_await exchange->read_body();
    if (!piece) co_return std::unexpected{reason_of_body(piece.error())};
    if (piece->empty()) break;
    body += piece->view();
  }
  auto form = web::Form::parse(body);
  if (!form) co_return std::unexpected{Reason::MalformedBody};
  co_return std::move(*form);
}

}  // namespace

guard::Verdict Door::judge_access(Visit& visit) const {
  using enum RouteAccess;
  const Configuration& configuration = visit.settings->configuration;
  const RouteAccess access = visit.route->access;
  if (access == MetricsPeers) {
    // Told like any path that is not there: who may not read it need not know of it.
    if (any_contains(configuration.metrics_allow, visit.client)) return guard::Admit{};
    return guard::Refuse{Reason::NotFound};
  }
  const bool is_public_page = access == Public && visit.route->handler != Handler::People;
  if (is_public_page) return guard::Admit{};

  const http::RequestHead& request = visit.request();
  const std::string_view token = http::only_cookie(request.fields, people::name_of(people::OwnCookie::Session));
  if (!token.empty()) visit.who = parts_.sessions.find(token, request.host);
  const bool is_complete = visit.who && accounts::is_complete(*visit.who);
  switch (access) {
    case Public:
    case MetricsPeers:
      return guard::Admit{};
    case ConfiguredDefault:
      switch (guard::access_of(configuration.access, request.target.path())) {
        case guard::Access::Public:
          if (!is_complete) visit.who = nullptr;  // nobody whom the application should believe
          return guard::Admit{};
        case guard::Access::Deny:
          return guard::Refuse{Reason::NotAllowed};
        case guard::Access::SignedIn:
          if (is_complete) return guard::Admit{};
          return guard::Refuse{Reason::SignInNeeded};
      }
      break;
    case Arriving:
      if (visit.who) return guard::Admit{};
      return guard::Refuse{Reason::SignInNeeded};
    case SignedIn:
    case Administrator:
      if (!visit.who) return guard::Refuse{Reason::SignInNeeded};
      if (!is_complete) return guard::Refuse{Reason::SecondFactorNeeded};
      if (access == SignedIn || visit.who->role == accounts::Role::Administrator) return guard::Admit{};
      return guard::Refuse{Reason::NotAllowed};
  }
  return guard::Refuse{Reason::Internal};
}

http::Response Door::turn_away(Visit& visit, guard::Refuse refuse) {
  const bool leads_on = refuse.reason == Reason::SignInNeeded || refuse.reason == Reason::SecondFactorNeeded;
  if (leads_on && is_navigation(visit.request())) {
    visit.reason = guard::to_string(refuse.reason);
    return lead_to_sign_in(visit, refuse.reason);
  }
  http::Response response = refusal(visit, refuse);
  if (refuse.reason == Reason::SignInNeeded) {
    // RFC 9110, section 15.5.2: "The server generating a 401 response MUST send a WWW-Authenticate header field". No
    // registered scheme is a form; this is the one of draft-broyer-http-cookie-auth-00.
    const people::Place place = place_of(*visit.settings, visit.request());
    response.head.fields.set("www-authenticate", "Cookie realm=\"" + place.here.host + "\", form-action=\"https://" +
                                                     place.belfry.to_string() + "/sign-in\", cookie-name=\"" +
                                                     std::string{people::name_of(people::OwnCookie::Session)} + "\"");
  }
  return response;
}

http::Response Door::lead_to_sign_in(Visit& visit, Reason reason) {
  const http::RequestHead& request = visit.request();
  http::Response response;
  response.head.status = 303;
  std::string where = "/account/security";
  if (visit.route->host == guard::HostKind::Application) {
    const auto browser = browser_of(request, parts_.random);
    if (browser.is_new) {
      response.head.fields.add("set-cookie", people::set_cookie(people::OwnCookie::Browser, browser.token));
    }
    where = people::way_in(place_of(*visit.settings, request), accounts::SecretHash::of(browser.token),
                           request.target.text());
  } else if (reason == Reason::SignInNeeded) {
    where = people::sign_in_path(visit.language(), request.target.text());
  }
  response.head.fields.add("location", where);
  response.head.fields.set("date", date());
  return response;
}

std::expected<people::Asked, Reason> Door::ask_of(Visit& visit) {
  const http::RequestHead& request = visit.request();
  auto query = web::Form::parse(request.target.query());
  if (!query) return std::unexpected{Reason::MalformedQuery};
  const auto browser = browser_of(request, parts_.random);
  const std::string_view devices = http::only_cookie(request.fields, people::name_of(people::OwnCookie::Device));
  people::Asked asked{.method = request.method,
                      .query = std::move(*query),
                      .form = {},
                      .place = place_of(*visit.settings, request),
                      .language = visit.language(),
                      .nonce = nonce_of(visit),
                      .user_agent = std::string{request.fields.get("user-agent").value_or("")},
                      .address = visit.client,
                      .who = visit.who,
                      .browser_token = browser.token,
                      .browser_is_new = browser.is_new,
                      .devices = people::DeviceCookie::parse(devices)};
  return asked;
}

http::Awaitable<void> Door::answer_people(Visit* visit) {
  auto asked = ask_of(*visit);
  std::optional<Reason> why;
  std::optional<std::chrono::seconds> retry_after;
  if (!asked) {
    why = asked.error();
  } else if (asked->method == http::Method::Post) {
    auto form = co_await read_form(&visit->exchange);
    if (form) {
      asked->form = std::move(*form);
    } else {
      why = form.error();
    }
  }
  if (!why) {
    std::string targets;
    for (const http::Authority& host : asked->place.site_hosts) targets += " " + people::origin_of(host);
    visit->exchange.set_form_targets(std::move(targets));
    people::Answer answer = co_await parts_.reception.answer(visit->route->desk, std::move(*asked));
    if (answer) {
      answer->head.fields.set("date", date());
      co_await send_own(visit, std::move(*answer));
      co_return;
    }
    why = reason_of(answer.error().why);
    retry_after = answer.error().retry_after;
  }
  guard::Refuse refuse{*why, retry_after};
  if (*why == Reason::TooBusy) refuse.retry_after = kRetryAfter;
  co_await http::respond(&visit->exchange, refusal(*visit, refuse));
}

}  // namespace belfry::app
