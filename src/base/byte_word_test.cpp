#include "base/byte_word.hpp"

#include <gtest/gtest.h>

#include <string>

namespace belfry::base {
namespace {

// Every byte value at every place, the other seven being ones that could carry into it or be carried into.
template <class Check>
void for_each_word(Check check) {
  for (const char around : {'\0', '\x1f', ' ', 'A', 'z', '\x7f', '\x80', '\xff'}) {
    for (std::size_t place = 0; place < ByteWord::kSize; ++place) {
      for (int value = 0; value < 256; ++value) {
        std::string text(ByteWord::kSize, around);
        text[place] = static_cast<char>(value);
        check(text);
      }
    }
  }
}

bool any_of(const std::string& text, auto predicate) {
  for (const char byte : text) {
    if (predicate(static_cast<unsigned char>(byte))) return true;
  }
  return false;
}

TEST(ByteWord, TestsAreThoseOfEachByte) {
  for_each_word([](const std::string& text) {
    const ByteWord word = ByteWord::load(text.data());
    EXPECT_EQ(word.any_below(0x20), any_of(text, [](unsigned char byte) { return byte < 0x20; }));
    EXPECT_EQ(word.any_below(0x80), any_of(text, [](unsigned char byte) { return byte < 0x80; }));
    EXPECT_EQ(word.any_equal(0x7f), any_of(text, [](unsigned char byte) { return byte == 0x7f; }));
    EXPECT_EQ(word.any_equal('"'), any_of(text, [](unsigned char byte) { return byte == '"'; }));
    EXPECT_EQ(word.any_beyond_ascii(), any_of(text, [](unsigned char byte) { return byte >= 0x80; }));
  });
}

TEST(ByteWord, LowersAsciiLettersAlone) {
  for_each_word([](const std::string& text) {
    std::string lowered(ByteWord::kSize, '?');
    ByteWord::load(text.data()).lowered().store(lowered.data());
    for (std::size_t at = 0; at < text.size(); ++at) {
      const char byte = text[at];
      EXPECT_EQ(lowered[at], byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte);
    }
  });
}

TEST(ByteWord, WholeWordsAreCountedUpToTheFirstOddOne) {
  const auto plain = [](ByteWord word) { return !word.any_equal('x'); };
  EXPECT_EQ(words_that_hold("", plain), 0U);
  EXPECT_EQ(words_that_hold("1234567", plain), 0U);
  EXPECT_EQ(words_that_hold("12345678", plain), 8U);
  EXPECT_EQ(words_that_hold("1234567812345678123", plain), 16U);
  EXPECT_EQ(words_that_hold("12345678x234567812345678", plain), 8U);
}

}  // namespace
}  // namespace belfry::base
