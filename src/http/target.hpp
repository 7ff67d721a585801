#pragma once

// The target of a request, made canonical once: rules match path(), and exactly path() with the query as it came is
// forwarded, so the path that is matched is the path that is served.
//
// Canonical: origin form; percent-encodings of unreserved characters decoded, the others in upper-case hex; runs of
// slashes merged to one. Refused, because two programs would read it differently: percent-encoded / \ . NUL ; ? #,
// broken percent-encodings, "." and ".." segments, a raw backslash, control characters, blanks, bytes above 0x7e.

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace belfry::http {

enum class TargetError : unsigned char {
  Empty,
  TooLong,
  NotOriginForm,          // neither "/..." nor, where allowed, "*" or an absolute URI
  ForbiddenByte,          // control, blank, backslash, fragment, above 0x7e
  BrokenPercentEncoding,  // % without two hex digits
  AmbiguousEncoding,      // %2F %5C %2E %00 %3B %3F %23
  DotSegment,
};
std::string_view to_string(TargetError error);

class Target {
 public:
  // Inclusive. Longer than any browser's practical limit; RFC 9110, section 4.1 asks for 8000 at the least.
  static constexpr std::size_t kLimit = 8192;

  Target() = default;
  // From origin form ("/path?query"), or "*" (for OPTIONS; path() is then "*").
  static std::expected<Target, TargetError> parse(std::string_view text);

  // Canonical, begins with '/' (or is "*").
  std::string_view path() const { return std::string_view{text_}.substr(0, path_size_); }
  // What followed the first '?', byte for byte; empty where there was none. Not interpreted here.
  std::string_view query() const {
    return has_query() ? std::string_view{text_}.substr(path_size_ + 1) : std::string_view{};
  }
  bool has_query() const { return path_size_ < text_.size(); }
  // What is forwarded: path, and '?' with the query where there was one.
  const std::string& text() const { return text_; }

 private:
  std::string text_ = "/";
  std::size_t path_size_ = 1;
};

}  // namespace belfry::http
