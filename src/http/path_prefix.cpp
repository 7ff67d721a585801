#include "http/path_prefix.hpp"

#include "http/byte_class.hpp"

#include <cstddef>
#include <optional>

namespace belfry::http {

namespace {

// A path as its segments, each read as loosely as any program might: parameters cut off, percent-encodings decoded,
// ASCII letters lowered, empty segments left out.
class Segments {
 public:
  explicit Segments(std::string_view path) : rest_{path} {}

  // The next segment as it stands, without its parameters; nullopt behind the last.
  std::optional<std::string_view> next() {
    while (!rest_.empty()) {
      const std::size_t end = rest_.find('/');
      const std::string_view segment = rest_.substr(0, end);
      rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
      const std::string_view name = segment.substr(0, segment.find(';'));
      if (!name.empty()) return name;
    }
    return std::nullopt;
  }

 private:
  std::string_view rest_;
};

// Takes one byte off the front, decoded and lowered.
char take_byte(std::string_view& segment) {
  if (segment[0] == '%') {
    if (const int decoded = percent_encoded(segment, 0); decoded >= 0) {
      segment.remove_prefix(3);
      return to_lower(static_cast<char>(decoded));
    }
  }
  const char byte = segment.front();
  segment.remove_prefix(1);
  return to_lower(byte);
}

bool same_segment(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (take_byte(a) != take_byte(b)) return false;
  }
  return a.empty() && b.empty();
}

}  // namespace

bool path_has_prefix(std::string_view path, std::string_view prefix) {
  Segments of_path{path};
  Segments of_prefix{prefix};
  while (const auto wanted = of_prefix.next()) {
    const auto there = of_path.next();
    if (!there || !same_segment(*there, *wanted)) return false;
  }
  return true;
}

bool path_has_exact_prefix(std::string_view path, std::string_view prefix) {
  if (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (!path.starts_with(prefix)) return false;
  return path.size() == prefix.size() || path[prefix.size()] == '/';
}

}  // namespace belfry::http
