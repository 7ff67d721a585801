#include "web/password_words.hpp"

namespace belfry::web {

namespace {

using accounts::PasswordPolicy;
using accounts::PasswordPreset;
using accounts::PasswordRule;

std::string with_number(Wording before, std::size_t number, Wording after, Language language) {
  std::string text{pick(before, language)};
  text.append(" ").append(std::to_string(number)).append(" ").append(pick(after, language));
  return text;
}

std::size_t byte_limit(PasswordPreset preset) {
  return preset == PasswordPreset::Nist ? PasswordPolicy::kNistByteLimit : PasswordPolicy::kStandardByteLimit;
}

}  // namespace

std::string password_rule(const NewPasswordInput& input, Language language) {
  const Wording after = input.preset == PasswordPreset::Nist ? phrase("password.nist") : phrase("password.standard");
  return with_number(phrase("password.before"), input.minimum_characters, after, language);
}

std::string broken_rule(PasswordRule rule, const NewPasswordInput& input, Language language) {
  switch (rule) {
    case PasswordRule::TooShort:
      return with_number(phrase("password.too_short.before"), input.minimum_characters,
                         phrase("password.too_short.after"), language);
    case PasswordRule::TooLong:
      return with_number(phrase("password.too_long.before"), byte_limit(input.preset),
                         phrase("password.too_long.after"), language);
    case PasswordRule::NotText:
    case PasswordRule::ContainsNul:
      return std::string{pick(phrase("password.not_text"), language)};
    case PasswordRule::FewClasses:
      return std::string{pick(phrase("password.few_classes"), language)};
    case PasswordRule::Common:
      return std::string{pick(phrase("password.common"), language)};
    case PasswordRule::OwnName:
      return std::string{pick(phrase("password.own_name"), language)};
    case PasswordRule::ListUnreadable:
      return std::string{pick(phrase("password.unreadable"), language)};
  }
  return {};
}

void fill_new_password(PeoplePage& page, PagePart& form, const NewPasswordInput& input) {
  form.set("PASSWORD_RULE", password_rule(input, page.language()));
  form.set("TOOLS_TOKEN", page.token(kPasswordTools));
  form.set("TOOLS_FACTOR", input.second_factor == accounts::SecondFactor::Present ? "present" : "absent");
  page.load_script();
  if (input.suggestion.empty()) {
    form.show("NO_SUGGESTION");
  } else {
    form.set("SUGGESTION", input.suggestion);
    page.focus(form, "SUGGESTED");
  }
  if (input.broken.empty()) return;
  PagePart problem = form.add("NEW_PASSWORD_PROBLEM");
  for (const PasswordRule rule : input.broken) {
    problem.add("BROKEN_RULE").set("BROKEN_RULE_TEXT", broken_rule(rule, input, page.language()));
  }
  page.found_problem(problem, "NEW_PASSWORD");
}

}  // namespace belfry::web
