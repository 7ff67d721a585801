#pragma once

// What the pages of people have in common, from signing in to the administrator's list: forms that need no script, each
// with a hidden csrf_token of its own, each posted to the path of its page; what went wrong stands beside its field.
//
// A form tells which one of its page it is by the hidden field `intent`. The tokens are bound to it, so that the form
// that changes a name cannot be made to delete an account.

#include "http/message.hpp"
#include "web/language.hpp"
#include "web/page_template.hpp"
#include "web/phrases.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::web {

// The token for one form of the page, by its intent. Called once for each form that is shown.
using CsrfTokens = std::function<std::string(std::string_view intent)>;

struct PeoplePageInput {
  std::string site;  // as in SecurityPageInput
  Language language = Language::En;
  std::string nonce;
  CsrfTokens csrf_token;
  // Of the page's address, without "?" and "lang": what the links to the other language keep ("token=…"). It must be in
  // the form that an address has, percent-encoded.
  std::string query;
  // Set where a full queue kept the form from being tried: the answer is 503, with this as Retry-After in whole
  // seconds, at least 1.
  std::optional<std::chrono::seconds> busy_for;
  // What makes the page of its values: the templates, which escape them, but in a drill's control (app/measures.hpp).
  Renderer render = &web::render;
};

// Whose page it is, for the links between the pages of an account.
struct Visitor {
  std::string email;
  bool is_administrator = false;
};

// What can be wrong with a field, other than a new password (password_words.hpp).
enum class FieldProblem : std::uint8_t {
  None,
  Email,         // not an e-mail address
  SameEmail,     // the one that the account has
  KnownPerson,   // invited or here already; for administrators' eyes alone
  ConfirmEmail,  // not that of the account to be deleted
  Name,
  Password,  // not the visitor's own
  Code,      // of the second factor: wrong, used before, or too old
  RecoveryCode,
};
Wording words_of(FieldProblem problem);

// A field with the value to show again.
struct FieldInput {
  std::string value;
  FieldProblem problem = FieldProblem::None;
};

// The fields with which somebody who is signed in says once more who it is.
struct CredentialProblems {
  FieldProblem password = FieldProblem::None;
  FieldProblem code = FieldProblem::None;

  bool any() const { return password != FieldProblem::None || code != FieldProblem::None; }
};

enum class LanguageLinks : std::uint8_t {
  Offered,
  Absent,  // where the page cannot be asked for again: what it shows is shown once
};

enum class AccountTab : std::uint8_t { Account, Security, People };

// One form of a page, or one part of it that is repeated.
class PagePart {
 public:
  explicit PagePart(ctemplate::TemplateDictionary& values) : values_{&values} {}

  void set(const char* name, std::string_view value);
  void show(const char* section) { values_->ShowSection(section); }
  PagePart add(const char* section) { return PagePart{*values_->AddSectionDictionary(section)}; }
  // The field where the browser puts the cursor.
  void focus(const std::string& field) { values_->ShowSection(field + "_FOCUS"); }

 private:
  ctemplate::TemplateDictionary* values_;
};

// A page that is being filled in. The input must outlive it.
class PeoplePage {
 public:
  PeoplePage(Page page, const PeoplePageInput& input, Wording title, LanguageLinks links = LanguageLinks::Offered);

  Language language() const { return input_.language; }
  std::string_view text(Wording wording) const { return pick(wording, input_.language); }

  void set(const char* name, std::string_view value) { root_.set(name, value); }
  void set(const char* name, Wording wording) { root_.set(name, text(wording)); }
  void show(const char* section) { root_.show(section); }
  PagePart add(const char* section) { return root_.add(section); }
  PagePart root() { return root_; }

  // A hidden field that every form of the page carries back; left out where it is empty.
  void carry(std::string_view name, std::string_view value);
  // The form SECTION of the page, or of a part of it.
  PagePart form(const char* section, std::string_view intent) { return form(root_, section, intent); }
  PagePart form(PagePart& within, const char* section, std::string_view intent);
  // For an action of the page's that is no form.
  std::string token(std::string_view intent) const { return input_.csrf_token(intent); }
  // The page has use for the script.
  void load_script();
  // Said at the top of the page: something was done, or (with role=alert) was not.
  void notice(Wording wording);
  void alert(Wording wording);
  void tabs(const Visitor& visitor, AccountTab tab);

  // The field's value, its problem, and the cursor where it is the first one with a problem.
  void fill(PagePart& form, const std::string& field, const FieldInput& input);
  // The same for a field that never shows a value again.
  void problem(PagePart& form, const std::string& field, FieldProblem problem);
  // Of a field whose problem the caller has shown: its words are its own.
  void found_problem(PagePart& form, const std::string& field);
  // Puts the cursor into this field, where no field with a problem wants it.
  void focus(PagePart& form, const std::string& field);

  // RFC 9110, section 15.5.21: 422 instead of 200 where a field has a problem. From 400 on the title tells of it.
  http::Response response(std::uint16_t status = 200);

 private:
  Page page_;
  const PeoplePageInput& input_;
  std::string title_;
  ctemplate::TemplateDictionary values_{"people"};
  PagePart root_{values_};
  http::PageScript script_ = http::PageScript::None;
  bool has_problem_ = false;
  bool has_focus_ = false;
};

}  // namespace belfry::web
