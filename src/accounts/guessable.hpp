#pragma once

// Whether a password as a whole is one of those that are guessed first: a common one in a thin disguise, one pattern
// over and over, or its owner's own name. What the policy refuses and the generator must not give.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::accounts {

// A word of the dictionaries in any case or leet, with up to five digits and signs before and behind it
// ("Summer2024!"), where at least four characters are left.
bool is_disguised_common_password(std::string_view password);

// The same unit over and over ("abcabcabc", "passwordpassword"; a unit of more than four characters counts where it is
// common itself), or a run of neighbours ("fedcba", "3456789"). `password` is UTF-8.
bool is_one_pattern(std::string_view password);

// What is compared with a password: the whole name and e-mail address and their parts of three characters at least; of
// the address's domain the labels of four at least, without the last one. As bare() leaves them.
std::vector<std::string> name_parts(std::string_view name, std::string_view email);

// Characters that are left of the password when all `parts` are cut out, in the reading of leet that leaves fewest;
// nullopt where none is in it.
std::optional<std::size_t> characters_beside(std::string_view password, const std::vector<std::string>& parts);

}  // namespace belfry::accounts
