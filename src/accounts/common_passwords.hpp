#pragma once

// Words and passwords that guessers try first: zxcvbn's dictionaries (passwords that leaked, names, words of Wikipedia
// and of films), in the program as sorted text and searched as such, so that nothing is built at start
// (docs/decisions/0014-dictionaries-of-passwords.md).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace belfry::accounts {

// The longest word, in bytes.
inline constexpr std::size_t kCommonPasswordLimit = 23;

// How early the word comes in the list where it comes first: the smallest power of two that is greater than its rank,
// which is counted from 1. nullopt where no list has it. Exact: `word` is in lower case. Any thread; allocates nothing.
std::optional<std::uint32_t> common_password_rank(std::string_view word);

// Without regard to case, accents and full width.
bool is_common_password(std::string_view password);

}  // namespace belfry::accounts
