#include "people/enter_flow.hpp"

#include "http/percent_encoding.hpp"
#include "people/cookies.hpp"
#include "web/return_target.hpp"

#include <span>

namespace belfry::people {

namespace {

// The host of the application's that an address of return_target() is on, and the rest of it.
struct Destination {
  const http::Authority* host = nullptr;
  std::string path;
};
Destination split(const std::string& target, const std::vector<http::Authority>& hosts) {
  for (const http::Authority& host : hosts) {
    const std::string origin = origin_of(host);
    if (target.starts_with(origin + "/")) return {.host = &host, .path = target.substr(origin.size())};
  }
  return {};
}

// A path with its query, as an address on that host; its front for what is not followed: it is nobody's, or too long.
std::string address_on(const http::Authority& host, std::string_view path) {
  std::string front = origin_of(host) + "/";
  if (!path.starts_with('/')) return front;
  std::string target = web::return_target(origin_of(host).append(path), std::span{&host, 1});
  return target == "/" ? front : target;
}

// The front of the host that a wish is on which is not followed itself; "/" where that is none of the application's.
std::string front_of(std::string_view wish, const std::vector<http::Authority>& hosts) {
  for (const http::Authority& host : hosts) {
    std::string front = origin_of(host) + "/";
    if (wish.starts_with(front)) return front;
  }
  return "/";
}

}  // namespace

std::string way_in(const Place& place, const accounts::SecretHash& browser, std::string_view target) {
  return origin_of(place.belfry)
      .append(kEnterPath)
      .append("?browser=")
      .append(browser.to_string())
      .append("&return_to=")
      .append(http::percent_encode(address_on(place.here, target)));
}

std::string sign_in_path(web::Language language, std::string_view target) {
  return std::string{"/sign-in?lang="}
      .append(web::tag_of(language))
      .append("&return_to=")
      .append(http::percent_encode(target));
}

http::Awaitable<Answer> EnterFlow::leave(Asked asked) {
  const std::string wish = asked.in_query("return_to");
  std::string target = web::return_target(wish, asked.place.site_hosts);
  if (target == "/") target = front_of(wish, asked.place.site_hosts);
  const auto browser = accounts::SecretHash::parse(asked.in_query("browser"));
  const Destination destination = split(target, asked.place.site_hosts);
  if (!browser || destination.host == nullptr) co_return lead_to("/");
  if (!asked.who) co_return lead_to(sign_in_path(asked.language, target));
  if (!accounts::is_complete(*asked.who)) co_return lead_to(own_page("/account/security", asked));
  const std::string code = house_.hand_over.issue(*asked.who, destination.host->host, *browser);
  co_return lead_to(origin_of(*destination.host)
                        .append(kArrivePath)
                        .append("?code=")
                        .append(code)
                        .append("&return_to=")
                        .append(http::percent_encode(destination.path)));
}

http::Awaitable<Answer> EnterFlow::arrive(Asked asked) {
  const std::string target = address_on(asked.place.here, asked.in_query("return_to"));
  // A second tab may have brought the session already.
  if (asked.who) co_return lead_to(target);
  std::string code = asked.in_query("code");
  accounts::Visitor visitor = asked.visitor();
  const auto arrived = co_await house_.hand_over.redeem(std::move(code), std::move(visitor));
  if (!arrived) co_return std::unexpected{refused_of(arrived.error())};
  http::Response response = lead_to(target);
  response.head.fields.add("set-cookie", set_cookie(OwnCookie::Session, arrived->session_token));
  co_return response;
}

}  // namespace belfry::people
