#pragma once

// What the policy asks of a new password, and which of its rules one breaks, in words.

#include "accounts/password_policy.hpp"
#include "web/language.hpp"
#include "web/people_page.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::web {

// The field for a new password: the policy that holds for its owner, and the rules that the last try broke.
struct NewPasswordInput {
  accounts::PasswordPreset preset = accounts::PasswordPreset::Standard;
  std::size_t minimum_characters = accounts::PasswordPolicy::kFloor;
  std::vector<accounts::PasswordRule> broken;
  accounts::SecondFactor second_factor = accounts::SecondFactor::Absent;  // the owner's
  std::string suggestion;                                                 // shown where it was asked for
};

std::string password_rule(const NewPasswordInput& input, Language language);
std::string broken_rule(accounts::PasswordRule rule, const NewPasswordInput& input, Language language);

// By which the script's token is issued: it posts to /password/strength and /password/suggestion.
inline constexpr std::string_view kPasswordTools = "password_tools";

// Fills in the part new_password of a form, which has two buttons besides: `suggest` with the value words or
// characters. Whoever takes the form shows it again for them, with a suggestion.
void fill_new_password(PeoplePage& page, PagePart& form, const NewPasswordInput& input);

}  // namespace belfry::web
