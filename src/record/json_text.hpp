#pragma once

// Text from outside as the inside of a JSON string, safe in a line-based log and on a terminal. Beyond what RFC 8259,
// section 7 requires ('"', '\' and U+0000 to U+001F), what steers a reader's display is escaped: U+007F to U+009F (C1
// holds a one-character CSI), U+2028 and U+2029, and the bidirectional controls. A byte that is not part of well-formed
// UTF-8 becomes U+FFFD.

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::record {

// Bytes that one byte of text can become: \u0000.
inline constexpr std::size_t kJsonTextGrowth = 6;

// Writes at most kJsonTextGrowth * text.size() bytes at `out`, without quotes; returns the end of what was written.
char* write_json_text(char* out, std::string_view text);
void append_json_text(std::string& out, std::string_view text);

}  // namespace belfry::record
