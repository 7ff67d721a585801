#include "inspect/csp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace belfry::inspect {
namespace {

using testing::ElementsAre;

TEST(Csp, PoliciesAreSplitByCommasAndDirectivesBySemicolons) {
  const auto policies = parse_csp(" Script-Src 'SELF' HTTPS: Example.com/A ;; object-src\t'none', img-src * ,, ;");
  ASSERT_TRUE(policies);
  ASSERT_EQ(policies->size(), 2U);
  ASSERT_EQ((*policies)[0].directives.size(), 2U);
  EXPECT_EQ((*policies)[0].directives[0].name, "script-src");
  EXPECT_THAT((*policies)[0].directives[0].values, ElementsAre("'self'", "https:", "Example.com/A"));
  EXPECT_THAT((*policies)[1].directives[0].values, ElementsAre("*"));
}

TEST(Csp, FirstOfARepeatedDirectiveIsObeyed) {
  const auto policies = parse_csp("script-src 'self'; SCRIPT-SRC *; img-src a.test");
  ASSERT_TRUE(policies);
  EXPECT_THAT(policies->front().find("script-src")->values, ElementsAre("'self'"));
  EXPECT_THAT(policies->front().repeated, ElementsAre("script-src"));
}

TEST(Csp, DirectiveWithBytesBeyondAsciiIsLeftOut) {
  const auto policies = parse_csp("script-src 'self' \xc3\xa9.test; img-src *");
  ASSERT_TRUE(policies);
  EXPECT_EQ(policies->front().find("script-src"), nullptr);
  EXPECT_NE(policies->front().find("img-src"), nullptr);
}

TEST(Csp, NothingIsNoPolicy) {
  for (const char* text : {"", " ", ";", ",", " ; , ;"}) {
    const auto policies = parse_csp(text);
    ASSERT_TRUE(policies) << text;
    EXPECT_TRUE(policies->empty()) << text;
  }
}

TEST(Csp, RefusesWhatIsBeyondItsBounds) {
  EXPECT_FALSE(parse_csp(std::string(kCspBytes + 1, 'a')));
  std::string many;
  for (std::size_t i = 0; i < kCspDirectives; ++i) many += "d" + std::to_string(i) + " x;";
  EXPECT_TRUE(parse_csp(many));
  EXPECT_FALSE(parse_csp(many + "one-more x"));
  std::string values = "img-src";
  for (std::size_t i = 0; i < kCspValues; ++i) values += " a";
  EXPECT_TRUE(parse_csp(values));
  EXPECT_FALSE(parse_csp(values + " a"));
  std::string policies = "a b";
  for (std::size_t i = 1; i < kCspPolicies; ++i) policies += ",a b";
  EXPECT_TRUE(parse_csp(policies));
  EXPECT_FALSE(parse_csp(policies + ",a b"));
}

TEST(Csp, FetchDirectivesFallBack) {
  const auto policies = parse_csp("default-src d.test; script-src s.test; child-src c.test");
  ASSERT_TRUE(policies);
  const CspPolicy& policy = policies->front();
  EXPECT_EQ(policy.governing("script-src-elem")->name, "script-src");
  EXPECT_EQ(policy.governing("script-src-attr")->name, "script-src");
  EXPECT_EQ(policy.governing("style-src-elem")->name, "default-src");
  EXPECT_EQ(policy.governing("frame-src")->name, "child-src");
  EXPECT_EQ(policy.governing("worker-src")->name, "child-src");
  EXPECT_EQ(policy.governing("object-src")->name, "default-src");
  EXPECT_EQ(policy.governing("base-uri"), nullptr);
  EXPECT_EQ(policy.governing("frame-ancestors"), nullptr);
}

TEST(Csp, HeededSourcesAreThoseOfABrowserOfToday) {
  struct Case {
    const char* values;
    std::vector<std::string> heeded;
  };
  const Case cases[] = {
      {"'unsafe-inline' a.test", {"'unsafe-inline'", "a.test"}},
      {"'unsafe-inline' 'nonce-abc'", {"'nonce-abc'"}},
      {"'unsafe-inline' 'sha256-abc'", {"'sha256-abc'"}},
      {"'strict-dynamic' 'nonce-abc' https: 'self' a.test * 'unsafe-inline'", {"'strict-dynamic'", "'nonce-abc'"}},
      {"'strict-dynamic' 'unsafe-inline' 'unsafe-eval'", {"'strict-dynamic'", "'unsafe-eval'"}},
  };
  for (const Case& one : cases) {
    const auto policies = parse_csp(std::string{"script-src "} + one.values);
    ASSERT_TRUE(policies) << one.values;
    EXPECT_EQ(heeded_script_sources(policies->front().directives.front()), one.heeded) << one.values;
  }
}

}  // namespace
}  // namespace belfry::inspect
