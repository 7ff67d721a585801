#pragma once

// Belfry's own cookies, of either host: which there are, and how each is set. The prefix `__Host-` keeps them to one
// host, all of its paths and TLS (RFC 6265bis, section 4.1.3.2). They never reach the application, and it cannot set
// them (upstream/forwarding_headers.hpp, guard/seal.hpp).

#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::people {

enum class OwnCookie : std::uint8_t {
  Session,  // the token of a session; ends with the browser
  Browser,  // random, from before signing in: what forms and codes are bound to; ends with the browser
  Device,   // who signed in here before (people/device_cookie.hpp)
};

std::string_view name_of(OwnCookie cookie);

// The values of Set-Cookie.
std::string set_cookie(OwnCookie cookie, std::string_view value);
std::string drop_cookie(OwnCookie cookie);

}  // namespace belfry::people
