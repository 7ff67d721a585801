#include "web/people_page.hpp"

#include "web/own_response.hpp"

#include <algorithm>
#include <stdexcept>

namespace belfry::web {

void PagePart::set(const char* name, std::string_view value) {
  set_value(*values_, name, value);
}

Wording words_of(FieldProblem problem) {
  switch (problem) {
    case FieldProblem::None:
      return {};
    case FieldProblem::Email:
      return phrase("problem.email");
    case FieldProblem::SameEmail:
      return phrase("problem.same_email");
    case FieldProblem::KnownPerson:
      return phrase("problem.known_person");
    case FieldProblem::ConfirmEmail:
      return phrase("problem.confirm_email");
    case FieldProblem::Name:
      return phrase("problem.name");
    case FieldProblem::Password:
      return phrase("problem.password");
    case FieldProblem::Code:
      return phrase("problem.code");
    case FieldProblem::RecoveryCode:
      return phrase("problem.recovery_code");
  }
  return {};
}

PeoplePage::PeoplePage(Page page, const PeoplePageInput& input, Wording title, LanguageLinks links)
    : page_{page}, input_{input}, title_{text(title)} {
  // A page whose forms nobody guards is a broken invariant, not a page.
  if (!input.csrf_token) throw std::invalid_argument{"a page of people needs CSRF tokens"};
  set("LANGUAGE", tag_of(input.language));
  set("NONCE", input.nonce);
  set("SITE", input.site);
  if (links == LanguageLinks::Offered) offer_languages(values_, input.language, input.query);
  if (input.busy_for) alert(phrase("problem.busy"));
}

void PeoplePage::carry(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  PagePart carried = add("CARRIED");
  carried.set("CARRIED_NAME", name);
  carried.set("CARRIED_VALUE", value);
}

PagePart PeoplePage::form(PagePart& within, const char* section, std::string_view intent) {
  PagePart form = within.add(section);
  form.set("CSRF_TOKEN", input_.csrf_token(intent));
  form.set("INTENT", intent);
  return form;
}

void PeoplePage::load_script() {
  show("SCRIPT");
  script_ = http::PageScript::Own;
}

void PeoplePage::notice(Wording wording) {
  if (wording.en.empty()) return;
  add("NOTICE").set("NOTICE_TEXT", text(wording));
}

void PeoplePage::alert(Wording wording) {
  if (wording.en.empty()) return;
  add("ALERT").set("ALERT_TEXT", text(wording));
}

void PeoplePage::tabs(const Visitor& visitor, AccountTab tab) {
  set("EMAIL_NOW", visitor.email);
  switch (tab) {
    case AccountTab::Account:
      show("ON_ACCOUNT");
      break;
    case AccountTab::Security:
      show("ON_SECURITY");
      break;
    case AccountTab::People:
      show("ON_PEOPLE");
      break;
  }
  if (visitor.is_administrator) show("ADMINISTRATOR");
  form("SIGN_OUT", "sign_out");
}

void PeoplePage::fill(PagePart& form, const std::string& field, const FieldInput& input) {
  form.set(field.c_str(), input.value);
  problem(form, field, input.problem);
}

void PeoplePage::problem(PagePart& form, const std::string& field, FieldProblem problem) {
  if (problem == FieldProblem::None) return;
  form.add((field + "_PROBLEM").c_str()).set((field + "_PROBLEM_TEXT").c_str(), text(words_of(problem)));
  found_problem(form, field);
}

void PeoplePage::found_problem(PagePart& form, const std::string& field) {
  has_problem_ = true;
  focus(form, field);
}

void PeoplePage::focus(PagePart& form, const std::string& field) {
  if (has_focus_) return;
  has_focus_ = true;
  form.focus(field);
}

http::Response PeoplePage::response(std::uint16_t status) {
  if (status == 200 && has_problem_) status = 422;
  if (input_.busy_for) status = 503;
  std::string title = title_ + " · " + input_.site;
  if (status >= 400) title = std::string{text(phrase("problem.title"))} + " " + title;
  set("TITLE", title);
  http::Response response = html_response(status, input_.language, input_.render(page_, input_.language, values_));
  response.script = script_;
  response.head.fields.add("vary", "accept-language");
  if (input_.busy_for) {
    response.head.fields.add("retry-after", std::to_string(std::max<std::int64_t>(1, input_.busy_for->count())));
  }
  return response;
}

}  // namespace belfry::web
