#include "accounts/password_text.hpp"

#include "base/ascii.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace belfry::accounts {
namespace {

struct Free {
  void operator()(utf8proc_uint8_t* text) const { std::free(text); }  // utf8proc_map(3) allocates with malloc
};

const utf8proc_uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

std::optional<std::string> mapped(std::string_view text, unsigned options) {
  utf8proc_uint8_t* out = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &out,
                                             static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, Free> owner{out};
  if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc{};
  if (size < 0) return std::nullopt;
  return std::string{reinterpret_cast<const char*>(out), static_cast<std::size_t>(size)};
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char letter_of(char c, char one) {
  switch (c) {
    case '0':
      return 'o';
    case '1':
    case '!':
    case '|':
      return one;
    case '3':
      return 'e';
    case '4':
    case '@':
      return 'a';
    case '5':
    case '$':
      return 's';
    case '7':
    case '+':
      return 't';
    case '8':
      return 'b';
    case '9':
      return 'g';
    default:
      return c;
  }
}

}  // namespace

std::optional<std::u32string> code_points(std::string_view text) {
  std::u32string points;
  points.reserve(text.size());
  while (!text.empty()) {
    utf8proc_int32_t point = 0;
    const auto size = utf8proc_iterate(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &point);
    if (size <= 0) return std::nullopt;
    points += static_cast<char32_t>(point);
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return points;
}

std::optional<std::string> nfc(std::string_view text) {
  if (is_ascii(text)) return std::string{text};
  return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::string bare(std::string_view text) {
  if (is_ascii(text)) {
    std::string lowered{text};
    std::ranges::transform(lowered, lowered.begin(), base::to_lower);
    return lowered;
  }
  return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
                          UTF8PROC_IGNORE)
      .value_or("");
}

std::array<std::string, 2> leet_readings(std::string_view bare_text) {
  std::array<std::string, 2> readings{std::string{bare_text}, std::string{bare_text}};
  for (char& c : readings[0]) c = letter_of(c, 'i');
  for (char& c : readings[1]) c = letter_of(c, 'l');
  return readings;
}

}  // namespace belfry::accounts
