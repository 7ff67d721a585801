#include "accounts/password_text.hpp"

#include <gtest/gtest.h>

namespace belfry::accounts {
namespace {

TEST(PasswordText, CountsCodePoints) {
  EXPECT_EQ(code_points("")->size(), 0U);
  EXPECT_EQ(code_points("abc")->size(), 3U);
  EXPECT_EQ(code_points("\u00e9\u20ac\U0001f514")->size(), 3U);
  EXPECT_EQ(code_points(std::string_view{"a\0b", 3})->size(), 3U);
}

TEST(PasswordText, RefusesWhatIsNoUtf8) {
  for (const std::string_view text : {
           "\x80",              // a continuation alone
           "\xc3",              // cut short
           "\xc3(",             // not continued
           "\xc0\xaf",          // overlong
           "\xe0\x80\xaf",      // overlong
           "\xed\xa0\x80",      // a surrogate
           "\xf4\x90\x80\x80",  // beyond U+10FFFF
           "\xff",
           "caf\xe9",  // Latin-1
       }) {
    EXPECT_FALSE(code_points(text)) << text;
    EXPECT_FALSE(nfc(text)) << text;
    EXPECT_EQ(bare(text), "") << text;
  }
}

TEST(PasswordText, ComposesToOneSpelling) {
  EXPECT_EQ(nfc("e\u0301t\u00e9"), "\u00e9t\u00e9");
  EXPECT_EQ(nfc("Plain 1"), "Plain 1");
  // Compatible forms stay: NFC, not NFKC.
  EXPECT_EQ(nfc("\ufb01\u00e9"), "\ufb01\u00e9");
}

TEST(PasswordText, TakesCaseAccentsAndInvisibleCharactersAway) {
  EXPECT_EQ(bare("PassWord1"), "password1");
  EXPECT_EQ(bare("\u00c9lodie"), "elodie");
  EXPECT_EQ(bare("E\u0301lodie"), "elodie");
  EXPECT_EQ(bare("Stra\u00dfe"), "strasse");
  EXPECT_EQ(bare("\uff30\uff41\uff53\uff53"), "pass");
  EXPECT_EQ(bare("pass\u200bword"), "password");
  EXPECT_EQ(bare("\u0418\u0432\u0430\u043d"), "\u0438\u0432\u0430\u043d");
}

TEST(PasswordText, ReadsLeetAsLetters) {
  EXPECT_EQ(leet_readings("p4$$w0rd")[0], "password");
  EXPECT_EQ(leet_readings("w1ll1am")[0], "william");
  EXPECT_EQ(leet_readings("1!nda")[1], "llnda");
  EXPECT_EQ(leet_readings("7r33+8@9")[0], "treetbag");
}

}  // namespace
}  // namespace belfry::accounts
