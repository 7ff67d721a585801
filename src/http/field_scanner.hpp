#pragma once

// Cuts a field section (RFC 9112, section 5) into its lines, byte for byte as they arrive. Knows the grammar and the
// limits, and nothing of what the fields mean. Heads and the trailers of a chunked body use it alike.

#include "http/fields.hpp"
#include "http/parse_error.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

namespace belfry::http {

class FieldScanner {
 public:
  // All inclusive; `section` counts from byte 0 of what is scanned, so that a head's first line counts too.
  struct Limits {
    std::size_t line = 0;
    std::size_t section = 0;
    std::size_t fields = 0;
    // What a section above its limit is called.
    ParseError too_large = ParseError::HeadTooLarge;
  };
  enum class Step : std::uint8_t {
    NeedMore,
    Field,  // field() is the line just read; call next() again
    End,    // position() is behind the empty line
  };

  // A section that begins at byte `from` of the bytes that next() will be given.
  void restart(std::size_t from, Limits limits);

  // `bytes` as in RequestParser::feed(): grows from call to call, may move, begins at the same byte.
  std::expected<Step, ParseError> next(std::string_view bytes);

  // Views into the `bytes` of the last next(); the name as it came.
  Field field() const { return field_; }
  std::size_t position() const { return at_; }

 private:
  enum class State : std::uint8_t { LineStart, Name, BlankBeforeValue, Value, FieldLf, EndLf };

  std::expected<Step, ParseError> out_of_bytes() const;

  Limits limits_;
  State state_ = State::LineStart;
  std::size_t at_ = 0;
  std::size_t line_at_ = 0;
  std::size_t colon_at_ = 0;
  std::size_t value_at_ = 0;
  std::size_t count_ = 0;
  Field field_;
};

}  // namespace belfry::http
