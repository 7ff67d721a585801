#pragma once

// What stands at "/" of Belfry's own host: a small page that leads on.

#include "http/message.hpp"
#include "web/language.hpp"

#include <string>

namespace belfry::web {

struct FrontPageInput {
  std::string site;  // as in SecurityPageInput
  Language language = Language::En;
  std::string nonce;
  // "https://app.example.com/", linked as the way to the application; empty: there is none.
  std::string application_url;
};

http::Response front_page(const FrontPageInput& input);

}  // namespace belfry::web
