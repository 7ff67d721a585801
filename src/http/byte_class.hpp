#pragma once

// Which bytes may stand where in HTTP, as tables that cost one look-up a byte. ASCII only: nothing here knows a locale.

#include "base/ascii.hpp"
#include "base/byte_word.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace belfry::http {

using ByteTable = std::array<bool, 256>;

using base::hex_value;
using base::is_digit;
using base::is_letter;
using base::to_lower;

constexpr bool is_blank(char byte) {
  return byte == ' ' || byte == '\t';
}

// The byte that is percent-encoded at `at`, where a '%' stands (RFC 3986, section 2.1); -1 where no two hex digits
// follow.
constexpr int percent_encoded(std::string_view text, std::size_t at) {
  if (text.size() - at < 3) return -1;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

template <class Predicate>
constexpr ByteTable byte_table(Predicate predicate) {
  ByteTable table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) table[byte] = predicate(static_cast<char>(byte));
  return table;
}

// tchar (RFC 9110, section 5.6.2).
inline constexpr ByteTable kTokenBytes = byte_table([](char byte) {
  return is_digit(byte) || is_letter(byte) || std::string_view{"!#$%&'*+-.^_`|~"}.find(byte) != std::string_view::npos;
});
// field-vchar, SP and HTAB (RFC 9110, section 5.5): all but the control characters.
inline constexpr ByteTable kValueBytes = byte_table([](char byte) {
  const auto value = static_cast<std::uint8_t>(byte);
  return value == '\t' || (value >= 0x20 && value != 0x7f);
});

constexpr bool is_in(const ByteTable& table, char byte) {
  return table[static_cast<std::uint8_t>(byte)];
}
constexpr bool all_in(const ByteTable& table, std::string_view text) {
  return std::ranges::all_of(text, [&](char byte) { return is_in(table, byte); });
}
// Index of the first byte at or behind `from` that is not in the table; text.size() if there is none.
constexpr std::size_t skip(const ByteTable& table, std::string_view text, std::size_t from) {
  while (from < text.size() && is_in(table, text[from])) ++from;
  return from;
}

// The same for kValueBytes, which most bytes are of: a word at a time.
inline std::size_t skip_value(std::string_view text, std::size_t from) {
  const auto plain = [](base::ByteWord word) { return !word.any_below(0x20) && !word.any_equal(0x7f); };
  while (from < text.size()) {
    from += base::words_that_hold(text.substr(from), plain);
    // The word that is not plain, or the last bytes; a tab is in it, and the words go on behind.
    const std::size_t until = std::min(text.size(), from + base::ByteWord::kSize);
    from = skip(kValueBytes, text.substr(0, until), from);
    if (from < until) return from;
  }
  return from;
}

constexpr std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Calls `each` with every member of a list, blanks trimmed, empty members included; stops when it returns false.
template <class Each>
constexpr void split(std::string_view text, char separator, Each each) {
  while (true) {
    const std::size_t end = text.find(separator);
    if (!each(trim_blanks(text.substr(0, end))) || end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace belfry::http
