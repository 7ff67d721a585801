#include "web/language.hpp"

#include "http/accept_language.hpp"

#include <array>
#include <optional>

namespace belfry::web {

namespace {

std::optional<Language> language_of(std::string_view tag) {
  if (tag == "en") return Language::En;
  if (tag == "fr") return Language::Fr;
  return std::nullopt;
}

}  // namespace

std::string_view tag_of(Language language) {
  return language == Language::Fr ? "fr" : "en";
}

Language choose_language(std::string_view query, std::string_view accept_language) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    if (pair.starts_with("lang=")) {
      if (const auto chosen = language_of(pair.substr(5))) return *chosen;
    }
    query.remove_prefix(pair.size() + (pair.size() < query.size() ? 1 : 0));
  }
  constexpr std::array<std::string_view, 2> kOffered{"en", "fr"};
  return language_of(http::choose_language(accept_language, kOffered)).value_or(Language::En);
}

}  // namespace belfry::web
