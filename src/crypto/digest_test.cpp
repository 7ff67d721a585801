#include "crypto/digest.hpp"

#include "crypto/encode.hpp"

#include <gtest/gtest.h>

#include <string>

namespace belfry::crypto {
namespace {

TEST(Sha256, HasTheVectorsOfFips180) {
  EXPECT_EQ(to_hex(sha256(std::string_view{})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, FinishBeginsANewMessage) {
  Sha256 hash;
  hash.update("a");
  hash.update("bc");
  EXPECT_EQ(hash.finish(), sha256("abc"));
  hash.update("abc");
  EXPECT_EQ(hash.finish(), sha256("abc"));
  EXPECT_EQ(hash.finish(), sha256(std::string_view{}));
}

TEST(Sha384, HasTheVectorOfFips180) {
  EXPECT_EQ(to_hex(sha384("abc")),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
}

TEST(HmacSha256, HasTheVectorsOfRfc4231) {
  // RFC 4231, sections 4.2, 4.3 and 4.7 (a key longer than a block).
  const std::string key1(20, '\x0b');
  EXPECT_EQ(to_hex(HmacSha256{std::as_bytes(std::span{key1})}.sign("Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  HmacSha256 jefe{std::as_bytes(std::span{std::string_view{"Jefe"}})};
  EXPECT_EQ(to_hex(jefe.sign("what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  const std::string key6(131, '\xaa');
  EXPECT_EQ(
      to_hex(HmacSha256{std::as_bytes(std::span{key6})}.sign("Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacSha256, SignsTheNextMessageUnderTheSameKey) {
  HmacSha256 hmac{std::as_bytes(std::span{std::string_view{"Jefe"}})};
  const auto first = hmac.sign("what do ya want for nothing?");
  EXPECT_NE(hmac.sign("something else"), first);
  EXPECT_EQ(hmac.sign("what do ya want for nothing?"), first);
}

TEST(HmacSha256, TakesAnEmptyKey) {
  HmacSha256 hmac{{}};
  EXPECT_EQ(to_hex(hmac.sign("")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(EqualInConstantTime, ComparesContentAndLength) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
  EXPECT_FALSE(equal_in_constant_time("abc", ""));
}

}  // namespace
}  // namespace belfry::crypto
