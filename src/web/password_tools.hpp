#pragma once

// What the script beside the field for a new password is answered: how strong a password is, and suggestions.

#include "accounts/password_strength.hpp"
#include "http/message.hpp"
#include "web/language.hpp"
#include "web/password_words.hpp"

#include <string_view>

namespace belfry::web {

struct StrengthInput {
  Language language = Language::En;
  accounts::PasswordStrength strength;
  NewPasswordInput rules;  // with those that the password breaks
};

// {"score": 0 to 4, "strength": its word, "problems": [a sentence for each broken rule]}. What may not be set has a
// score of 1 at most, however many guesses it takes.
http::Response strength_json(const StrengthInput& input);

// {"password": …}
http::Response suggestion_json(std::string_view password);

}  // namespace belfry::web
