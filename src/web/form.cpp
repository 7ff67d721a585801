#include "web/form.hpp"

#include "accounts/password_text.hpp"
#include "http/byte_class.hpp"
#include "http/fields.hpp"

#include <algorithm>

namespace belfry::web {

namespace {

constexpr http::ByteTable kNameBytes =
    http::byte_table([](char byte) { return (byte >= 'a' && byte <= 'z') || http::is_digit(byte) || byte == '_'; });

// The URL Standard, section 5.1: "Replace any 0x2B (+) [...] with 0x20 (SP)", then percent-decode. It would let a
// broken percent-encoding stand as it is, which a browser never writes.
std::expected<std::string, FormError> decode(std::string_view text, std::size_t limit, FormError too_long) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char byte = text[at];
    if (byte == '%') {
      const int decoded_byte = http::percent_encoded(text, at);
      if (decoded_byte < 0) return std::unexpected{FormError::BrokenPercentEncoding};
      byte = static_cast<char>(decoded_byte);
      if (byte == '\0') return std::unexpected{FormError::ForbiddenByte};
      at += 2;
    } else if (byte <= ' ' || byte == 0x7f) {  // char is signed here: what is above 0x7f is below ' '
      return std::unexpected{FormError::ForbiddenByte};
    } else if (byte == '+') {
      byte = ' ';
    }
    if (decoded.size() == limit) return std::unexpected{too_long};
    decoded += byte;
  }
  return decoded;
}

using Field = std::pair<std::string, std::string>;

std::expected<Field, FormError> read_field(std::string_view piece, const FormLimits& limits) {
  const auto equals = piece.find('=');
  if (equals == std::string_view::npos) {
    return std::unexpected{piece.empty() ? FormError::ForbiddenName : FormError::MissingValue};
  }
  auto name = decode(piece.substr(0, equals), limits.name_bytes, FormError::NameTooLong);
  if (!name) return std::unexpected{name.error()};
  if (name->empty() || !http::all_in(kNameBytes, *name)) return std::unexpected{FormError::ForbiddenName};
  auto value = decode(piece.substr(equals + 1), limits.value_bytes, FormError::ValueTooLong);
  if (!value) return std::unexpected{value.error()};
  if (!accounts::code_points(*value)) return std::unexpected{FormError::NotUtf8};
  return Field{std::move(*name), std::move(*value)};
}

}  // namespace

std::string_view to_string(FormError error) {
  switch (error) {
    case FormError::TooLarge:
      return "too_large";
    case FormError::TooManyFields:
      return "too_many_fields";
    case FormError::NameTooLong:
      return "name_too_long";
    case FormError::ValueTooLong:
      return "value_too_long";
    case FormError::ForbiddenName:
      return "forbidden_name";
    case FormError::MissingValue:
      return "missing_value";
    case FormError::RepeatedField:
      return "repeated_field";
    case FormError::BrokenPercentEncoding:
      return "broken_percent_encoding";
    case FormError::ForbiddenByte:
      return "forbidden_byte";
    case FormError::NotUtf8:
      return "not_utf8";
  }
  return "";
}

bool is_form_type(std::string_view content_type) {
  const auto semicolon = content_type.find(';');
  const std::string_view type = http::trim_blanks(content_type.substr(0, semicolon));
  if (!http::equals_ignoring_case(type, "application/x-www-form-urlencoded")) return false;
  if (semicolon == std::string_view::npos) return true;
  const std::string_view parameter = http::trim_blanks(content_type.substr(semicolon + 1));
  return http::equals_ignoring_case(parameter, "charset=utf-8") ||
         http::equals_ignoring_case(parameter, "charset=\"utf-8\"");
}

std::expected<Form, FormError> Form::parse(std::string_view body, const FormLimits& limits) {
  if (body.size() > limits.body_bytes) return std::unexpected{FormError::TooLarge};
  Form form;
  while (!body.empty()) {
    const auto end = body.find('&');
    // A separator at the end would open one more field.
    if (end + 1 == body.size()) return std::unexpected{FormError::ForbiddenName};
    if (form.fields_.size() == limits.fields) return std::unexpected{FormError::TooManyFields};
    auto field = read_field(body.substr(0, end), limits);
    if (!field) return std::unexpected{field.error()};
    if (form.get(field->first)) return std::unexpected{FormError::RepeatedField};
    form.fields_.push_back(std::move(*field));
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
  }
  return form;
}

std::optional<std::string_view> Form::get(std::string_view name) const {
  const auto found = std::ranges::find(fields_, name, &Field::first);
  if (found == fields_.end()) return std::nullopt;
  return found->second;
}

}  // namespace belfry::web
