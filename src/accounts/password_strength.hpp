#pragma once

// How many guesses a password would take, roughly: advice beside the field where one is chosen, never the rule (that is
// password_policy.hpp). It takes the cheapest way to put the password together out of words of the dictionaries (in
// leet, in capitals, backwards), the owner's names, repetitions, sequences, runs over the keyboard, years, and single
// characters, after the manner of zxcvbn (Wheeler, "zxcvbn: Low-Budget Password Strength Estimation", 2016). It errs
// towards few: nobody should trust a good mark that a better guesser takes away.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::accounts {

struct PasswordStrength {
  // 0: below 10^3 guesses, 1: below 10^6, 2: below 10^8, 3: below 10^10, 4: from there on (zxcvbn's bounds).
  std::uint8_t score = 0;
  double guesses_log10 = 0;
};

// Characters that are looked at; more earn nothing.
inline constexpr std::size_t kStrengthCharacters = 128;

// `names` are name_parts() of guessable.hpp. What is no UTF-8 scores 0. Any thread; some milliseconds at most.
PasswordStrength estimate_strength(std::string_view password, const std::vector<std::string>& names = {});

}  // namespace belfry::accounts
