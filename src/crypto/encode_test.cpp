#include "crypto/encode.hpp"

#include <gtest/gtest.h>

namespace belfry::crypto {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text});
}

TEST(Encode, Base64HasTheVectorsOfRfc4648) {
  // RFC 4648, section 10.
  EXPECT_EQ(to_base64(bytes_of("")), "");
  EXPECT_EQ(to_base64(bytes_of("f")), "Zg==");
  EXPECT_EQ(to_base64(bytes_of("fo")), "Zm8=");
  EXPECT_EQ(to_base64(bytes_of("foo")), "Zm9v");
  EXPECT_EQ(to_base64(bytes_of("foob")), "Zm9vYg==");
  EXPECT_EQ(to_base64(bytes_of("fooba")), "Zm9vYmE=");
  EXPECT_EQ(to_base64(bytes_of("foobar")), "Zm9vYmFy");
}

TEST(Encode, Base64UrlUsesItsOwnAlphabetWithoutPadding) {
  EXPECT_EQ(to_base64(bytes_of("\xfb\xff\xfe\xff")), "+//+/w==");
  EXPECT_EQ(to_base64url(bytes_of("\xfb\xff\xfe\xff")), "-__-_w");
}

TEST(Encode, DecodesWhatItEncodedForEveryLengthAndByte) {
  std::vector<std::byte> bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes) << i;
    EXPECT_EQ(from_hex(to_hex(bytes)), bytes) << i;
    bytes.push_back(static_cast<std::byte>(i * 7));
  }
}

TEST(Encode, RefusesOtherSpellingsOfBase64Url) {
  for (const char* text :
       {"Z", "Zg==", "Zg=", "Zh", "Zm9", "Zm9vY", "Z g", " Zg", "Zg\n", "+g", "/g", "Zg.", "Z\xc3"}) {
    EXPECT_FALSE(from_base64url(text)) << text;
  }
  EXPECT_FALSE(from_base64url(std::string_view{"Z\0", 2}));
}

TEST(Encode, RefusesOtherSpellingsOfHex) {
  for (const char* text : {"0", "0A", "0g", "0x", " 0", "-1", "00 "}) EXPECT_FALSE(from_hex(text)) << text;
}

}  // namespace
}  // namespace belfry::crypto
