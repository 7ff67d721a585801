#include "web/page_template.hpp"

#include "web/phrases.hpp"
#include "web/script.hpp"

#include <ctemplate/template.h>
#include <embedded/account_nav_template.hpp>
#include <embedded/account_security_template.hpp>
#include <embedded/account_template.hpp>
#include <embedded/admin_people_template.hpp>
#include <embedded/enrolment_template.hpp>
#include <embedded/front_template.hpp>
#include <embedded/guarded_form_template.hpp>
#include <embedded/layout_template.hpp>
#include <embedded/message_template.hpp>
#include <embedded/new_password_template.hpp>
#include <embedded/page_style.hpp>
#include <embedded/recovery_codes_template.hpp>
#include <embedded/refusal_template.hpp>
#include <embedded/reset_password_template.hpp>
#include <embedded/reset_request_template.hpp>
#include <embedded/security_template.hpp>
#include <embedded/sign_in_code_template.hpp>
#include <embedded/sign_in_template.hpp>
#include <embedded/sign_up_request_template.hpp>
#include <embedded/sign_up_template.hpp>
#include <embedded/steps_template.hpp>
#include <embedded/tls_template.hpp>
#include <embedded/welcome_template.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace belfry::web {

namespace {

constexpr std::string_view kEscaping = "{{%AUTOESCAPE context=\"HTML\"}}\n";

std::string_view part_of(Page page) {
  switch (page) {
    case Page::Security:
      return embedded::security_template();
    case Page::Refusal:
      return embedded::refusal_template();
    case Page::Front:
      return embedded::front_template();
    case Page::Tls:
      return embedded::tls_template();
    case Page::SignIn:
      return embedded::sign_in_template();
    case Page::SignInCode:
      return embedded::sign_in_code_template();
    case Page::Welcome:
      return embedded::welcome_template();
    case Page::Enrolment:
      return embedded::enrolment_template();
    case Page::RecoveryCodes:
      return embedded::recovery_codes_template();
    case Page::ResetRequest:
      return embedded::reset_request_template();
    case Page::ResetPassword:
      return embedded::reset_password_template();
    case Page::SignUpRequest:
      return embedded::sign_up_request_template();
    case Page::SignUp:
      return embedded::sign_up_template();
    case Page::Message:
      return embedded::message_template();
    case Page::Account:
      return embedded::account_template();
    case Page::AccountSecurity:
      return embedded::account_security_template();
    case Page::AdminPeople:
      return embedded::admin_people_template();
  }
  return {};
}

// What several templates have in common, named there as [[>name]].
std::string_view shared_part(std::string_view name) {
  if (name == "guarded_form") return embedded::guarded_form_template();
  if (name == "new_password") return embedded::new_password_template();
  if (name == "account_nav") return embedded::account_nav_template();
  if (name == "steps") return embedded::steps_template();
  throw std::logic_error{"a template names an unknown part: " + std::string{name}};
}

bool is_of_people(Page page) {
  return page >= Page::SignIn;
}

bool has_new_password(Page page) {
  return page == Page::Welcome || page == Page::ResetPassword || page == Page::SignUp || page == Page::AccountSecurity;
}

std::string_view footer_of(Page page) {
  if (has_new_password(page)) return "layout.footer_new_password";
  return is_of_people(page) ? "layout.footer_people" : "layout.footer";
}

std::string escaped(std::string_view text) {
  std::string html;
  for (const char character : text) {
    switch (character) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += character;
    }
  }
  return html;
}

// The text behind a [[name]].
std::string resolve(std::string_view name, Page page, Language language);

std::string fill(std::string_view text, Page page, Language language) {
  std::string filled;
  while (true) {
    const auto begin = text.find("[[");
    filled += text.substr(0, begin);
    if (begin == std::string_view::npos) return filled;
    const auto end = text.find("]]", begin);
    if (end == std::string_view::npos) throw std::logic_error{"a template opens [[ and does not close it"};
    filled += resolve(text.substr(begin + 2, end - begin - 2), page, language);
    text.remove_prefix(end + 2);
  }
}

std::string resolve(std::string_view name, Page page, Language language) {
  if (name == ">style") return std::string{embedded::page_style()};
  if (name == ">script_url") return script_url();
  if (name == ">script_integrity") return script_integrity();
  if (name == ">footer") name = footer_of(page);
  if (name.starts_with('>')) {
    const std::string_view part = name == ">page" ? part_of(page) : shared_part(name.substr(1));
    if (!part.starts_with(kEscaping)) throw std::logic_error{"a template without escaping"};
    return fill(part.substr(kEscaping.size()), page, language);
  }
  const Wording* wording = find_phrase(name);
  if (wording == nullptr) throw std::logic_error{"a template names an unknown phrase: " + std::string{name}};
  return escaped(pick(*wording, language));
}

using Parsed = std::unique_ptr<ctemplate::Template>;

Parsed parse(Page page, Language language) {
  const std::string text = fill(embedded::layout_template(), page, language);
  Parsed parsed{ctemplate::Template::StringToTemplate(text, ctemplate::STRIP_WHITESPACE)};
  if (!parsed || parsed->state() != ctemplate::TS_READY) throw std::logic_error{"a template cannot be parsed"};
  return parsed;
}

// Immutable once built; Expand is const and safe on every thread.
class Templates {
 public:
  Templates() {
    for (std::size_t page = 0; page < kPages; ++page) {
      for (const Language language : {Language::En, Language::Fr}) {
        parsed_[page][static_cast<std::size_t>(language)] = parse(static_cast<Page>(page), language);
      }
    }
  }

  const ctemplate::Template& of(Page page, Language language) const {
    return *parsed_[static_cast<std::size_t>(page)][static_cast<std::size_t>(language)];
  }

 private:
  static constexpr std::size_t kPages = static_cast<std::size_t>(Page::AdminPeople) + 1;
  std::array<std::array<Parsed, 2>, kPages> parsed_;
};

const Templates& templates() {
  static const Templates kTemplates;
  return kTemplates;
}

}  // namespace

void set_value(ctemplate::TemplateDictionary& where, const char* name, std::string_view value) {
  where.SetValue(name, ctemplate::TemplateString{value.data(), value.size()});
}

void offer_languages(ctemplate::TemplateDictionary& page, Language language, std::string_view query) {
  const bool french = language == Language::Fr;
  std::string url = "?";
  if (!query.empty()) url.append(query).append("&");
  url.append("lang=").append(tag_of(french ? Language::En : Language::Fr));
  ctemplate::TemplateDictionary& languages = *page.AddSectionDictionary("LANGUAGES");
  languages.SetValue("OTHER_LANGUAGE_URL", url);
  languages.ShowSection(french ? "IN_FR" : "IN_EN");
}

std::string render(Page page, Language language, const ctemplate::TemplateDictionary& values) {
  std::string html;
  const bool complete = templates().of(page, language).Expand(&html, &values);
  if (!complete) throw std::logic_error{"a template cannot be expanded"};
  return html;
}

}  // namespace belfry::web
