#include "http/request_rules.hpp"

#include "http/byte_class.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace belfry::http {

std::expected<void, ParseError> check_method(std::string_view name) {
  // We are no tunnel, and TRACE shows a script what the browser hides from it (cookies, RFC 9110, section 9.3.8).
  if (name == "CONNECT" || name == "TRACE") return std::unexpected{ParseError::MethodRefused};
  if (name == "PRI") return std::unexpected{ParseError::Http2Preface};
  return {};
}

bool announces_body(Method method) {
  return method == Method::Post || method == Method::Put || method == Method::Patch;
}

std::expected<RequestTarget, ParseError> read_request_target(Method method, std::string_view text) {
  std::optional<Authority> authority;
  std::string origin_form;
  const auto scheme_size = [&](std::string_view scheme) {
    return equals_ignoring_case(text.substr(0, scheme.size()), scheme) ? scheme.size() : 0;
  };
  if (const std::size_t scheme = std::max(scheme_size("http://"), scheme_size("https://")); scheme > 0) {
    text.remove_prefix(scheme);
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    authority = Authority::parse(text.substr(0, end));
    if (!authority) return std::unexpected{ParseError::BadHost};
    text.remove_prefix(end);
    if (text.empty()) {
      // RFC 9112, section 3.2.4: for OPTIONS a target without path and query means the server itself.
      text = method == Method::Options ? "*" : "/";
    } else if (text.front() == '?') {
      origin_form = "/";
      origin_form += text;
      text = origin_form;
    }
  }
  if (text == "*" && method != Method::Options) return std::unexpected{ParseError::TargetForm};
  auto target = Target::parse(text);
  if (!target) return std::unexpected{parse_error_of(target.error())};
  return RequestTarget{std::move(*target), std::move(authority)};
}

bool has_websocket_fields(const Fields& fields) {
  constexpr std::string_view kVersion = "sec-websocket-version";
  constexpr std::string_view kKey = "sec-websocket-key";
  if (fields.count(kVersion) != 1 || fields.get(kVersion) != "13" || fields.count(kKey) != 1) return false;
  const std::string_view key = fields.get(kKey).value_or("");
  return key.size() == 24 && key.ends_with("==") && std::ranges::all_of(key.substr(0, 22), [](char byte) {
           return is_letter(byte) || is_digit(byte) || byte == '+' || byte == '/';
         });
}

}  // namespace belfry::http
