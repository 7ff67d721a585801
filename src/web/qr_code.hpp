#pragma once

// Text as a QR code (ISO/IEC 18004), drawn as one path of an SVG in the page itself: docs/decisions/0018-qr-codes.md.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::web {

struct QrCode {
  // Of each side, in modules, with the four of the quiet zone on both ends: the viewBox is "0 0 side side".
  std::size_t side = 0;
  // The dark modules, for the attribute d: runs of them as rectangles one module high.
  std::string path;
};

// The longest text, in bytes, inclusive; an otpauth: address has about 150.
inline constexpr std::size_t kQrTextLimit = 512;

// Level M: a code stays readable where up to 15 % of it is not. nullopt for text that is empty or too long. Any thread.
std::optional<QrCode> qr_code(std::string_view text);

}  // namespace belfry::web
