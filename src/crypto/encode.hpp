#pragma once

// Bytes as text: hex, base64 and base64url (RFC 4648). Decoders are strict: one text for one value, so that a token
// cannot be spelt in two ways.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::crypto {

// Lower case.
std::string to_hex(std::span<const std::byte> bytes);
// Writes 2 * bytes.size() digits to `out`.
void to_hex(std::span<const std::byte> bytes, char* out);
// Lower case only; nullopt for an odd length or any other character.
std::optional<std::vector<std::byte>> from_hex(std::string_view text);

// With padding.
std::string to_base64(std::span<const std::byte> bytes);
// Without padding (RFC 4648, section 5; RFC 7515, appendix C).
std::string to_base64url(std::span<const std::byte> bytes);
// Refuses padding, blanks, other alphabets, and unused bits that are not zero (RFC 4648, section 3.5).
std::optional<std::vector<std::byte>> from_base64url(std::string_view text);

}  // namespace belfry::crypto
