#include "http/connection_fields.hpp"

#include "http/byte_class.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace belfry::http {

namespace {

enum class Known : std::uint8_t {
  None,
  Connection,
  ContentLength,
  Te,
  TransferEncoding,
  Upgrade,
  Dropped,  // nothing in it matters to us
};

Known known_field(std::string_view name) {
  const auto is = [&](std::string_view lower) { return equals_ignoring_case(name, lower); };
  switch (name.size()) {
    case 2:
      return is("te") ? Known::Te : Known::None;
    case 7:
      if (is("upgrade")) return Known::Upgrade;
      return is("trailer") ? Known::Dropped : Known::None;
    case 10:
      if (is("connection")) return Known::Connection;
      return is("keep-alive") ? Known::Dropped : Known::None;
    case 14:
      if (is("content-length")) return Known::ContentLength;
      return is("http2-settings") ? Known::Dropped : Known::None;
    case 16:
      return is("proxy-connection") ? Known::Dropped : Known::None;
    case 17:
      return is("transfer-encoding") ? Known::TransferEncoding : Known::None;
    default:
      return Known::None;
  }
}

constexpr ByteTable kPlainNameBytes =
    byte_table([](char byte) { return is_letter(byte) || is_digit(byte) || byte == '-'; });

// Lower case, and '-' for whatever is neither letter nor digit.
std::string folded(std::string_view name) {
  std::string text{name};
  for (char& byte : text) byte = is_letter(byte) || is_digit(byte) ? to_lower(byte) : '-';
  return text;
}

// RFC 9110, section 7.6.1: "A sender MUST NOT send a connection option corresponding to a field that is intended for
// all recipients of the content." To honour such an option lets a client strip what a proxy before us added
// (CVE-2024-45410); to ignore it reads the message otherwise than a server behind may. So the message is refused.
constexpr std::array<std::string_view, 24> kEndToEndFields{
    "age",   "allow",   "authorization",    "cache-control", "cookie",
    "date",  "etag",    "expect",           "expires",       "forwarded",
    "from",  "host",    "location",         "origin",        "pragma",
    "range", "referer", "server",           "set-cookie",    "user-agent",
    "vary",  "via",     "www-authenticate", "x-real-ip",
};
constexpr std::array<std::string_view, 9> kEndToEndPrefixes{
    "accept", "access-control-",   "content-",  "cross-origin-", "if-",
    "sec-",   "strict-transport-", "x-belfry-", "x-forwarded-",
};

bool is_end_to_end(std::string_view option) {
  const std::string name = folded(option);
  return name == "transfer-encoding" || std::ranges::find(kEndToEndFields, name) != kEndToEndFields.end() ||
         std::ranges::any_of(kEndToEndPrefixes, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace

std::expected<std::uint64_t, ParseError> parse_content_length(std::string_view value) {
  std::uint64_t length = 0;
  const char* const begin = value.data();
  const char* const end = begin + value.size();
  // from_chars takes digits alone for an unsigned type: no sign, no blank, no prefix; and it knows of overflow.
  const auto [stopped, error] = std::from_chars(begin, end, length);
  if (value.empty() || error != std::errc{} || stopped != end || !is_digit(value.front())) {
    return std::unexpected{ParseError::BadContentLength};
  }
  return length;
}

bool is_aliased_field_name(std::string_view name) {
  if (all_in(kPlainNameBytes, name)) return false;
  const std::string plain = folded(name);
  return plain == "content-length" || plain == "transfer-encoding" || plain == "x-real-ip" ||
         plain.starts_with("x-forwarded-") || plain.starts_with("x-belfry-");
}

void ConnectionFields::restart(Of message) {
  std::string named = std::move(named_);
  named.clear();
  *this = ConnectionFields{};
  named_ = std::move(named);
  message_ = message;
}

std::expected<bool, ParseError> ConnectionFields::take(Field field) {
  switch (known_field(field.name)) {
    case Known::None:
      return false;
    case Known::Dropped:
      return true;
    case Known::ContentLength: {
      if (content_length_) return std::unexpected{ParseError::RepeatedContentLength};
      // RFC 9112, section 6.1: a message with both "might indicate an attempt to perform request smuggling".
      if (chunked_) return std::unexpected{ParseError::ContentLengthWithTransferEncoding};
      const auto length = parse_content_length(field.value);
      if (!length) return std::unexpected{length.error()};
      content_length_ = *length;
      return true;
    }
    case Known::TransferEncoding: {
      if (chunked_) return std::unexpected{ParseError::RepeatedTransferEncoding};
      // Coding names have no case (RFC 9112, section 7), but nobody honest writes "cHuNkEd" in a request; of
      // applications that are old and trusted we take it.
      const bool chunked =
          message_ == Of::Request ? field.value == "chunked" : equals_ignoring_case(field.value, "chunked");
      if (!chunked) return std::unexpected{ParseError::UnknownTransferCoding};
      if (content_length_) return std::unexpected{ParseError::ContentLengthWithTransferEncoding};
      chunked_ = true;
      return true;
    }
    case Known::Connection: {
      std::expected<void, ParseError> taken;
      split(field.value, ',', [&](std::string_view option) {
        taken = take_option(option);
        return taken.has_value();
      });
      if (!taken) return std::unexpected{taken.error()};
      return true;
    }
    case Known::Upgrade:
      split(field.value, ',', [&](std::string_view protocol) {
        (equals_ignoring_case(protocol, "websocket") ? websocket_ : other_upgrade_) = true;
        return true;
      });
      return true;
    case Known::Te:
      split(field.value, ',', [&](std::string_view coding) {
        if (equals_ignoring_case(coding, "trailers")) accepts_trailers_ = true;
        return true;
      });
      return true;
  }
  return false;
}

std::expected<void, ParseError> ConnectionFields::take_option(std::string_view option) {
  if (option.empty()) return {};  // RFC 9110, section 5.6.1.2: empty list members are ignored
  if (!is_field_name(option)) return std::unexpected{ParseError::BadConnection};
  if (equals_ignoring_case(option, "close")) {
    close_ = true;
    return {};
  }
  if (equals_ignoring_case(option, "keep-alive")) return {};
  switch (known_field(option)) {
    case Known::Upgrade:
      upgrade_option_ = true;
      return {};
    case Known::Te:
    case Known::Dropped:
      return {};
    case Known::TransferEncoding:
      // RFC 2616 asked senders for it, and some content networks still comply in responses.
      if (message_ == Of::Response) return {};
      break;
    case Known::Connection:
    case Known::ContentLength:
    case Known::None:
      break;
  }
  if (is_end_to_end(option)) return std::unexpected{ParseError::ConnectionNamesOtherField};
  if (++named_count_ > kNamedLimit) return std::unexpected{ParseError::BadConnection};
  for (const char byte : option) named_.push_back(to_lower(byte));
  named_.push_back(',');
  return {};
}

std::expected<void, ParseError> ConnectionFields::finish(Version version, Fields& fields) {
  // RFC 9112, section 6.1: "A server or client that receives an HTTP/1.0 message containing a Transfer-Encoding header
  // field MUST treat the message as if the framing is faulty".
  if (chunked_ && version == Version::Http10) return std::unexpected{ParseError::TransferEncodingInHttp10};
  split(named_, ',', [&](std::string_view name) {
    if (!name.empty()) fields.remove(name);
    return true;
  });
  return {};
}

}  // namespace belfry::http
