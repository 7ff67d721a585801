#include "crypto/encode.hpp"

#include <array>
#include <cstdint>

namespace belfry::crypto {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::uint8_t kNone = 0xff;

constexpr std::array<std::uint8_t, 256> values_of(std::string_view alphabet) {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNone);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr auto kHexValues = values_of(kHex);
constexpr auto kBase64UrlValues = values_of(kBase64Url);

std::string encode_base64(std::span<const std::byte> bytes, std::string_view alphabet) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const std::byte byte : bytes) {
    bits = (bits << 8) | std::to_integer<std::uint32_t>(byte);
    held += 8;
    while (held >= 6) {
      held -= 6;
      text += alphabet[(bits >> held) & 0x3f];
    }
  }
  if (held > 0) text += alphabet[(bits << (6 - held)) & 0x3f];
  return text;
}

}  // namespace

void to_hex(std::span<const std::byte> bytes, char* out) {
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    *out++ = kHex[value >> 4];
    *out++ = kHex[value & 0x0f];
  }
}

std::string to_hex(std::span<const std::byte> bytes) {
  std::string text(bytes.size() * 2, '\0');
  to_hex(bytes, text.data());
  return text;
}

std::optional<std::vector<std::byte>> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::uint8_t high = kHexValues[static_cast<unsigned char>(text[i])];
    const std::uint8_t low = kHexValues[static_cast<unsigned char>(text[i + 1])];
    if (high == kNone || low == kNone) return std::nullopt;
    bytes.push_back(static_cast<std::byte>((high << 4) | low));
  }
  return bytes;
}

std::string to_base64(std::span<const std::byte> bytes) {
  std::string text = encode_base64(bytes, kBase64);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::string to_base64url(std::span<const std::byte> bytes) {
  return encode_base64(bytes, kBase64Url);
}

std::optional<std::vector<std::byte>> from_base64url(std::string_view text) {
  // One character alone carries six bits: no byte.
  if (text.size() % 4 == 1) return std::nullopt;
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char character : text) {
    const std::uint8_t value = kBase64UrlValues[static_cast<unsigned char>(character)];
    if (value == kNone) return std::nullopt;
    bits = (bits << 6) | value;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<std::byte>((bits >> held) & 0xff));
    }
  }
  // RFC 4648, section 3.5: "implementations MUST [...] set the pad bits to zero"; a decoder may reject others.
  if ((bits & ((1U << held) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace belfry::crypto
