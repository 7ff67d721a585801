#include "accounts/secret.hpp"

#include "base/ascii.hpp"
#include "crypto/base32.hpp"
#include "crypto/encode.hpp"
#include "crypto/token.hpp"

#include <algorithm>
#include <array>

namespace belfry::accounts {

namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kRecoveryCodeBytes = 15;
constexpr std::size_t kGroup = 4;
// What is longer than a code with a blank behind each character is not read.
constexpr std::size_t kTypedLimit = 48;

}  // namespace

std::optional<SecretHash> SecretHash::parse(std::string_view text) {
  const auto bytes = crypto::from_hex(text);
  crypto::Sha256Digest digest;
  if (!bytes || bytes->size() != digest.size()) return std::nullopt;
  std::ranges::copy(*bytes, digest.begin());
  return SecretHash{digest};
}

std::string SecretHash::to_string() const {
  return crypto::to_hex(digest_);
}

std::string new_token(base::Random& random) {
  return crypto::random_token(random, kTokenBytes * 8);
}

std::optional<SecretHash> hash_of_token(std::string_view text) {
  const auto bytes = crypto::from_base64url(text);
  if (!bytes || bytes->size() != kTokenBytes) return std::nullopt;
  return SecretHash::of(text);
}

std::vector<std::string> new_recovery_codes(base::Random& random) {
  std::vector<std::string> codes;
  for (std::size_t i = 0; i < kRecoveryCodes; ++i) {
    std::array<std::byte, kRecoveryCodeBytes> bytes;
    random.fill(bytes);
    std::string code;
    for (const char character : crypto::to_base32(bytes)) {
      if (code.size() % (kGroup + 1) == kGroup) code += '-';
      code += character;
    }
    codes.push_back(std::move(code));
  }
  return codes;
}

std::optional<SecretHash> hash_of_recovery_code(std::string_view typed) {
  if (typed.size() > kTypedLimit) return std::nullopt;
  std::string code;
  for (const char character : typed) {
    if (character == '-' || character == ' ') continue;
    code += base::to_upper(character);
  }
  const auto bytes = crypto::from_base32(code);
  if (!bytes || bytes->size() != kRecoveryCodeBytes) return std::nullopt;
  return SecretHash::of(code);
}

}  // namespace belfry::accounts
