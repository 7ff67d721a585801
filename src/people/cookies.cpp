#include "people/cookies.hpp"

namespace belfry::people {

namespace {

// RFC 6265bis, section 5.5: user agents cap it at 400 days; half a year without signing in makes a device a stranger's.
constexpr std::string_view kDeviceLifetime = "; Max-Age=15552000";

// Lax: who comes from the application's host, or from a link in a mail, has to be known on arrival.
constexpr std::string_view kAttributes = "; Path=/; Secure; HttpOnly; SameSite=Lax";

}  // namespace

std::string_view name_of(OwnCookie cookie) {
  switch (cookie) {
    case OwnCookie::Session:
      return "__Host-belfry";
    case OwnCookie::Browser:
      return "__Host-belfry-browser";
    case OwnCookie::Device:
      return "__Host-belfry-device";
  }
  return {};
}

std::string set_cookie(OwnCookie cookie, std::string_view value) {
  std::string text{name_of(cookie)};
  text.append("=").append(value).append(kAttributes);
  if (cookie == OwnCookie::Device) text.append(kDeviceLifetime);
  return text;
}

std::string drop_cookie(OwnCookie cookie) {
  return std::string{name_of(cookie)}.append("=").append(kAttributes).append("; Max-Age=0");
}

}  // namespace belfry::people
