#include "crypto/hmac_sha384.hpp"

#include "crypto/encode.hpp"

#include <gtest/gtest.h>

#include <string>

namespace belfry::crypto {
namespace {

std::string hex_of(std::string_view key, std::string_view message) {
  return to_hex(hmac_sha384(std::as_bytes(std::span{key}), message));
}

// RFC 4231, section 4.
TEST(HmacSha384, GivesTheDigestsOfRfc4231) {
  EXPECT_EQ(hex_of(std::string(20, '\x0b'), "Hi There"),
            "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6");
  EXPECT_EQ(hex_of("Jefe", "what do ya want for nothing?"),
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649");
  EXPECT_EQ(hex_of(std::string(20, '\xaa'), std::string(50, '\xdd')),
            "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27");
  EXPECT_EQ(hex_of(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
            "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952");
}

TEST(HmacSha384, TakesAnEmptyKeyAndAnEmptyMessage) {
  EXPECT_EQ(hex_of("", ""),
            "6c1f2ee938fad2e24bd91298474382ca218c75db3d83e114b3d4367776d14d3551289e75e8209cd4b792302840234adc");
}

}  // namespace
}  // namespace belfry::crypto
