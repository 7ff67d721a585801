#pragma once

// Where a browser is led after signing in. The wish comes in an address that anybody can write, so only places of the
// site's own are followed: an open redirect would lend the site's good name to a page that asks for the password again.
//
// What is followed is written anew from its parts, never handed on as it came: what was checked is what is followed.

#include "http/authority.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace belfry::web {

// Longest wish that is followed, in bytes, inclusive.
inline constexpr std::size_t kReturnTargetLimit = 2048;

// A path with its query ("/desk?open=1"), or an absolute https address on one of `hosts`, with the port that stands
// there (443 where none does). "/" for anything else: another scheme, host or port, user information, two slashes or a
// backslash at the front or elsewhere, dot segments, controls, blanks, a fragment, percent-encodings of any of these.
// An absolute one may have percent-encoded percent signs and controls, and a query whose percent-encoding is broken:
// the application has such addresses, and what they are on is said in front of them.
std::string return_target(std::string_view wish, std::span<const http::Authority> hosts);

}  // namespace belfry::web
