#include "crypto/totp.hpp"

#include "base/ascii.hpp"
#include "crypto/base32.hpp"
#include "crypto/digest.hpp"
#include "crypto/hmac_once.hpp"

#include <array>
#include <stdexcept>

namespace belfry::crypto {

namespace {

constexpr std::size_t kSha1Bytes = 20;

// RFC 3986, section 2.3.
bool is_unreserved(char character) {
  return base::is_letter(character) || base::is_digit(character) || character == '-' || character == '.' ||
         character == '_' || character == '~';
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char character : text) {
    if (is_unreserved(character)) {
      encoded += character;
    } else {
      const auto value = static_cast<unsigned char>(character);
      encoded += '%';
      encoded += kHex[value >> 4];
      encoded += kHex[value & 0x0f];
    }
  }
  return encoded;
}

}  // namespace

std::optional<TotpStep> totp_step(base::WallTime time) {
  if (time.time_since_epoch().count() < 0) return std::nullopt;
  return static_cast<TotpStep>(time.time_since_epoch() / kTotpPeriod);
}

std::vector<std::byte> new_totp_secret(base::Random& random) {
  std::vector<std::byte> secret(kTotpSecretBytes);
  random.fill(secret);
  return secret;
}

std::string totp_code(std::span<const std::byte> secret, TotpStep step) {
  if (secret.empty()) throw std::invalid_argument{"totp_code: no secret"};
  std::array<unsigned char, 8> counter;
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter[i] = static_cast<unsigned char>(step >> (8 * (counter.size() - 1 - i)));
  }
  // RFC 4226, section 5.3: dynamic truncation.
  std::array<unsigned char, kSha1Bytes> digest;
  hmac_once("SHA1", secret, std::as_bytes(std::span{counter}), std::as_writable_bytes(std::span{digest}));
  const std::size_t offset = digest.back() & 0x0f;
  std::uint32_t value = ((digest[offset] & 0x7fU) << 24) | (std::uint32_t{digest[offset + 1]} << 16) |
                        (std::uint32_t{digest[offset + 2]} << 8) | digest[offset + 3];
  std::string code(kTotpDigits, '0');
  for (std::size_t i = kTotpDigits; i > 0; --i) {
    code[i - 1] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return code;
}

std::optional<TotpStep> match_totp(std::span<const std::byte> secret, std::string_view code, base::WallTime now,
                                   std::optional<TotpStep> newest_used) {
  const std::optional<TotpStep> current = totp_step(now);
  if (!current) return std::nullopt;
  std::optional<TotpStep> matched;
  // Older first, and all three whatever came of the one before.
  for (TotpStep step = *current > 0 ? *current - 1 : 0; step <= *current + 1; ++step) {
    const bool equal = equal_in_constant_time(totp_code(secret, step), code);
    const bool unused = !newest_used || step > *newest_used;
    if (equal && unused) matched = step;
  }
  return matched;
}

std::string totp_uri(std::string_view issuer, std::string_view account, std::span<const std::byte> secret) {
  if (issuer.contains(':') || account.contains(':')) throw std::invalid_argument{"totp_uri: a colon"};
  const std::string encoded_issuer = percent_encode(issuer);
  return "otpauth://totp/" + encoded_issuer + ":" + percent_encode(account) + "?secret=" + to_base32(secret) +
         "&issuer=" + encoded_issuer + "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace belfry::crypto
