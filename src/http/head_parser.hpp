#pragma once

// Incremental parsers for the head of an HTTP/1 message (RFC 9112), stricter than the RFC wherever it lets a recipient
// repair or guess: a message that another parser could read differently is refused, so that whoever stands behind this
// one sees the same message. Neither reads the body: chunked.hpp does, or a count of bytes.
//
// Both are fed everything that is unconsumed since the message's first byte, and look at new bytes only.

#include "http/authority.hpp"
#include "http/connection_fields.hpp"
#include "http/field_scanner.hpp"
#include "http/message.hpp"
#include "http/parse_error.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace belfry::http {

// All inclusive. The defaults fit one base::Buffer.
struct HeadLimits {
  std::size_t line = 8'192;        // request or status line, without its CRLF
  std::size_t field_line = 8'192;  // without its CRLF
  std::size_t head = 16'384;       // all of it, with the empty line at its end
  std::size_t fields = 100;
};

enum class Progress : std::uint8_t { NeedMore, Complete };

struct ParsedRequest {
  RequestHead head;
  // The connection ends behind this exchange: "Connection: close", or HTTP/1.0.
  bool close = false;
  // "TE: trailers" (RFC 9110, section 10.1.4).
  bool accepts_trailers = false;
};

class RequestParser {
 public:
  explicit RequestParser(HeadLimits limits = {});

  // `bytes`: everything unconsumed since the message's first byte; it grows from call to call (and may move). Refuses
  // as early as the bytes seen allow. After Complete call take(), after an error nothing but reset().
  std::expected<Progress, ParseError> feed(std::string_view bytes);

  // After Complete: how many bytes of it the head took. The body, if any, begins there.
  std::size_t head_size() const { return at_; }
  // True once a byte of the present message was seen.
  bool begun() const { return at_ > 0; }

  // After Complete, once: the request; the parser is then ready for the next message.
  ParsedRequest take();
  // Ready for the next message, whatever state it was in.
  void reset();

 private:
  enum class State : std::uint8_t { Start, Method, Target, Version, LineEnd, Fields, Complete };

  // The first line; true when all of it was read.
  std::expected<bool, ParseError> read_line(std::string_view bytes);
  std::expected<void, ParseError> take_target(std::string_view text);
  std::expected<void, ParseError> take_field(Field field);
  std::expected<Progress, ParseError> advance(std::string_view bytes);
  std::expected<void, ParseError> finish();
  bool is_websocket_handshake() const;

  HeadLimits limits_;
  State state_ = State::Start;
  std::size_t at_ = 0;     // first byte not looked at
  std::size_t since_ = 0;  // where the present part of the request line began
  FieldScanner scanner_;
  ConnectionFields connection_;
  RequestHead head_;
  std::optional<Authority> host_;
  // Authority of an absolute-form target.
  std::optional<Authority> target_authority_;
  std::optional<ParseError> failed_;
};

struct ParsedResponse {
  ResponseHead head;
  Version version = Version::Http11;
  // The connection cannot be used again behind this response.
  bool close = false;
  // 101 with "Upgrade: websocket": what follows are the tunnel's bytes.
  bool upgrade_websocket = false;
  // A chunked body follows. Where it does not, and a body is allowed: head.body.bytes of it (Known), or all until the
  // connection's end (Unknown; `close` is then set).
  bool chunked = false;
};

class ResponseParser {
 public:
  // The method of the request that is answered: it decides whether a body follows (RFC 9112, section 6.3).
  explicit ResponseParser(Method request_method, HeadLimits limits = {});

  std::expected<Progress, ParseError> feed(std::string_view bytes);
  std::size_t head_size() const { return at_; }
  bool begun() const { return at_ > 0; }
  // After Complete, once; then ready for the next response to the same request (behind a 1xx).
  ParsedResponse take();
  // Ready for the response to another request.
  void reset(Method request_method);

 private:
  enum class State : std::uint8_t { Version, Status, Reason, LineEnd, Fields, Complete };

  // The first line; true when all of it was read.
  std::expected<bool, ParseError> read_line(std::string_view bytes);
  std::expected<Progress, ParseError> advance(std::string_view bytes);
  std::expected<void, ParseError> finish();

  HeadLimits limits_;
  Method request_method_;
  State state_ = State::Version;
  std::size_t at_ = 0;
  std::size_t since_ = 0;
  FieldScanner scanner_;
  ConnectionFields connection_;
  ParsedResponse parsed_;
  std::optional<ParseError> failed_;
};

// Whether a response of that status to that method has a body at all (RFC 9112, section 6.3, points 1 and 2).
bool has_body(Method request_method, std::uint16_t status);

}  // namespace belfry::http
