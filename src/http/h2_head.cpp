#include "http/h2_head.hpp"

#include "http/byte_class.hpp"
#include "http/connection_fields.hpp"
#include "http/head_parser.hpp"
#include "http/request_rules.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace belfry::http {

namespace {

// RFC 9113, section 8.2.2: such a message "MUST be treated as malformed". TE is let through for "trailers" alone.
bool is_connection_specific(const Field& field) {
  return field.name == "connection" || field.name == "proxy-connection" || field.name == "keep-alive" ||
         field.name == "transfer-encoding" || field.name == "upgrade" ||
         (field.name == "te" && !equals_ignoring_case(field.value, "trailers"));
}

// RFC 9113, section 8.2.3: cookie fields that were split for compression "MUST be concatenated into a single octet
// string using the two-octet delimiter of 0x3b, 0x20" before they go where HTTP/2 does not.
void join_cookies(Fields& fields) {
  if (fields.count("cookie") < 2) return;
  std::string joined;
  for (const Field& field : fields) {
    if (field.name != "cookie" || field.value.empty()) continue;
    if (!joined.empty()) joined += "; ";
    joined += field.value;
  }
  fields.set("cookie", joined);
}

std::expected<Authority, ParseError> authority_of(std::string_view pseudo_field, const Fields& fields) {
  if (fields.count("host") > 1) return std::unexpected{ParseError::RepeatedHost};
  const auto host = fields.get("host");
  if (pseudo_field.empty() && !host) return std::unexpected{ParseError::MissingHost};
  const auto authority = Authority::parse(pseudo_field.empty() ? host.value_or("") : pseudo_field);
  if (!authority) return std::unexpected{ParseError::BadHost};
  // RFC 9113, section 8.3.1: "A server SHOULD treat a request as malformed if it contains a Host header field that
  // identifies an entity that differs from the entity in the ":authority" pseudo-header field."
  if (host && Authority::parse(*host) != authority) return std::unexpected{ParseError::HostDiffersFromTarget};
  return *authority;
}

std::expected<BodyLength, ParseError> body_of(const Fields& fields, bool end_stream) {
  const auto value = fields.get("content-length");
  if (!value) return end_stream ? BodyLength::none() : BodyLength::unknown();
  if (fields.count("content-length") > 1) return std::unexpected{ParseError::RepeatedContentLength};
  const auto length = parse_content_length(*value);
  if (!length) return std::unexpected{length.error()};
  if (end_stream && *length > 0) return std::unexpected{ParseError::UnexpectedBody};
  // Whether it is really nothing is known when the stream ends. Told on as "content-length: 0", the request would be
  // whole before that.
  if (!end_stream && *length == 0) return BodyLength::unknown();
  return BodyLength::known(*length);
}

std::expected<void, ParseError> check_fields(const Fields& fields) {
  for (const Field& field : fields) {
    if (is_connection_specific(field)) return std::unexpected{ParseError::ConnectionSpecificField};
    if (is_aliased_field_name(field.name)) return std::unexpected{ParseError::AliasedFieldName};
    if (field.name == "expect" && !equals_ignoring_case(field.value, "100-continue")) {
      return std::unexpected{ParseError::BadExpect};
    }
  }
  return {};
}

}  // namespace

std::expected<void, ParseError> check_h2_field(std::string_view name, std::string_view value) {
  if (name.empty()) return std::unexpected{ParseError::EmptyFieldName};
  for (const char byte : name) {
    // RFC 9113, section 8.2.1: a name holds no byte "in the ranges 0x00-0x20, 0x41-0x5a, or 0x7f-0xff".
    if (byte >= 'A' && byte <= 'Z') return std::unexpected{ParseError::UpperCaseFieldName};
    if (!is_in(kTokenBytes, byte)) return std::unexpected{odd_byte(byte, ParseError::BadFieldName)};
  }
  if (const std::size_t odd = skip_value(value, 0); odd < value.size()) {
    return std::unexpected{odd_byte(value[odd], ParseError::ControlCharacter)};
  }
  if (!is_field_value(value)) return std::unexpected{ParseError::BadFieldValue};
  return {};
}

std::expected<RequestHead, ParseError> request_head_from_h2(std::string_view method, std::string_view scheme,
                                                            std::string_view authority, std::string_view path,
                                                            Fields fields, bool end_stream) {
  if (!is_field_name(method)) return std::unexpected{ParseError::BadMethod};
  if (method.size() > kMethodLimit) return std::unexpected{ParseError::MethodTooLong};
  if (const auto checked = check_method(method); !checked) return std::unexpected{checked.error()};
  if (scheme != "https" && scheme != "http") return std::unexpected{ParseError::BadScheme};
  if (const auto checked = check_fields(fields); !checked) return std::unexpected{checked.error()};

  RequestHead head;
  head.version = Version::Http2;
  head.method_name = method;
  head.method = method_of(method);
  // RFC 9113, section 8.3.1: the path begins with '/', or is "*" for OPTIONS; absolute form is not for it.
  if (path == "*" && head.method != Method::Options) return std::unexpected{ParseError::TargetForm};
  auto target = Target::parse(path);
  if (!target) return std::unexpected{parse_error_of(target.error())};
  head.target = std::move(*target);
  auto named = authority_of(authority, fields);
  if (!named) return std::unexpected{named.error()};
  head.host = std::move(named->host);
  head.port = named->port;
  const auto body = body_of(fields, end_stream);
  if (!body) return std::unexpected{body.error()};
  head.body = *body;
  head.expects_continue = fields.contains("expect") && !end_stream;

  fields.remove_if([](const Field& field) {
    return field.name == "host" || field.name == "content-length" || field.name == "te" || field.name == "trailer" ||
           field.name == "expect" || field.name == "http2-settings";
  });
  join_cookies(fields);
  // As many as HTTP/1.1 may bring: the crumbs of a cookie are one field there.
  if (fields.size() > HeadLimits{}.fields) return std::unexpected{ParseError::TooManyFields};
  head.fields = std::move(fields);
  return head;
}

}  // namespace belfry::http
