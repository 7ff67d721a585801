#include "people/device_cookie.hpp"

#include <gtest/gtest.h>

#include <string>

namespace belfry::people {
namespace {

using accounts::EmailAddress;
using accounts::SecretHash;

EmailAddress email(std::string_view text) {
  return EmailAddress::parse(text).value();
}

// 43 characters of base64url for 32 bytes: the last one has two bits of nothing.
std::string token(char filling) {
  return std::string(DeviceCookie::kTokenLength - 1, filling) + 'A';
}

class DeviceCookieTest : public testing::Test {
 protected:
  void sign_in(std::string_view who, char filling) {
    value_ = DeviceCookie::parse(value_).with(email(who), token(filling));
  }
  std::optional<SecretHash> known_as(std::string_view who) const { return DeviceCookie::parse(value_).of(email(who)); }

  std::string value_;
};

TEST_F(DeviceCookieTest, IsOfTheAccountThatIsTyped) {
  sign_in("bob@example.com", 'b');
  sign_in("eve@example.com", 'e');
  EXPECT_EQ(known_as("bob@example.com"), SecretHash::of(token('b')));
  EXPECT_EQ(known_as("eve@example.com"), SecretHash::of(token('e')));
  EXPECT_EQ(known_as("ann@example.com"), std::nullopt);
  // However it is spelled.
  EXPECT_EQ(known_as("Bob@EXAMPLE.com"), SecretHash::of(token('b')));
}

TEST_F(DeviceCookieTest, RenewsAnAccountsEntryInItsPlace) {
  sign_in("bob@example.com", 'b');
  sign_in("eve@example.com", 'e');
  sign_in("bob@example.com", 'c');
  EXPECT_EQ(known_as("bob@example.com"), SecretHash::of(token('c')));
  EXPECT_EQ(known_as("eve@example.com"), SecretHash::of(token('e')));
  EXPECT_FALSE(value_.contains(token('b')));
  EXPECT_LT(value_.find(token('c')), value_.find(token('e')));
}

TEST_F(DeviceCookieTest, ForgetsTheOldestForAFifth) {
  for (int i = 0; i < 5; ++i) {
    sign_in("person" + std::to_string(i) + "@example.com", static_cast<char>('a' + i));
  }
  EXPECT_EQ(value_.size(), DeviceCookie::kLimit);
  EXPECT_EQ(known_as("person0@example.com"), std::nullopt);
  for (int i = 1; i < 5; ++i) EXPECT_TRUE(known_as("person" + std::to_string(i) + "@example.com")) << i;
}

TEST_F(DeviceCookieTest, LetsAnAccountGo) {
  sign_in("bob@example.com", 'b');
  sign_in("eve@example.com", 'e');
  value_ = DeviceCookie::parse(value_).without(email("eve@example.com"));
  EXPECT_EQ(known_as("eve@example.com"), std::nullopt);
  EXPECT_TRUE(known_as("bob@example.com"));
  EXPECT_EQ(DeviceCookie::parse(value_).without(email("bob@example.com")), "");
}

TEST_F(DeviceCookieTest, DoesNotSayWhoseItIs) {
  sign_in("bob@example.com", 'b');
  const std::string before = value_;
  value_.clear();
  sign_in("bob@example.com", 'c');
  EXPECT_NE(value_.substr(0, DeviceCookie::kTagLength), before.substr(0, DeviceCookie::kTagLength));
}

TEST_F(DeviceCookieTest, PassesOverWhatIsMalformed) {
  sign_in("bob@example.com", 'b');
  const std::string good = value_;
  const std::string tag = good.substr(0, DeviceCookie::kTagLength);
  const std::string bad[] = {"",
                             "x",
                             "~",
                             "~~~",
                             ".",
                             token('b'),
                             tag,
                             tag + ".",
                             tag + token('b'),
                             tag + "-" + token('b'),
                             tag + "." + token('b') + "A",
                             tag + "." + token('b').substr(1),
                             tag + "." + std::string(DeviceCookie::kTokenLength, '='),
                             tag + "." + std::string(DeviceCookie::kTokenLength, '.'),
                             tag.substr(1) + "." + token('b'),
                             std::string(DeviceCookie::kTagLength, '0') + "." + token('b')};
  for (const std::string& entry : bad) {
    value_ = entry;
    EXPECT_EQ(known_as("bob@example.com"), std::nullopt) << entry;
    for (const std::string& among : {entry + "~" + good, good + "~" + entry}) {
      value_ = among;
      EXPECT_TRUE(known_as("bob@example.com")) << among;
    }
  }
}

TEST_F(DeviceCookieTest, IsBounded) {
  sign_in("bob@example.com", 'b');
  value_ += std::string(DeviceCookie::kLimit - value_.size(), '~');
  EXPECT_TRUE(known_as("bob@example.com"));
  value_ += '~';
  EXPECT_EQ(known_as("bob@example.com"), std::nullopt);
}

}  // namespace
}  // namespace belfry::people
