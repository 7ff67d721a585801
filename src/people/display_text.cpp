#include "people/display_text.hpp"

namespace belfry::people {

bool steers_display(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) ||         // C0, DEL and C1
         c == 0xad || c == 0x61c || c == 0x180e ||       // soft hyphen, Arabic letter mark, Mongolian separator
         (c >= 0x200b && c <= 0x200f) ||                 // of no width, and marks of direction
         (c >= 0x2028 && c <= 0x202e) ||                 // ends of lines, embeddings, overrides
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||  // invisible operators, isolates, byte order mark
         (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);  // annotations, tags
}

}  // namespace belfry::people
