#include "web/password_words.hpp"

#include <gtest/gtest.h>

namespace belfry::web {
namespace {

using accounts::PasswordPreset;
using accounts::PasswordRule;

TEST(PasswordWords, FollowThePreset) {
  const NewPasswordInput standard{};
  const NewPasswordInput nist{.preset = PasswordPreset::Nist, .minimum_characters = 15, .broken = {}};
  EXPECT_TRUE(password_rule(standard, Language::En).starts_with("At least 6 characters, of three kinds"));
  EXPECT_TRUE(password_rule(nist, Language::En).starts_with("At least 15 characters. A long phrase is welcome"));
  EXPECT_TRUE(password_rule(nist, Language::Fr).starts_with("Au moins 15 caractères. Une longue phrase"));
  EXPECT_NE(broken_rule(PasswordRule::TooLong, standard, Language::En).find("at most 72 bytes"), std::string::npos);
  EXPECT_NE(broken_rule(PasswordRule::TooLong, nist, Language::En).find("at most 1024 bytes"), std::string::npos);
}

TEST(PasswordWords, AreThereForEachRule) {
  constexpr PasswordRule kRules[] = {PasswordRule::TooShort,    PasswordRule::TooLong,       PasswordRule::NotText,
                                     PasswordRule::ContainsNul, PasswordRule::FewClasses,    PasswordRule::Common,
                                     PasswordRule::OwnName,     PasswordRule::ListUnreadable};
  for (const PasswordRule rule : kRules) {
    EXPECT_FALSE(broken_rule(rule, {}, Language::En).empty());
    EXPECT_NE(broken_rule(rule, {}, Language::En), broken_rule(rule, {}, Language::Fr));
  }
}

}  // namespace
}  // namespace belfry::web
