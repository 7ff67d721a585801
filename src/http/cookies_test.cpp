#include "http/cookies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::http {
namespace {

Fields with(std::initializer_list<std::string_view> lines) {
  Fields fields;
  for (const std::string_view line : lines) fields.add("cookie", line);
  return fields;
}

std::vector<std::string> names_and_values(const Fields& fields) {
  std::vector<std::string> all;
  for (const Cookie& cookie : cookies_of(fields)) {
    all.push_back(std::string{cookie.name} + "->" + std::string{cookie.value});
  }
  return all;
}

std::vector<std::string> lines_of(const Fields& fields) {
  std::vector<std::string> all;
  for (const Field& field : fields) all.emplace_back(field.value);
  return all;
}

TEST(Cookies, AreReadFromAllLines) {
  EXPECT_THAT(names_and_values(with({"a=b; c=d=e;f=", "g=\"h\"; __Host-x=\xc3\xa9"})),
              testing::ElementsAre("a->b", "c->d=e", "f->", "g->\"h\"", "__Host-x->\xc3\xa9"));
  Fields none;
  none.add("x-cookie", "a=b");
  EXPECT_TRUE(cookies_of(none).empty());
}

TEST(Cookies, LeaveOutWhatIsNoPair) {
  for (const std::string_view line : {"a", "=b", "a b=c", "a\t=c", "a =c", "a= b", "a=b c", "a=\"b", "a=b\"", "a=b\\c",
                                      "a=b,c", "(a)=b", ";", "a[0]=b"}) {
    EXPECT_TRUE(cookies_of(with({line})).empty()) << line;
  }
  EXPECT_THAT(names_and_values(with({"bad pair; a=b; =; c=d;"})), testing::ElementsAre("a->b", "c->d"));
}

TEST(Cookies, GiveNoneWhereTwoHaveTheName) {
  EXPECT_EQ(only_cookie(with({"a=1; b=2"}), "b"), "2");
  EXPECT_EQ(only_cookie(with({"a=1; b=2"}), "c"), "");
  EXPECT_EQ(only_cookie(with({"a=1; a=2"}), "a"), "");
  EXPECT_EQ(only_cookie(with({"a=1", "a=1"}), "a"), "");
  EXPECT_EQ(only_cookie(with({"A=1; a=2"}), "a"), "2");
}

TEST(Cookies, AreRemovedInEverySpelling) {
  constexpr std::string_view name = "__Host-belfry";
  for (const std::string_view pair :
       {"__Host-belfry=secret", "__Host-belfry = secret", " __Host-belfry\t=secret", "__HOST-BELFRY=secret",
        "__Host-belfry", "__Host-belfry=", "__Host-belfry=a=b", "__Host-belfry=\"secret\"", "__Host-belfry=a b"}) {
    Fields fields;
    fields.add("cookie", "a=b; " + std::string{pair} + ";c=d");
    EXPECT_EQ(remove_cookie(fields, name), 1U) << pair;
    EXPECT_THAT(lines_of(fields), testing::ElementsAre("a=b; c=d")) << pair;
  }
}

TEST(Cookies, StayAsTheyCameWhereAnotherIsRemoved) {
  Fields fields = with({"x=1; odd pair;  b=\"2\"", "x=3", "c=4;x=5", "y=x=1"});
  fields.add("accept", "x=1");
  EXPECT_EQ(remove_cookie(fields, "x"), 3U);
  EXPECT_THAT(lines_of(fields), testing::UnorderedElementsAre("odd pair; b=\"2\"", "c=4", "y=x=1", "x=1"));
  EXPECT_EQ(fields.count("cookie"), 3U);

  Fields untouched = with({"a=1;;  b=2 ;"});
  EXPECT_EQ(remove_cookie(untouched, "c"), 0U);
  EXPECT_THAT(lines_of(untouched), testing::ElementsAre("a=1;;  b=2 ;"));
}

TEST(SetCookie, NamesItsCookie) {
  EXPECT_EQ(set_cookie_name("a=b; Path=/"), "a");
  EXPECT_EQ(set_cookie_name(" a = b"), "a");
  EXPECT_EQ(set_cookie_name("a"), "");
  EXPECT_EQ(set_cookie_name("a; b=c"), "");
  EXPECT_EQ(set_cookie_name("=b"), "");
}

TEST(SetCookie, IsSealedWhereItSaysNothing) {
  using enum HttpOnly;
  EXPECT_EQ(seal_set_cookie("a=b", AsItCame), "a=b; Secure; SameSite=Lax");
  EXPECT_EQ(seal_set_cookie("a=b", Always), "a=b; Secure; SameSite=Lax; HttpOnly");
  EXPECT_EQ(seal_set_cookie("a=b; secure; samesite=none; httponly", Always), "a=b; secure; samesite=none; httponly");
  EXPECT_EQ(seal_set_cookie("a=b; Path=/; SameSite = Strict", AsItCame), "a=b; Path=/; SameSite = Strict; Secure");
  // What only looks like an attribute is none.
  EXPECT_EQ(seal_set_cookie("secure=SameSite", AsItCame), "secure=SameSite; Secure; SameSite=Lax");
  EXPECT_EQ(seal_set_cookie("a=b; Path=/secure; Domain=samesite", AsItCame),
            "a=b; Path=/secure; Domain=samesite; Secure; SameSite=Lax");
}

// "SameSite" with a value that no browser knows says nothing; of several the last one counts.
TEST(SetCookie, TakesAnUnknownSameSiteForNone) {
  EXPECT_EQ(seal_set_cookie("a=b; Secure; SameSite", HttpOnly::AsItCame), "a=b; Secure; SameSite; SameSite=Lax");
  EXPECT_EQ(seal_set_cookie("a=b; Secure; SameSite=Off", HttpOnly::AsItCame),
            "a=b; Secure; SameSite=Off; SameSite=Lax");
  EXPECT_EQ(seal_set_cookie("a=b; Secure; SameSite=Strict; SameSite=", HttpOnly::AsItCame),
            "a=b; Secure; SameSite=Strict; SameSite=; SameSite=Lax");
  EXPECT_EQ(seal_set_cookie("a=b; Secure; SameSite=Off; SameSite=STRICT", HttpOnly::AsItCame),
            "a=b; Secure; SameSite=Off; SameSite=STRICT");
}

}  // namespace
}  // namespace belfry::http
