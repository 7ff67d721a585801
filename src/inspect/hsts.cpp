#include "inspect/hsts.hpp"

#include "http/byte_class.hpp"

#include <charconv>

namespace belfry::inspect {

std::optional<Hsts> parse_hsts(std::string_view value) {
  Hsts hsts;
  std::optional<std::uint64_t> max_age;
  bool valid = true;
  http::split(value, ';', [&](std::string_view directive) {
    const auto equals = directive.find('=');
    const std::string_view name = http::trim_blanks(directive.substr(0, equals));
    if (http::equals_ignoring_case(name, "includesubdomains")) hsts.include_subdomains = true;
    if (http::equals_ignoring_case(name, "preload")) hsts.preload = true;
    if (!http::equals_ignoring_case(name, "max-age")) return true;
    // "All directives MUST appear only once in an STS header field" (section 6.1); max-age is REQUIRED and has a value
    // (section 6.1.1).
    valid = !max_age && equals != std::string_view::npos;
    if (!valid) return false;
    std::string_view digits = http::trim_blanks(directive.substr(equals + 1));
    if (digits.size() >= 2 && digits.front() == '"' && digits.back() == '"') {
      digits = digits.substr(1, digits.size() - 2);
    }
    std::uint64_t seconds = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    valid = !digits.empty() && error == std::errc{} && stop == digits.data() + digits.size();
    max_age = seconds;
    return valid;
  });
  if (!valid || !max_age) return std::nullopt;
  hsts.max_age = *max_age;
  return hsts;
}

std::optional<Hsts> read_hsts(const http::Fields& fields) {
  const auto value = fields.get("strict-transport-security");
  if (!value || fields.count("strict-transport-security") > 1) return std::nullopt;
  return parse_hsts(*value);
}

HstsState hsts_state(const http::Fields& fields) {
  const auto value = fields.get("strict-transport-security");
  if (!value) return HstsState::Missing;
  if (fields.count("strict-transport-security") > 1) return HstsState::Repeated;
  const auto hsts = parse_hsts(*value);
  if (!hsts) return HstsState::Malformed;
  return hsts->max_age < kHalfAYear ? HstsState::TooShort : HstsState::Good;
}

}  // namespace belfry::inspect
