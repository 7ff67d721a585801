#include "crypto/base32.hpp"

#include <cstdint>

namespace belfry::crypto {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

}  // namespace

std::string to_base32(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve((bytes.size() * 8 + 4) / 5);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const std::byte byte : bytes) {
    bits = (bits << 8) | std::to_integer<std::uint32_t>(byte);
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += kAlphabet[(bits >> held) & 0x1f];
    }
  }
  if (held > 0) text += kAlphabet[(bits << (5 - held)) & 0x1f];
  return text;
}

std::optional<std::vector<std::byte>> from_base32(std::string_view text) {
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() * 5 / 8);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char character : text) {
    const std::size_t value = kAlphabet.find(character);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 5) | static_cast<std::uint32_t>(value);
    held += 5;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<std::byte>((bits >> held) & 0xff));
    }
  }
  // Five bits or more left over: a character that no byte needed.
  if (held >= 5 || (bits & ((1U << held) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace belfry::crypto
