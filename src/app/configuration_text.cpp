#include "app/configuration_text.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>

namespace belfry::app {

namespace {

// A dotted key makes a table for each dot, on one line and without any limit in toml++: thirty thousand of them end the
// stack. Dots inside strings are counted too; an array that is this long has room on several lines.
constexpr std::ptrdiff_t kDotsOnALine = 300;

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::optional<Problem> too_many_dots(std::string_view line, std::uint32_t number) {
  if (std::ranges::count(line, '.') <= kDotsOnALine) return std::nullopt;
  return Problem{{},
                 {number, 1},
                 "more than " + std::to_string(kDotsOnALine) + " dots on one line",
                 "write a long array on several lines"};
}

// TOML knows characters beyond ASCII in strings and comments alone. Elsewhere toml++ asks whether they are blanks, with
// a function that is undefined for some; and in strings of several lines, which no key of ours needs.
std::optional<Problem> misplaced(std::string_view line, std::uint32_t number) {
  const auto at = [&](std::size_t index) {
    const auto continues = [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; };
    const auto before = line.substr(0, index);
    const auto characters = std::ssize(before) - std::ranges::count_if(before, continues);
    return Place{number, static_cast<std::uint32_t>(characters + 1)};
  };
  char quote = 0;  // of the string that we are in
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char byte = line[i];
    if (quote != 0) {
      if (quote == '"' && byte == '\\') {
        ++i;
      } else if (byte == quote) {
        quote = 0;
      }
    } else if (byte == '#') {
      break;
    } else if (byte == '"' || byte == '\'') {
      if (line.substr(i, 3) == std::string(3, byte)) {
        return Problem{{}, at(i), "a string of several lines", "write it on one line, in one pair of quotes"};
      }
      quote = byte;
    } else if (static_cast<unsigned char>(byte) >= 0x80) {
      return Problem{
          {}, at(i), "a character beyond ASCII outside a string", "strings are written in quotes: \"like this\""};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Problem> check_text(std::string_view text) {
  if (text.size() > kConfigurationLimit) {
    return Problem{{},
                   {},
                   "the file has " + std::to_string(text.size()) + " bytes; " + std::to_string(kConfigurationLimit) +
                       " are the limit",
                   "long lists of addresses belong into files of [blocklist]"};
  }
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (auto refused = too_many_dots(line, number)) return refused;
    if (auto refused = misplaced(line, number)) return refused;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::nullopt;
}

}  // namespace belfry::app
