#include "http/accept_language.hpp"

#include "http/byte_class.hpp"
#include "http/fields.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace belfry::http {

namespace {

constexpr std::size_t kMembers = 32;

// qvalue (RFC 9110, section 12.4.2) in thousandths: "0" or "1", with up to three decimals, and not above one.
std::optional<int> parse_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int thousandths = (text[0] - '0') * 1000;
  int place = 100;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (!is_digit(digit)) return std::nullopt;
    thousandths += (digit - '0') * place;
    place /= 10;
  }
  return thousandths > 1000 ? std::nullopt : std::optional{thousandths};
}

struct Wish {
  std::string_view primary;  // "fr" of "fr-CA", or "*"
  int weight = 1000;
  std::size_t place = 0;
};

std::optional<Wish> parse_wish(std::string_view member) {
  const std::size_t semicolon = member.find(';');
  const std::string_view range = trim_blanks(member.substr(0, semicolon));
  Wish wish{.primary = range.substr(0, range.find('-'))};
  if (wish.primary.empty() || (wish.primary != "*" && !std::ranges::all_of(wish.primary, is_letter))) {
    return std::nullopt;
  }
  if (semicolon != std::string_view::npos) {
    const std::string_view parameter = trim_blanks(member.substr(semicolon + 1));
    if (!equals_ignoring_case(parameter.substr(0, 2), "q=")) return std::nullopt;
    const auto weight = parse_weight(parameter.substr(2));
    if (!weight) return std::nullopt;
    wish.weight = *weight;
  }
  return wish;
}

}  // namespace

std::string_view choose_language(std::string_view accept_language, std::span<const std::string_view> offered) {
  std::vector<Wish> wishes;
  std::size_t members = 0;
  split(accept_language, ',', [&](std::string_view member) {
    if (auto wish = parse_wish(member)) {
      wish->place = members;
      wishes.push_back(*wish);
    }
    return ++members < kMembers;
  });
  std::ranges::sort(wishes, [](const Wish& a, const Wish& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.place < b.place;
  });
  const auto named = [&](std::string_view language) {
    return std::ranges::any_of(wishes, [&](const Wish& wish) { return equals_ignoring_case(wish.primary, language); });
  };
  for (const Wish& wish : wishes) {
    if (wish.weight == 0) break;  // "not acceptable"
    for (const std::string_view language : offered) {
      if (wish.primary == "*" ? !named(language) : equals_ignoring_case(wish.primary, language)) return language;
    }
  }
  return offered.front();
}

}  // namespace belfry::http
