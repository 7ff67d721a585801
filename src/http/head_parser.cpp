#include "http/head_parser.hpp"

#include "http/byte_class.hpp"
#include "http/request_rules.hpp"

#include <algorithm>
#include <utility>

namespace belfry::http {

namespace {

constexpr std::string_view kVersionStart = "HTTP/";
constexpr std::size_t kVersionSize = 8;  // "HTTP/1.1"

constexpr ByteTable kTargetBytes = byte_table([](char byte) { return byte > 0x20 && byte < 0x7f; });

// Whether `byte` can stand at `index` of an HTTP-version (RFC 9112, section 2.3: case-sensitive).
constexpr bool fits_version(std::size_t index, char byte) {
  if (index < kVersionStart.size()) return byte == kVersionStart[index];
  return index == kVersionStart.size() + 1 ? byte == '.' : is_digit(byte);
}

std::expected<Version, ParseError> version_of(std::string_view text) {
  if (text == "HTTP/1.1") return Version::Http11;
  if (text == "HTTP/1.0") return Version::Http10;
  return std::unexpected{ParseError::UnsupportedVersion};
}

FieldScanner::Limits scanner_limits(const HeadLimits& limits) {
  return {.line = limits.field_line,
          .section = limits.head,
          .fields = limits.fields,
          .too_large = ParseError::HeadTooLarge};
}

}  // namespace

bool has_body(Method request_method, std::uint16_t status) {
  return request_method != Method::Head && status >= 200 && status != 204 && status != 304;
}

RequestParser::RequestParser(HeadLimits limits) : limits_{limits} {
  reset();
}

void RequestParser::reset() {
  state_ = State::Start;
  at_ = since_ = 0;
  connection_.restart(ConnectionFields::Of::Request);
  head_ = RequestHead{};
  host_.reset();
  target_authority_.reset();
  failed_.reset();
}

std::expected<Progress, ParseError> RequestParser::feed(std::string_view bytes) {
  if (failed_) return std::unexpected{*failed_};
  const auto progress = advance(bytes);
  if (!progress) failed_ = progress.error();
  return progress;
}

std::expected<Progress, ParseError> RequestParser::advance(std::string_view bytes) {
  if (state_ == State::Complete) return Progress::Complete;
  if (state_ != State::Fields) {
    const auto line_read = read_line(bytes.substr(0, limits_.head));
    if (!line_read) return std::unexpected{line_read.error()};
    if (!*line_read) {
      if (at_ >= limits_.head) return std::unexpected{ParseError::HeadTooLarge};
      return Progress::NeedMore;
    }
    state_ = State::Fields;
    scanner_.restart(at_, scanner_limits(limits_));
    head_.fields.reserve(16, std::clamp<std::size_t>(bytes.size() - at_, 256, limits_.head));
  }
  while (true) {
    const auto step = scanner_.next(bytes);
    at_ = scanner_.position();
    if (!step) return std::unexpected{step.error()};
    switch (*step) {
      case FieldScanner::Step::NeedMore:
        return Progress::NeedMore;
      case FieldScanner::Step::Field:
        if (const auto taken = take_field(scanner_.field()); !taken) return std::unexpected{taken.error()};
        break;
      case FieldScanner::Step::End:
        if (const auto finished = finish(); !finished) return std::unexpected{finished.error()};
        state_ = State::Complete;
        return Progress::Complete;
    }
  }
}

std::expected<bool, ParseError> RequestParser::read_line(std::string_view bytes) {
  const std::string_view line = bytes.substr(0, limits_.line);
  while (at_ < bytes.size()) {
    const char here = bytes[at_];
    switch (state_) {
      case State::Start:
        // RFC 9112, section 2.2: a server "SHOULD ignore at least one empty line (CRLF) received prior to the
        // request-line". That is for clients of the last century, which sent one behind a body; today such bytes are
        // the rest of a message whose length somebody misread, so none is accepted.
        if (here == '\r' || here == '\n') return std::unexpected{ParseError::EmptyLineFirst};
        if (!is_in(kTokenBytes, here)) return std::unexpected{ParseError::NotHttp};
        state_ = State::Method;
        break;
      case State::Method: {
        at_ = skip(kTokenBytes, line.substr(0, kMethodLimit), at_);
        if (at_ == bytes.size()) break;
        const char byte = bytes[at_];
        if (byte != ' ') {
          if (is_in(kTokenBytes, byte)) return std::unexpected{ParseError::MethodTooLong};
          if (byte == '\t') return std::unexpected{ParseError::ExtraBlank};
          return std::unexpected{odd_byte(byte, ParseError::BadMethod)};
        }
        if (const auto checked = check_method(bytes.substr(0, at_)); !checked) return std::unexpected{checked.error()};
        head_.method_name = bytes.substr(0, at_);
        head_.method = method_of(head_.method_name);
        since_ = ++at_;
        state_ = State::Target;
        break;
      }
      case State::Target: {
        at_ = skip(kTargetBytes, line, at_);
        if (at_ == bytes.size()) break;
        if (at_ == line.size()) return std::unexpected{ParseError::RequestLineTooLong};
        const char byte = bytes[at_];
        if (byte == '\r') return std::unexpected{ParseError::MissingVersion};
        if (byte == '\t' || (byte == ' ' && at_ == since_)) return std::unexpected{ParseError::ExtraBlank};
        if (byte != ' ') return std::unexpected{odd_byte(byte, ParseError::TargetForbiddenByte)};
        const auto taken = take_target(bytes.substr(since_, at_ - since_));
        if (!taken) return std::unexpected{taken.error()};
        since_ = ++at_;
        state_ = State::Version;
        break;
      }
      case State::Version: {
        const std::size_t index = at_ - since_;
        if (index == kVersionSize) {
          if (here == '\r') {
            ++at_;
            state_ = State::LineEnd;
            break;
          }
          if (is_blank(here)) return std::unexpected{ParseError::ExtraBlank};
          return std::unexpected{odd_byte(here, ParseError::BadVersion)};
        }
        if (at_ == line.size()) return std::unexpected{ParseError::RequestLineTooLong};
        if (!fits_version(index, here)) {
          // A blank in front of the version may as well be one inside the target.
          if (is_blank(here)) return std::unexpected{ParseError::ExtraBlank};
          if (here == '\r') return std::unexpected{index == 0 ? ParseError::MissingVersion : ParseError::BadVersion};
          return std::unexpected{odd_byte(here, ParseError::BadVersion)};
        }
        ++at_;
        if (index + 1 == kVersionSize) {
          const auto version = version_of(bytes.substr(since_, kVersionSize));
          if (!version) return std::unexpected{version.error()};
          head_.version = *version;
        }
        break;
      }
      case State::LineEnd:
        if (here != '\n') return std::unexpected{ParseError::BareCr};
        ++at_;
        return true;
      case State::Fields:
      case State::Complete:
        return true;
    }
  }
  return false;
}

std::expected<void, ParseError> RequestParser::take_target(std::string_view text) {
  auto split_target = read_request_target(head_.method, text);
  if (!split_target) return std::unexpected{split_target.error()};
  head_.target = std::move(split_target->target);
  target_authority_ = std::move(split_target->authority);
  return {};
}

std::expected<void, ParseError> RequestParser::take_field(Field field) {
  const auto connection = connection_.take(field);
  if (!connection) return std::unexpected{connection.error()};
  if (*connection) return {};
  if (equals_ignoring_case(field.name, "host")) {
    // RFC 9112, section 3.2: "A server MUST respond with a 400 [...] to any request message that contains more than one
    // Host header field line or a Host header field with an invalid field value."
    if (host_) return std::unexpected{ParseError::RepeatedHost};
    host_ = Authority::parse(field.value);
    if (!host_) return std::unexpected{ParseError::BadHost};
    return {};
  }
  if (equals_ignoring_case(field.name, "expect")) {
    // RFC 9110, section 10.1.1: "A server that receives a 100-continue expectation in an HTTP/1.0 request MUST ignore
    // that expectation."
    if (head_.version == Version::Http10) return {};
    if (!equals_ignoring_case(field.value, "100-continue")) return std::unexpected{ParseError::BadExpect};
    head_.expects_continue = true;
    return {};
  }
  if (is_aliased_field_name(field.name)) return std::unexpected{ParseError::AliasedFieldName};
  head_.fields.add(field);
  return {};
}

std::expected<void, ParseError> RequestParser::finish() {
  const auto framed = connection_.finish(head_.version, head_.fields);
  if (!framed) return std::unexpected{framed.error()};
  // RFC 9112, section 3.2: a 400 "to any HTTP/1.1 request message that lacks a Host header field".
  if (!host_ && head_.version == Version::Http11) return std::unexpected{ParseError::MissingHost};
  // RFC 9112, section 3.2.2 has a proxy believe the target and forget Host; who does the opposite sees another site.
  if (host_ && target_authority_ && *host_ != *target_authority_) {
    return std::unexpected{ParseError::HostDiffersFromTarget};
  }
  if (auto& authority = host_ ? host_ : target_authority_) {
    head_.host = std::move(authority->host);
    head_.port = authority->port;
  }
  if (connection_.chunked()) {
    head_.body = BodyLength::unknown();
  } else if (const auto& length = connection_.content_length()) {
    head_.body = BodyLength::known(*length);
  } else if (head_.version == Version::Http10 && announces_body(head_.method)) {
    // RFC 1945, section 8.3: "A valid Content-Length is required on all HTTP/1.0 POST requests."
    return std::unexpected{ParseError::LengthRequired};
  }
  if (head_.body == BodyLength::none() || head_.body == BodyLength::known(0)) head_.expects_continue = false;
  if (is_websocket_handshake()) head_.upgrade = Upgrade::WebSocket;
  return {};
}

// RFC 6455, section 4.2.1. What is not wholly such a handshake is an ordinary request: an upgrade may be ignored (RFC
// 9110, section 7.8), and one with a body may not be forwarded before the body was read (CVE-2026-2833).
bool RequestParser::is_websocket_handshake() const {
  return connection_.asks_for_websocket() && head_.method == Method::Get && head_.version == Version::Http11 &&
         head_.body == BodyLength::none() && has_websocket_fields(head_.fields);
}

ParsedRequest RequestParser::take() {
  ParsedRequest parsed;
  parsed.close = head_.version == Version::Http10 || connection_.close();
  parsed.accepts_trailers = connection_.accepts_trailers();
  parsed.head = std::move(head_);
  reset();
  return parsed;
}

ResponseParser::ResponseParser(Method request_method, HeadLimits limits)
    : limits_{limits}, request_method_{request_method} {
  reset(request_method);
}

void ResponseParser::reset(Method request_method) {
  request_method_ = request_method;
  state_ = State::Version;
  at_ = since_ = 0;
  connection_.restart(ConnectionFields::Of::Response);
  parsed_ = ParsedResponse{};
  failed_.reset();
}

std::expected<Progress, ParseError> ResponseParser::feed(std::string_view bytes) {
  if (failed_) return std::unexpected{*failed_};
  const auto progress = advance(bytes);
  if (!progress) failed_ = progress.error();
  return progress;
}

std::expected<Progress, ParseError> ResponseParser::advance(std::string_view bytes) {
  if (state_ == State::Complete) return Progress::Complete;
  if (state_ != State::Fields) {
    const auto line_read = read_line(bytes.substr(0, limits_.head));
    if (!line_read) return std::unexpected{line_read.error()};
    if (!*line_read) {
      if (at_ >= limits_.head) return std::unexpected{ParseError::HeadTooLarge};
      return Progress::NeedMore;
    }
    state_ = State::Fields;
    scanner_.restart(at_, scanner_limits(limits_));
    parsed_.head.fields.reserve(16, std::clamp<std::size_t>(bytes.size() - at_, 256, limits_.head));
  }
  while (true) {
    const auto step = scanner_.next(bytes);
    at_ = scanner_.position();
    if (!step) return std::unexpected{step.error()};
    switch (*step) {
      case FieldScanner::Step::NeedMore:
        return Progress::NeedMore;
      case FieldScanner::Step::Field: {
        const auto connection = connection_.take(scanner_.field());
        if (!connection) return std::unexpected{connection.error()};
        if (!*connection) parsed_.head.fields.add(scanner_.field());
        break;
      }
      case FieldScanner::Step::End:
        if (const auto finished = finish(); !finished) return std::unexpected{finished.error()};
        state_ = State::Complete;
        return Progress::Complete;
    }
  }
}

std::expected<bool, ParseError> ResponseParser::read_line(std::string_view bytes) {
  const std::string_view line = bytes.substr(0, limits_.line);
  while (at_ < bytes.size()) {
    const char here = bytes[at_];
    switch (state_) {
      case State::Version:
        if (at_ == kVersionSize) {
          if (here != ' ') return std::unexpected{odd_byte(here, ParseError::BadStatusLine)};
          const auto version = version_of(bytes.substr(0, kVersionSize));
          if (!version) return std::unexpected{version.error()};
          parsed_.version = *version;
          since_ = ++at_;
          state_ = State::Status;
          break;
        }
        if (!fits_version(at_, here)) return std::unexpected{odd_byte(here, ParseError::BadStatusLine)};
        ++at_;
        break;
      case State::Status:
        if (at_ - since_ == 3) {
          const auto digit = [&](std::size_t index) { return hex_value(bytes[since_ + index]); };
          const int status = digit(0) * 100 + digit(1) * 10 + digit(2);
          // RFC 9110, section 15: values outside 100..599 are invalid.
          if (status < 100 || status > 599) return std::unexpected{ParseError::BadStatus};
          parsed_.head.status = static_cast<std::uint16_t>(status);
          state_ = State::Reason;
          // RFC 9112, section 4 asks for the space also where no phrase follows; many servers leave it out.
          if (here == '\r') break;
          if (here != ' ') return std::unexpected{odd_byte(here, ParseError::BadStatusLine)};
          ++at_;
          break;
        }
        if (!is_digit(here)) return std::unexpected{odd_byte(here, ParseError::BadStatusLine)};
        ++at_;
        break;
      case State::Reason:
        at_ = skip_value(line, at_);
        if (at_ == bytes.size()) break;
        if (bytes[at_] == '\r') {
          ++at_;
          state_ = State::LineEnd;
          break;
        }
        if (at_ == line.size()) return std::unexpected{ParseError::StatusLineTooLong};
        return std::unexpected{odd_byte(bytes[at_], ParseError::BadStatusLine)};
      case State::LineEnd:
        if (here != '\n') return std::unexpected{ParseError::BareCr};
        ++at_;
        return true;
      case State::Fields:
      case State::Complete:
        return true;
    }
  }
  return false;
}

std::expected<void, ParseError> ResponseParser::finish() {
  ResponseHead& head = parsed_.head;
  const auto framed = connection_.finish(parsed_.version, head.fields);
  if (!framed) return std::unexpected{framed.error()};
  const auto& length = connection_.content_length();
  // An HTTP/1.0 connection may be kept by "Connection: keep-alive"; not worth the doubt.
  parsed_.close = parsed_.version == Version::Http10 || connection_.close();

  if (!has_body(request_method_, head.status)) {
    // To HEAD and in a 304 a length is that of the body that is not sent (RFC 9110, section 8.6). RFC 9112, section
    // 6.1 and RFC 9110, section 8.6 forbid any framing in 1xx and 204.
    const bool describes = request_method_ == Method::Head || head.status == 304;
    if (describes && head.status >= 200 && head.status != 204) {
      if (length) head.body = BodyLength::known(*length);
    } else if (connection_.chunked() || length.value_or(0) > 0) {
      // Behind an interim response the final one must begin, not a body.
      if (head.status < 200) return std::unexpected{ParseError::UnexpectedBody};
      // Some frameworks announce a body for 204, and some send it: do not read a response from what may be one.
      parsed_.close = true;
    }
    parsed_.upgrade_websocket = head.status == 101 && connection_.asks_for_websocket();
    return {};
  }
  if (connection_.chunked()) {
    parsed_.chunked = true;
    head.body = BodyLength::unknown();
  } else if (length) {
    head.body = BodyLength::known(*length);
  } else {
    // RFC 9112, section 6.3, point 8: all that comes before the connection is closed.
    head.body = BodyLength::unknown();
    parsed_.close = true;
  }
  return {};
}

ParsedResponse ResponseParser::take() {
  ParsedResponse parsed = std::move(parsed_);
  reset(request_method_);
  return parsed;
}

}  // namespace belfry::http
