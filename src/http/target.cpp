#include "http/target.hpp"

#include "http/byte_class.hpp"

#include <cstdint>

namespace belfry::http {

namespace {

// RFC 3986, section 2.3.
constexpr ByteTable kUnreservedBytes = byte_table([](char byte) {
  return is_letter(byte) || is_digit(byte) || byte == '-' || byte == '.' || byte == '_' || byte == '~';
});
// Visible ASCII. Browsers send some of it unencoded that RFC 3986 does not allow (| in paths, \ and " in queries); it
// reads the same everywhere. Not '#': no fragment is ever sent.
constexpr ByteTable kQueryBytes = byte_table([](char byte) { return byte > 0x20 && byte < 0x7f && byte != '#'; });
// In a path a browser takes '\' for '/'.
constexpr ByteTable kPathBytes =
    byte_table([](char byte) { return is_in(kQueryBytes, byte) && byte != '\\' && byte != '?'; });

// What an encoded byte would mean to a program that decodes before it splits, or splits before it decodes.
constexpr bool is_ambiguous_when_encoded(char byte) {
  return byte == '/' || byte == '\\' || byte == '.' || byte == '\0' || byte == ';' || byte == '?' || byte == '#';
}

// Some programs cut a segment's parameters off before they resolve dots: "/..;/" is their "/../".
bool is_dot_segment(std::string_view segment) {
  const std::string_view name = segment.substr(0, segment.find(';'));
  return name == "." || name == "..";
}

}  // namespace

std::string_view to_string(TargetError error) {
  switch (error) {
    case TargetError::Empty:
      return "empty";
    case TargetError::TooLong:
      return "too_long";
    case TargetError::NotOriginForm:
      return "not_origin_form";
    case TargetError::ForbiddenByte:
      return "forbidden_byte";
    case TargetError::BrokenPercentEncoding:
      return "broken_percent_encoding";
    case TargetError::AmbiguousEncoding:
      return "ambiguous_encoding";
    case TargetError::DotSegment:
      return "dot_segment";
  }
  return "";
}

std::expected<Target, TargetError> Target::parse(std::string_view text) {
  if (text.empty()) return std::unexpected{TargetError::Empty};
  if (text.size() > kLimit) return std::unexpected{TargetError::TooLong};
  Target target;
  if (text == "*") {
    target.text_ = "*";
    return target;
  }
  if (text.front() != '/') return std::unexpected{TargetError::NotOriginForm};

  static constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  std::string& out = target.text_;
  out.clear();
  out.reserve(text.size());
  std::size_t segment_at = 0;  // in `out`, behind the last slash
  std::size_t at = 0;
  for (; at < text.size() && text[at] != '?'; ++at) {
    const char byte = text[at];
    if (byte == '/') {
      if (is_dot_segment(std::string_view{out}.substr(segment_at))) return std::unexpected{TargetError::DotSegment};
      if (!out.empty() && out.back() == '/') continue;
      out.push_back('/');
      segment_at = out.size();
    } else if (byte == '%') {
      const int value = percent_encoded(text, at);
      if (value < 0) return std::unexpected{TargetError::BrokenPercentEncoding};
      const char decoded = static_cast<char>(value);
      if (is_ambiguous_when_encoded(decoded)) return std::unexpected{TargetError::AmbiguousEncoding};
      if (is_in(kUnreservedBytes, decoded)) {
        out.push_back(decoded);
      } else {
        out.push_back('%');
        out.push_back(kHexDigits[static_cast<std::size_t>(value >> 4)]);
        out.push_back(kHexDigits[static_cast<std::size_t>(value & 0x0f)]);
      }
      at += 2;
    } else if (is_in(kPathBytes, byte)) {
      out.push_back(byte);
    } else {
      return std::unexpected{TargetError::ForbiddenByte};
    }
  }
  if (is_dot_segment(std::string_view{out}.substr(segment_at))) return std::unexpected{TargetError::DotSegment};
  target.path_size_ = out.size();
  if (at < text.size()) {
    const std::string_view query = text.substr(at);
    if (!all_in(kQueryBytes, query)) return std::unexpected{TargetError::ForbiddenByte};
    out.append(query);
  }
  return target;
}

}  // namespace belfry::http
