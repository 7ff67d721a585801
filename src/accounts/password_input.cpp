#include "accounts/password_input.hpp"

#include "accounts/password_text.hpp"
#include "crypto/encode.hpp"
#include "crypto/hmac_sha384.hpp"

#include <stdexcept>

namespace belfry::accounts {
namespace {

constexpr std::string_view kHmacMark = "{hmac-sha384}";
// bcrypt of any year's letter ("$2b$", and what other programs wrote before it).
constexpr std::string_view kBcrypt = "$2";

}  // namespace

PasswordFormat format_of(PasswordPreset preset) {
  return preset == PasswordPreset::Nist ? PasswordFormat::HmacSha384 : PasswordFormat::Plain;
}

std::optional<std::string> password_input(PasswordFormat format, std::string_view password,
                                          std::span<const std::byte> key) {
  if (password.contains('\0')) return std::nullopt;
  if (format == PasswordFormat::Plain) {
    if (password.size() > PasswordPolicy::kStandardByteLimit) return std::nullopt;
    return std::string{password};
  }
  if (key.size() < kPasswordKeyMinimum) throw std::invalid_argument{"the key of the passwords has less than 256 bits"};
  if (password.size() > PasswordPolicy::kNistByteLimit) return std::nullopt;
  const auto normalized = nfc(password);
  if (!normalized) return std::nullopt;
  return crypto::to_base64(crypto::hmac_sha384(key, *normalized));
}

std::string MarkedHash::to_string() const {
  return (format == PasswordFormat::HmacSha384 ? std::string{kHmacMark} : std::string{}) + bcrypt;
}

std::optional<MarkedHash> MarkedHash::parse(std::string_view stored) {
  MarkedHash hash;
  if (stored.starts_with(kHmacMark)) {
    hash.format = PasswordFormat::HmacSha384;
    stored.remove_prefix(kHmacMark.size());
  }
  if (!stored.starts_with(kBcrypt)) return std::nullopt;
  hash.bcrypt = stored;
  return hash;
}

}  // namespace belfry::accounts
