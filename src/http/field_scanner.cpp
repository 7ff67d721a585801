#include "http/field_scanner.hpp"

#include "http/byte_class.hpp"

namespace belfry::http {

void FieldScanner::restart(std::size_t from, Limits limits) {
  limits_ = limits;
  state_ = State::LineStart;
  at_ = line_at_ = from;
  count_ = 0;
  field_ = Field{};
}

// Every limit is met at the byte that breaks it, so that an error does not depend on how the bytes came in pieces.
std::expected<FieldScanner::Step, ParseError> FieldScanner::out_of_bytes() const {
  if (at_ >= limits_.section) return std::unexpected{limits_.too_large};
  return Step::NeedMore;
}

std::expected<FieldScanner::Step, ParseError> FieldScanner::next(std::string_view bytes) {
  bytes = bytes.substr(0, limits_.section);
  while (at_ < bytes.size()) {
    if (state_ == State::LineStart) line_at_ = at_;
    const std::string_view line = bytes.substr(0, line_at_ + limits_.line);
    switch (state_) {
      case State::LineStart: {
        const char byte = bytes[at_];
        if (byte == '\r') {
          ++at_;
          state_ = State::EndLf;
          break;
        }
        // RFC 9112, section 5.2: "A server that receives an obs-fold [...] MUST either reject the message [...]".
        if (is_blank(byte)) return std::unexpected{ParseError::ObsoleteFold};
        if (byte == ':') return std::unexpected{ParseError::EmptyFieldName};
        if (!is_in(kTokenBytes, byte)) return std::unexpected{odd_byte(byte, ParseError::BadFieldName)};
        if (count_ == limits_.fields) return std::unexpected{ParseError::TooManyFields};
        state_ = State::Name;
        break;
      }
      case State::Name: {
        at_ = skip(kTokenBytes, line, at_);
        if (at_ == bytes.size()) break;
        const char byte = bytes[at_];
        if (at_ == line.size()) return std::unexpected{ParseError::FieldLineTooLong};
        if (byte == ':') {
          colon_at_ = at_++;
          state_ = State::BlankBeforeValue;
          break;
        }
        // RFC 9112, section 5.1: "No whitespace is allowed between the field name and colon. In the past, differences
        // in the handling of such whitespace have led to security vulnerabilities".
        if (is_blank(byte)) return std::unexpected{ParseError::SpaceBeforeColon};
        if (byte == '\r') return std::unexpected{ParseError::MissingColon};
        return std::unexpected{odd_byte(byte, ParseError::BadFieldName)};
      }
      case State::BlankBeforeValue:
        while (at_ < line.size() && is_blank(line[at_])) ++at_;
        value_at_ = at_;
        if (at_ < bytes.size()) state_ = State::Value;
        break;
      case State::Value: {
        at_ = skip_value(line, at_);
        if (at_ == bytes.size()) break;
        const char byte = bytes[at_];
        if (byte == '\r') {
          ++at_;
          state_ = State::FieldLf;
          break;
        }
        if (at_ == line.size()) return std::unexpected{ParseError::FieldLineTooLong};
        return std::unexpected{odd_byte(byte, ParseError::ControlCharacter)};
      }
      case State::FieldLf:
        if (bytes[at_] != '\n') return std::unexpected{ParseError::BareCr};
        field_ = Field{bytes.substr(line_at_, colon_at_ - line_at_),
                       trim_blanks(bytes.substr(value_at_, at_ - 1 - value_at_))};
        ++at_;
        ++count_;
        state_ = State::LineStart;
        return Step::Field;
      case State::EndLf:
        if (bytes[at_] != '\n') return std::unexpected{ParseError::BareCr};
        ++at_;
        return Step::End;
    }
  }
  return out_of_bytes();
}

}  // namespace belfry::http
