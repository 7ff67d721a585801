#include "record/json_text.hpp"

#include "base/byte_word.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace belfry::record {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD
constexpr std::string_view kHex = "0123456789abcdef";

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t size = 0;  // 0: not well-formed
};

// Table 3-7 of the Unicode Standard: no overlong form, no surrogate, nothing above U+10FFFF.
CodePoint decode_multibyte(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned lead = byte(0);
  std::size_t size = 0;
  std::uint32_t value = 0;
  std::uint32_t smallest = 0;
  if (lead >= 0xc2 && lead <= 0xdf) {
    size = 2, value = lead & 0x1f, smallest = 0x80;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    size = 3, value = lead & 0x0f, smallest = 0x800;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    size = 4, value = lead & 0x07, smallest = 0x10000;
  } else {
    return {};
  }
  if (text.size() < size) return {};
  for (std::size_t at = 1; at < size; ++at) {
    if ((byte(at) & 0xc0U) != 0x80) return {};
    value = (value << 6) | (byte(at) & 0x3fU);
  }
  if (value < smallest || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {};
  return {value, size};
}

bool steers_display(std::uint32_t value) {
  return value <= 0x9f ||                         // C1; what is below was handled before
         value == 0x061c || value == 0x200e ||    // Arabic letter mark, left-to-right mark
         value == 0x200f ||                       // right-to-left mark
         (value >= 0x2028 && value <= 0x202e) ||  // line and paragraph separator, embeddings and overrides
         (value >= 0x2066 && value <= 0x2069) ||  // isolates
         value == 0xfeff;                         // byte order mark
}

char* write_escape(char* out, std::uint32_t value) {
  *out++ = '\\';
  *out++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4) *out++ = kHex[(value >> shift) & 0x0f];
  return out;
}

bool is_plain(unsigned char byte) {
  return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}
bool all_plain(base::ByteWord word) {
  return !word.any_below(0x20) && !word.any_beyond_ascii() && !word.any_equal(0x7f) && !word.any_equal('"') &&
         !word.any_equal('\\');
}

}  // namespace

char* write_json_text(char* out, std::string_view text) {
  while (!text.empty()) {
    if (const std::size_t plain = base::words_that_hold(text, all_plain); plain > 0) {
      std::memcpy(out, text.data(), plain);
      out += plain;
      text.remove_prefix(plain);
      continue;
    }
    const auto byte = static_cast<unsigned char>(text.front());
    std::size_t taken = 1;
    if (is_plain(byte)) {
      *out++ = text.front();
    } else if (byte == '"' || byte == '\\') {
      *out++ = '\\';
      *out++ = text.front();
    } else if (byte < 0x80) {
      out = write_escape(out, byte);
    } else if (const CodePoint point = decode_multibyte(text); point.size == 0) {
      out = std::ranges::copy(kReplacement, out).out;
    } else {
      taken = point.size;
      if (steers_display(point.value)) {
        out = write_escape(out, point.value);
      } else {
        std::memcpy(out, text.data(), taken);
        out += taken;
      }
    }
    text.remove_prefix(taken);
  }
  return out;
}

void append_json_text(std::string& out, std::string_view text) {
  const std::size_t before = out.size();
  out.resize(before + kJsonTextGrowth * text.size());
  const char* end = write_json_text(out.data() + before, text);
  out.resize(static_cast<std::size_t>(end - out.data()));
}

}  // namespace belfry::record
