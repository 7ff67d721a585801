#pragma once

// Passwords and names as text: their characters, one spelling of each, and what is left of them when case, accents and
// the usual disguises of a letter are taken away, so that they can be compared as people see them.

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::accounts {

// The code points of UTF-8 text; nullopt where it is none (overlong forms and surrogates too: RFC 3629, section 3).
std::optional<std::u32string> code_points(std::string_view text);

// Normalization Form C (UAX #15). Unassigned code points stay as they are. nullopt where it is no UTF-8.
std::optional<std::string> nfc(std::string_view text);

// Without case, accents and invisible characters, and compatible forms (full width, ligatures) as the plain ones. What
// is no UTF-8 is empty.
std::string bare(std::string_view text);

// Leet read as letters: "p4$$w0rd" is "password". A 1 stands for i in the first reading and for l in the second.
// `bare_text` is as bare() left it.
std::array<std::string, 2> leet_readings(std::string_view bare_text);

}  // namespace belfry::accounts
