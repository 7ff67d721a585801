#pragma once

// What the application is told of the request and of who sent it. It believes these fields, so a client must not be
// able to write any of them, in whichever spelling: many servers hand fields to programs as variables in which every
// byte that is neither letter nor digit is an underscore (RFC 3875, section 4.1.18), so "X_Forwarded.For" is
// "X-Forwarded-For" to them. Names are therefore compared with all those bytes folded to one.

#include "base/ip_address.hpp"
#include "http/message.hpp"

#include <string_view>

namespace belfry::upstream {

// What is done with the forwarding fields that the client sent.
enum class ForwardedFields : bool {
  Replace,  // they are removed: anybody can write them
  Extend,   // X-Forwarded-For comes from a trusted proxy: ours is added behind it
};

// Who is signed in, as the application is told in X-Belfry-User, X-Belfry-Email and X-Belfry-Role. Visible ASCII.
struct Identity {
  std::string user;  // names the person for good
  std::string email;
  std::string role;
};

struct ForwardingFacts {
  base::IpAddress client;  // whom the connection comes from; the trusted proxy itself where its fields are extended
  std::string_view request_id;
  ForwardedFields forwarded = ForwardedFields::Replace;
  const Identity* identity = nullptr;  // nullptr: nobody
};

// True for a field that a client's request does not bring to the application: fields of the connection and its framing,
// forwarding fields, fields by which other proxies say who somebody is, fields that would name another path or host
// than the one that was matched, Belfry's own. Any letter case.
bool is_withheld(std::string_view name);

// Makes `out` the request for the application; `out` keeps its memory from call to call. Path, query, method, host and
// body stay what they are, `upgrade` too. No Via is added (RFC 9110, section 7.6.3 asks for one): several servers turn
// compression off where they see it, and a path back through Belfry is impossible by its configuration.
void make_upstream_request(const http::RequestHead& request, const ForwardingFacts& facts, http::RequestHead& out);

// Takes out what a client must not bring by way of a trailer either.
void withhold_trailers(http::Fields& trailers);

// Cookies whose names begin with it are Belfry's: they open a session here and never reach the application. Any letter
// case.
inline constexpr std::string_view kOwnCookiePrefix = "__Host-belfry";

}  // namespace belfry::upstream
