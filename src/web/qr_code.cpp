#include "web/qr_code.hpp"

#include <qrencode.h>

#include <memory>
#include <new>

namespace belfry::web {

namespace {

// ISO/IEC 18004, section 5.3.8: four modules of nothing on every side.
constexpr std::size_t kQuietZone = 4;

struct Free {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

void append_run(std::size_t column, std::size_t row, std::size_t length, std::string& path) {
  const std::string width = std::to_string(length);
  path.append("M").append(std::to_string(column + kQuietZone)).append(" ").append(std::to_string(row + kQuietZone));
  path.append("h").append(width).append("v1h-").append(width).append("z");
}

}  // namespace

std::optional<QrCode> qr_code(std::string_view text) {
  if (text.empty() || text.size() > kQrTextLimit) return std::nullopt;
  const std::unique_ptr<QRcode, Free> code{QRcode_encodeData(static_cast<int>(text.size()),
                                                             reinterpret_cast<const unsigned char*>(text.data()),
                                                             0 /* the smallest that holds it */, QR_ECLEVEL_M)};
  if (!code) throw std::bad_alloc{};  // QRcode_encodeData(3): the text fits, so nothing else is left
  const auto width = static_cast<std::size_t>(code->width);
  QrCode drawn{.side = width + 2 * kQuietZone, .path = {}};
  for (std::size_t row = 0; row < width; ++row) {
    // The least significant bit says whether a module is dark.
    const auto is_dark = [&](std::size_t column) { return (code->data[row * width + column] & 1U) != 0; };
    for (std::size_t column = 0; column < width; ++column) {
      if (!is_dark(column)) continue;
      std::size_t end = column;
      while (end < width && is_dark(end)) ++end;
      append_run(column, row, end - column, drawn.path);
      column = end;
    }
  }
  return drawn;
}

}  // namespace belfry::web
