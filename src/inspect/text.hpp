#pragma once

// ASCII as the web's formats read it: letter case folded without a locale, blanks as HTML and CSP know them (tab, line
// feed, form feed, carriage return, space). For what other people's servers send: nothing here trusts it.

#include "http/byte_class.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace belfry::inspect {

constexpr bool is_web_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r';
}

constexpr std::string_view trim_web(std::string_view text) {
  while (!text.empty() && is_web_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_web_blank(text.back())) text.remove_suffix(1);
  return text;
}

inline std::string lowered(std::string_view text) {
  std::string lower{text};
  for (char& byte : lower) byte = http::to_lower(byte);
  return lower;
}

// Whether one of them is `value`.
template <class Range, class Value>
constexpr bool is_among(const Range& range, const Value& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

// Calls `each` with every word between blanks.
template <class Each>
constexpr void each_word(std::string_view text, Each each) {
  for (std::size_t at = 0; at < text.size();) {
    if (is_web_blank(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !is_web_blank(text[end])) ++end;
    each(text.substr(at, end - at));
    at = end;
  }
}

}  // namespace belfry::inspect
