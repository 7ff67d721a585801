#pragma once

// Eight bytes of text looked at at once, for loops over every byte of a request: is there any of a kind among them?
// The tests are exact for the word as a whole (which byte it was is for the caller to find, byte by byte), on every
// architecture, whichever end of a word comes first.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace belfry::base {

class ByteWord {
 public:
  static constexpr std::size_t kSize = 8;

  // `text` holds kSize bytes at least.
  static ByteWord load(const char* text) {
    std::uint64_t word = 0;
    std::memcpy(&word, text, kSize);
    return ByteWord{word};
  }
  void store(char* out) const { std::memcpy(out, &word_, kSize); }

  // Any byte below `bound`, which is 128 at most.
  bool any_below(std::uint8_t bound) const { return ((word_ - repeat(bound)) & ~word_ & kHighBits) != 0; }
  bool any_equal(std::uint8_t byte) const { return ByteWord{word_ ^ repeat(byte)}.any_below(1); }
  bool any_beyond_ascii() const { return (word_ & kHighBits) != 0; }

  // ASCII letters in lower case, every other byte as it is.
  ByteWord lowered() const {
    const std::uint64_t low = word_ & ~kHighBits;
    const std::uint64_t from_a = low + repeat(0x80 - 'A');
    const std::uint64_t behind_z = low + repeat(0x7f - 'Z');
    const std::uint64_t upper = (from_a ^ behind_z) & ~word_ & kHighBits;
    return ByteWord{word_ | upper >> 2};
  }

 private:
  static constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;
  static constexpr std::uint64_t repeat(std::uint8_t byte) { return 0x0101'0101'0101'0101ULL * byte; }

  explicit ByteWord(std::uint64_t word) : word_{word} {}

  std::uint64_t word_;
};

// How many bytes at the front of `text` are in whole words of which `holds(ByteWord)` is true: the rest is to be looked
// at byte by byte, the first of it being odd or within the last kSize.
template <class Holds>
std::size_t words_that_hold(std::string_view text, Holds holds) {
  std::size_t at = 0;
  while (text.size() - at >= ByteWord::kSize && holds(ByteWord::load(text.data() + at))) at += ByteWord::kSize;
  return at;
}

}  // namespace belfry::base
