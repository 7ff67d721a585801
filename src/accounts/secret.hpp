#pragma once

// What proves something by being known: the token of a link or of a session, the name of a device, a recovery code. The
// store keeps its hash alone and never sees the text. SHA-256 without salt or cost is enough, as nobody can try through
// what they are drawn from (OWASP ASVS 5.0, 6.5.2: "112 bits of entropy or more").

#include "base/random.hpp"
#include "crypto/digest.hpp"

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::accounts {

class SecretHash {
 public:
  // Of a text that is a secret's in its one form.
  static SecretHash of(std::string_view text) { return SecretHash{crypto::sha256(text)}; }
  // 64 lower-case hex digits, nothing else.
  static std::optional<SecretHash> parse(std::string_view text);
  std::string to_string() const;
  const crypto::Sha256Digest& digest() const { return digest_; }

  friend auto operator<=>(const SecretHash&, const SecretHash&) = default;

 private:
  explicit SecretHash(const crypto::Sha256Digest& digest) : digest_{digest} {}
  crypto::Sha256Digest digest_;
};

// 256 random bits in base64url: 43 characters.
std::string new_token(base::Random& random);
// nullopt for what new_token() never gives, which need not be looked for.
std::optional<SecretHash> hash_of_token(std::string_view text);

// Ten codes of 120 random bits in base32, in groups of four with hyphens between them: "ABCD-EFGH-…", 29 characters.
inline constexpr std::size_t kRecoveryCodes = 10;
std::vector<std::string> new_recovery_codes(base::Random& random);
// Of what a person typed: letters of either case, hyphens and blanks where they like. nullopt for what is no code.
std::optional<SecretHash> hash_of_recovery_code(std::string_view typed);

}  // namespace belfry::accounts
