#pragma once

// The head of a request that came over HTTP/2 (RFC 9113, section 8.3), held to the same rules as one over HTTP/1.

#include "http/message.hpp"
#include "http/parse_error.hpp"

#include <expected>
#include <string_view>

namespace belfry::http {

// Whether a field may be added to the Fields of an HTTP/2 message: lower-case token, a value without control characters
// and blanks at its ends. To be asked before Fields::add(), which would lower the name. Pseudo fields are not fields.
std::expected<void, ParseError> check_h2_field(std::string_view name, std::string_view value);

// Builds the head from the pseudo fields (empty where absent) and the fields as they came (no pseudo fields in them).
// `end_stream`: the head was all of the message. Cookie fields are joined to one (RFC 9113, section 8.2.3).
std::expected<RequestHead, ParseError> request_head_from_h2(std::string_view method, std::string_view scheme,
                                                            std::string_view authority, std::string_view path,
                                                            Fields fields, bool end_stream);

}  // namespace belfry::http
