#pragma once

// What the policy asks of a new password, and which of its rules one breaks, in words.

#include "accounts/password_policy.hpp"
#include "web/language.hpp"
#include "web/people_page.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace belfry::web {

// The field for a new password: the policy that holds for its owner, and the rules that the last try broke.
struct NewPasswordInput {
  accounts::PasswordPreset preset = accounts::PasswordPreset::Standard;
  std::size_t minimum_characters = accounts::PasswordPolicy::kFloor;
  std::vector<accounts::PasswordRule> broken;
};

std::string password_rule(const NewPasswordInput& input, Language language);
std::string broken_rule(accounts::PasswordRule rule, const NewPasswordInput& input, Language language);

// Fills in the part new_password of a form.
void fill_new_password(PeoplePage& page, PagePart& form, const NewPasswordInput& input);

}  // namespace belfry::web
