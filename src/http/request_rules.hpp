#pragma once

// Rules for the parts of a request that hold in every version of HTTP; the readers of heads share them.

#include "http/authority.hpp"
#include "http/fields.hpp"
#include "http/message.hpp"
#include "http/parse_error.hpp"

#include <cstddef>
#include <expected>
#include <optional>
#include <string_view>

namespace belfry::http {

// Longest method name, inclusive; the longest registered one ("UPDATEREDIRECTREF") has 17 letters.
inline constexpr std::size_t kMethodLimit = 32;

// `name` is a token. Refuses CONNECT and TRACE, and "PRI", which no method may ever be called (RFC 9113, section 11.3).
std::expected<void, ParseError> check_method(std::string_view name);

// POST, PUT, PATCH: methods whose requests have a body, if perhaps an empty one.
bool announces_body(Method method);

struct RequestTarget {
  Target target;
  std::optional<Authority> authority;  // of an absolute-form target
};

// Origin form; absolute form (RFC 9112, section 3.2.2) of http or https; "*" for OPTIONS. Authority form is CONNECT's.
std::expected<RequestTarget, ParseError> read_request_target(Method method, std::string_view text);

// Sec-WebSocket-Version: 13 and a key of 16 bytes in base64, once each (RFC 6455, section 4.2.1).
bool has_websocket_fields(const Fields& fields);

}  // namespace belfry::http
