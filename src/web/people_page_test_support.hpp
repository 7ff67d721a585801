#pragma once

// What a page of people is asked with, where its test asks for nothing else.

#include "web/people_page.hpp"

#include <string>
#include <string_view>

namespace belfry::web {

inline std::string sample_token(std::string_view intent) {
  return "token-for-" + std::string{intent};
}

inline PeoplePageInput page(Language language = Language::En) {
  PeoplePageInput page;
  page.site = "app.example.com";
  page.language = language;
  page.nonce = "bm9uY2U=";
  page.csrf_token = sample_token;
  return page;
}

}  // namespace belfry::web
