#pragma once

// What of a password goes into bcrypt, which reads 72 bytes at most and stops at a NUL.
//
// `Plain`: the password as it is; the policy's preset `Standard` refuses what bcrypt would cut. `HmacSha384`: its NFC
// form (SP 800-63B-4, section 3.1.1.2) under HMAC-SHA-384 in base64, so that a phrase of any length counts as a whole:
// "bcrypt(base64(hmac-sha384(data:$password, key:$pepper)), $salt, $cost)" (OWASP Password Storage Cheat Sheet,
// "Pre-Hashing Passwords with bcrypt"). The key is what keeps a digest that leaked elsewhere from being tried as a
// password here ("shucking"), and does not stand in the database.
//
// Each stored hash says which of the two it was made of, so that a change of preset locks nobody out.

#include "accounts/password_policy.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace belfry::accounts {

enum class PasswordFormat : std::uint8_t { Plain, HmacSha384 };

// Of passwords that are set under this preset.
PasswordFormat format_of(PasswordPreset preset);

// Smallest key, inclusive: 256 bits.
inline constexpr std::size_t kPasswordKeyMinimum = 32;

// Up to 72 bytes without a NUL; nullopt for what no policy of this format accepts, so that no password that is only
// alike in its first 72 bytes is ever hashed or compared. `key` is used for HmacSha384 alone; one that is too short is
// a broken invariant and throws.
std::optional<std::string> password_input(PasswordFormat format, std::string_view password,
                                          std::span<const std::byte> key);

// A bcrypt hash with its format, as it is stored: "$2b$12$…" is of a plain password, "{hmac-sha384}$2b$12$…" of a
// digest.
struct MarkedHash {
  PasswordFormat format = PasswordFormat::Plain;
  std::string bcrypt;

  std::string to_string() const;
  // nullopt for any other mark.
  static std::optional<MarkedHash> parse(std::string_view stored);
  friend bool operator==(const MarkedHash&, const MarkedHash&) = default;
};

}  // namespace belfry::accounts
