#pragma once

// Reads the vectors and numbers of TLS (RFC 8446, section 3) out of bytes that somebody else sent. Every take is
// bounded by what is there: nullopt, and nothing is taken, where it is not.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace belfry::inspect {

// RFC 8446, section 5.1: what a record carries at most in the clear.
inline constexpr std::size_t kRecordBytes = std::size_t{1} << 14;

class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : bytes_{bytes} {}

  bool at_end() const { return bytes_.empty(); }

  std::optional<std::string_view> take(std::size_t size) {
    if (bytes_.size() < size) return std::nullopt;
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  std::optional<std::uint8_t> take8() { return number<std::uint8_t>(1); }
  std::optional<std::uint16_t> take16() { return number<std::uint16_t>(2); }
  std::optional<std::uint32_t> take24() { return number<std::uint32_t>(3); }
  std::optional<std::string_view> take_vector8() { return vector(1); }
  std::optional<std::string_view> take_vector16() { return vector(2); }

 private:
  template <class Number>
  std::optional<Number> number(std::size_t size) {
    const auto taken = take(size);
    if (!taken) return std::nullopt;
    std::uint32_t value = 0;
    for (const char byte : *taken) value = value << 8 | static_cast<std::uint8_t>(byte);
    return static_cast<Number>(value);
  }
  std::optional<std::string_view> vector(std::size_t size_of_length) {
    WireReader ahead{*this};
    const auto size = ahead.number<std::uint32_t>(size_of_length);
    const auto content = size ? ahead.take(*size) : std::nullopt;
    if (content) *this = ahead;
    return content;
  }

  std::string_view bytes_;
};

}  // namespace belfry::inspect
