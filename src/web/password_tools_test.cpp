#include "web/password_tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace belfry::web {
namespace {

using testing::HasSubstr;

TEST(PasswordTools, TellTheStrengthInTheReadersLanguage) {
  const accounts::PasswordStrength strong{.score = 3, .guesses_log10 = 9};
  EXPECT_EQ(strength_json({.strength = strong, .rules = {}}).body,
            "{\"score\":3,\"strength\":\"Strong.\",\"problems\":[]}");
  EXPECT_THAT(strength_json({.language = Language::Fr, .strength = strong, .rules = {}}).body, HasSubstr("Solide."));
  EXPECT_EQ(strength_json({.strength = strong, .rules = {}}).head.fields.get("cache-control"), "no-store");
}

TEST(PasswordTools, CallNothingStrongThatMayNotBeSet) {
  const accounts::PasswordStrength strong{.score = 4, .guesses_log10 = 20};
  NewPasswordInput rules;
  rules.broken = {accounts::PasswordRule::FewClasses};
  const http::Response response = strength_json({.strength = strong, .rules = rules});
  EXPECT_THAT(response.body, HasSubstr("\"score\":1"));
  EXPECT_THAT(response.body, HasSubstr("Use three kinds"));
}

TEST(PasswordTools, SuggestAsText) {
  EXPECT_EQ(suggestion_json("a-b-7").body, "{\"password\":\"a-b-7\"}");
}

}  // namespace
}  // namespace belfry::web
