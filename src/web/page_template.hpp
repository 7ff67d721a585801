#pragma once

// Belfry's pages as templates: the layout, one page's own part, the style and the phrases of one language are put
// together once, at the first use, into one ctemplate template that escapes every value by its context.
//
// The template files are ours and part of the program. Values, and values alone, come from outside; they reach a
// template through the dictionary, never through its text.

#include "web/language.hpp"

// clang-format off: ctemplate's header uses strlen and does not include it.
#include <cstring>
#include <ctemplate/template_dictionary.h>
// clang-format on

#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::web {

enum class Page : std::uint8_t {
  Security,
  Refusal,
  Front,
  Tls,
  // Those of people, which have forms and cookies: people_page.hpp.
  SignIn,
  SignInCode,
  Welcome,
  Enrolment,
  RecoveryCodes,
  ResetRequest,
  ResetPassword,
  SignUpRequest,
  SignUp,
  Message,
  Account,
  AccountSecurity,
  AdminPeople,
};

// A value under the name that the template has for it.
void set_value(ctemplate::TemplateDictionary& where, const char* name, std::string_view value);

// Shows the links to the page's other languages. `query` of the page's address is kept; it is without "?" and "lang".
void offer_languages(ctemplate::TemplateDictionary& page, Language language, std::string_view query = {});

// The page's HTML. Any thread. A name that is in the template and not in the dictionary is empty.
std::string render(Page page, Language language, const ctemplate::TemplateDictionary& values);
using Renderer = std::string (*)(Page page, Language language, const ctemplate::TemplateDictionary& values);

}  // namespace belfry::web
