#pragma once

// The Cookie field of requests and the Set-Cookie field of responses (RFC 6265), as far as a proxy must know them.

#include "http/fields.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace belfry::http {

struct Cookie {
  std::string_view name;
  std::string_view value;
};

// The cookies of all Cookie lines in their order, duplicates included. Only pairs of exactly the grammar of RFC 6265,
// section 4.1.1: others are left out. Views into `fields`.
std::vector<Cookie> cookies_of(const Fields& fields);

// The value of the cookie of that name; empty where there is none, and where there are several: which of them a program
// takes is a matter of taste, and one of them may be another site's.
std::string_view only_cookie(const Fields& fields, std::string_view name);

// Takes the cookie out of every Cookie line, in whichever way its pair is spelled (blanks around the name, other letter
// case, no value); the other pairs stay byte for byte. Returns how many were removed.
std::size_t remove_cookie(Fields& fields, std::string_view name);

// The name that a Set-Cookie value sets, without blanks around it.
std::string_view set_cookie_name(std::string_view set_cookie);

enum class HttpOnly : bool { AsItCame, Always };

// The Set-Cookie value with "Secure" and "SameSite=Lax" where it says nothing about them; what it does say stays.
std::string seal_set_cookie(std::string_view set_cookie, HttpOnly http_only);

}  // namespace belfry::http
