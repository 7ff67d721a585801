#include "people/enter_flow.hpp"

#include "people/cookies.hpp"
#include "web/return_target.hpp"

namespace belfry::people {

namespace {

// A value of a query: what is neither a letter, a digit nor one of RFC 3986's other unreserved characters is encoded.
std::string in_a_query(std::string_view text) {
  constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char byte : text) {
    if (kUnreserved.find(byte) != std::string_view::npos) {
      encoded += byte;
      continue;
    }
    const auto value = static_cast<unsigned char>(byte);
    encoded += '%';
    encoded += kDigits[value >> 4U];
    encoded += kDigits[value & 0xFU];
  }
  return encoded;
}

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

}  // namespace

std::string way_in(const Place& place, const accounts::SecretHash& browser, std::string_view target) {
  std::string wish = origin_of(place.here).append(target);
  // Too long to be led back to: they arrive at the front.
  if (wish.size() > web::kReturnTargetLimit) wish = origin_of(place.here) + "/";
  return origin_of(place.belfry)
      .append(kEnterPath)
      .append("?browser=")
      .append(browser.to_string())
      .append("&return_to=")
      .append(in_a_query(wish));
}

std::string sign_in_path(web::Language language, std::string_view target) {
  return std::string{"/sign-in?lang="}.append(web::tag_of(language)).append("&return_to=").append(in_a_query(target));
}

http::Awaitable<Answer> EnterFlow::leave(Asked asked) {
  const std::string target = web::return_target(asked.in_query("return_to"), asked.place.site_hosts);
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
                        .append(in_a_query(destination.path)));
}

http::Awaitable<Answer> EnterFlow::arrive(Asked asked) {
  const std::string target = web::return_target(asked.in_query("return_to"), {});
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
