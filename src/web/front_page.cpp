#include "web/front_page.hpp"

#include "web/own_response.hpp"
#include "web/page_template.hpp"
#include "web/phrases.hpp"

#include <string_view>

namespace belfry::web {

http::Response front_page(const FrontPageInput& input) {
  ctemplate::TemplateDictionary page{"front"};
  const auto set = [&](const char* name, std::string_view value) { set_value(page, name, value); };
  set("LANGUAGE", tag_of(input.language));
  set("NONCE", input.nonce);
  set("SITE", input.site);
  set("TITLE", "Belfry · " + input.site);
  offer_languages(page, input.language);
  // The reader's language stays the one of this page.
  set("SECURITY_URL", "/security?lang=" + std::string{tag_of(input.language)});
  if (!input.application_url.empty()) {
    page.ShowSection("APPLICATION");
    set("APPLICATION_URL", input.application_url);
  }
  http::Response response = html_response(200, input.language, render(Page::Front, input.language, page));
  response.head.fields.add("vary", "accept-language");
  return response;
}

}  // namespace belfry::web
