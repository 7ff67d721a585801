#include "accounts/password_input.hpp"

#include "crypto/encode.hpp"
#include "crypto/hmac_sha384.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace belfry::accounts {
namespace {

constexpr std::array<std::byte, 32> kKey{std::byte{1}, std::byte{2}};
constexpr std::array<std::byte, 32> kOtherKey{std::byte{1}, std::byte{3}};

TEST(PasswordInput, LeavesPlainPasswordsAsTheyAre) {
  for (const std::string& password :
       {std::string{}, std::string{"Zq7!vK"}, std::string{"e\u0301t\u00e9 1A"}, std::string(72, 'x')}) {
    EXPECT_EQ(password_input(PasswordFormat::Plain, password, {}), password);
  }
}

TEST(PasswordInput, RefusesWhatBcryptWouldCut) {
  EXPECT_FALSE(password_input(PasswordFormat::Plain, std::string(73, 'x'), {}));
  for (const auto format : {PasswordFormat::Plain, PasswordFormat::HmacSha384}) {
    EXPECT_FALSE(password_input(format, std::string_view{"Zq7\0vK", 6}, kKey));
  }
}

TEST(PasswordInput, HashesPhrasesOfAnyLengthUnderTheKey) {
  const std::string phrase(1024, 'x');
  const auto input = password_input(PasswordFormat::HmacSha384, phrase, kKey);
  ASSERT_TRUE(input);
  EXPECT_EQ(input->size(), 64U);
  EXPECT_EQ(*input, crypto::to_base64(crypto::hmac_sha384(kKey, phrase)));
  EXPECT_NE(input, password_input(PasswordFormat::HmacSha384, phrase, kOtherKey));
  EXPECT_NE(input, password_input(PasswordFormat::HmacSha384, phrase.substr(1), kKey));
  EXPECT_FALSE(password_input(PasswordFormat::HmacSha384, phrase + 'x', kKey));
  EXPECT_FALSE(password_input(PasswordFormat::HmacSha384, "caf\xe9", kKey));
}

TEST(PasswordInput, HashesOneSpelling) {
  EXPECT_EQ(password_input(PasswordFormat::HmacSha384, "un e\u0301te\u0301 au bord", kKey),
            password_input(PasswordFormat::HmacSha384, "un \u00e9t\u00e9 au bord", kKey));
  EXPECT_NE(password_input(PasswordFormat::HmacSha384, "un ete au bord", kKey),
            password_input(PasswordFormat::HmacSha384, "un \u00e9t\u00e9 au bord", kKey));
}

TEST(PasswordInput, ThrowsOnAShortKey) {
  EXPECT_THROW(password_input(PasswordFormat::HmacSha384, "any", std::span{kKey}.first(31)), std::invalid_argument);
  EXPECT_THROW(password_input(PasswordFormat::HmacSha384, "any", {}), std::invalid_argument);
}

TEST(PasswordInput, FollowsThePreset) {
  EXPECT_EQ(format_of(PasswordPreset::Standard), PasswordFormat::Plain);
  EXPECT_EQ(format_of(PasswordPreset::Nist), PasswordFormat::HmacSha384);
}

TEST(MarkedHash, SaysItsFormat) {
  const std::string bcrypt = "$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234";
  for (const MarkedHash& hash :
       {MarkedHash{PasswordFormat::Plain, bcrypt}, MarkedHash{PasswordFormat::HmacSha384, bcrypt}}) {
    EXPECT_EQ(MarkedHash::parse(hash.to_string()), hash);
  }
  EXPECT_EQ((MarkedHash{PasswordFormat::Plain, bcrypt}.to_string()), bcrypt);
  EXPECT_EQ((MarkedHash{PasswordFormat::HmacSha384, bcrypt}.to_string()), "{hmac-sha384}" + bcrypt);
}

TEST(MarkedHash, RefusesOtherMarks) {
  for (const std::string_view stored : {"", "x", "{hmac-sha384}", "{hmac-sha256}$2b$12$x", "{HMAC-SHA384}$2b$12$x",
                                        "{hmac-sha384}{hmac-sha384}$2b$12$x", "$6$x", "{plain}secret", " $2b$12$x"}) {
    EXPECT_FALSE(MarkedHash::parse(stored)) << stored;
  }
}

}  // namespace
}  // namespace belfry::accounts
