#pragma once

// A form's body, application/x-www-form-urlencoded, read strictly. Belfry's own forms have few and short fields with
// names of its own, so whatever two readers could take differently is refused and not guessed at: a name that comes
// twice, a percent sign without two digits, a piece without "=", bytes that are not text.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::web {

enum class FormError : std::uint8_t {
  TooLarge,
  TooManyFields,
  NameTooLong,
  ValueTooLong,
  ForbiddenName,  // other than lower-case letters, digits and '_', or empty
  MissingValue,   // a piece without "="
  RepeatedField,
  BrokenPercentEncoding,  // % without two hex digits
  ForbiddenByte,          // NUL, written either way; a control, blank or byte above 0x7e that is not percent-encoded
  NotUtf8,
};
std::string_view to_string(FormError error);

// All inclusive. Sizes of names and values are counted decoded, that of the body as it came.
struct FormLimits {
  std::size_t body_bytes = 16'384;
  std::size_t fields = 32;
  std::size_t name_bytes = 32;
  // A password of the longest that a preset accepts (1,024 bytes), and state that a page carries from step to step.
  std::size_t value_bytes = 4'096;
};

// Whether a request's Content-Type is that of a form: the type alone, or with charset=utf-8, in any letter case.
bool is_form_type(std::string_view content_type);

class Form {
 public:
  // An empty body is a form without fields.
  static std::expected<Form, FormError> parse(std::string_view body, const FormLimits& limits = {});

  // nullopt where the form has no such field. Valid UTF-8 without NUL; may hold line ends and other controls.
  std::optional<std::string_view> get(std::string_view name) const;
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace belfry::web
