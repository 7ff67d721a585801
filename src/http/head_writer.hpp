#pragma once

// Heads as HTTP/1.1 text. Everything in a head was validated when it was put there (Fields, Target); the rest (method,
// host) is looked at again, so that nothing can break out of its line: what cannot be sent throws
// std::invalid_argument, because only our own code can have made it.

#include "http/message.hpp"

#include <string>

namespace belfry::http {

struct RequestFraming {
  // "connection: close": the connection is not to be used again.
  bool close = false;
};

struct ResponseFraming {
  // "transfer-encoding: chunked" in place of a length.
  bool chunked = false;
  // "connection: close".
  bool close = false;
  // The answer to a HEAD: a body that head.body does not describe is not described, instead of "content-length: 0".
  bool to_head = false;
};

// The request as it goes to an HTTP/1.1 server: origin form, host (with its port), the fields, and the framing that
// head.body says: a length, or chunked where it is unknown. "content-length: 0" for a POST, PUT or PATCH without a body
// (RFC 9110, section 8.6). For head.upgrade the fields of a WebSocket handshake.
void append_request_head(const RequestHead& head, RequestFraming framing, std::string& out);

// The response as it goes to an HTTP/1.1 client. 1xx and 204 carry no framing at all. A 101 gets the fields of a
// WebSocket handshake. Where head.body is unknown and not `chunked`, only the connection's end tells the body's:
// `close` must be set.
void append_response_head(const ResponseHead& head, ResponseFraming framing, std::string& out);

}  // namespace belfry::http
