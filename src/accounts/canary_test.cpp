#include "accounts/canary.hpp"

#include <gtest/gtest.h>

namespace belfry::accounts {
namespace {

TEST(Canary, IsAnyEmailOfTheDrillsDomainHoweverItIsSpelt) {
  for (const char* text : {"a@drill.belfry.invalid", "a.b+c@drill.belfry.invalid", "A@DRILL.Belfry.invalid"}) {
    EXPECT_TRUE(is_canary(EmailAddress::parse(text).value())) << text;
  }
}

TEST(Canary, IsNobodyOfAnotherDomain) {
  for (const char* text : {"a@belfry.invalid", "a@x.drill.belfry.invalid", "a@xdrill.belfry.invalid",
                           "a@drill.belfry.invalid.example.com", "drill.belfry.invalid@example.com"}) {
    EXPECT_FALSE(is_canary(EmailAddress::parse(text).value())) << text;
  }
}

}  // namespace
}  // namespace belfry::accounts
