#include "http/fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::http {
namespace {

using namespace std::string_view_literals;

std::vector<std::string> listed(const Fields& fields) {
  std::vector<std::string> all;
  for (const Field& field : fields) all.push_back(std::string{field.name} + "=" + std::string{field.value});
  return all;
}

TEST(Fields, KeepsOrderAndLowersNames) {
  Fields fields;
  fields.add("Set-Cookie", "A=B");
  fields.add("X-One", "");
  fields.add("SET-COOKIE", "C=D");
  EXPECT_THAT(listed(fields), testing::ElementsAre("set-cookie=A=B", "x-one=", "set-cookie=C=D"));
  EXPECT_EQ(fields.get("set-cookie"), "A=B");
  EXPECT_EQ(fields.get("x-one"), "");
  EXPECT_EQ(fields.get("x-two"), std::nullopt);
  EXPECT_EQ(fields.count("set-cookie"), 2U);
  EXPECT_FALSE(fields.contains("x-on"));
}

TEST(Fields, SetReplacesEveryFieldOfThatName) {
  Fields fields;
  fields.add("a", "1");
  fields.add("b", "2");
  fields.add("A", "3");
  fields.set("A", "4");
  EXPECT_THAT(listed(fields), testing::ElementsAre("b=2", "a=4"));
}

TEST(Fields, RemovesByNameAndByPredicate) {
  Fields fields;
  fields.add("a", "1");
  fields.add("b", "2");
  fields.add("a", "3");
  EXPECT_EQ(fields.remove("a"), 2U);
  EXPECT_EQ(fields.remove("a"), 0U);
  EXPECT_EQ(fields.remove_if([](const Field& field) { return field.value == "2"; }), 1U);
  EXPECT_TRUE(fields.empty());
}

TEST(Fields, MayBeGivenItsOwnText) {
  Fields fields;
  fields.add("a", std::string(40, 'x'));
  for (int i = 0; i < 50; ++i) fields.add(fields[fields.size() - 1].name, fields[fields.size() - 1].value);
  for (const Field& field : fields) EXPECT_EQ(field.value, std::string(40, 'x'));
  fields.set(fields[0].name, fields[0].value);
  EXPECT_EQ(fields.size(), 1U);
  EXPECT_EQ(fields.get("a"), std::string(40, 'x'));
}

TEST(Fields, RefusesWhatWouldBreakOutOfItsLine) {
  Fields fields;
  for (const std::string_view name :
       {""sv, " "sv, "a b"sv, "a:"sv, ":path"sv, "a\r\n"sv, "a\0"sv, "\xc3\xa9"sv, "(a)"sv, "a\t"sv}) {
    EXPECT_THROW(fields.add(name, "x"), std::invalid_argument) << name;
    EXPECT_THROW(fields.set(name, "x"), std::invalid_argument) << name;
  }
  for (const std::string_view value :
       {"a\r\nb: c"sv, "a\nb"sv, "a\rb"sv, "a\0b"sv, " a"sv, "a "sv, "\ta"sv, "a\t"sv, "\x7f"sv, "\x1b[0m"sv}) {
    EXPECT_THROW(fields.add("x", value), std::invalid_argument) << value;
    EXPECT_THROW(fields.set("x", value), std::invalid_argument) << value;
  }
  EXPECT_TRUE(fields.empty());
}

TEST(Fields, KeepsWhatSetWouldReplaceWhereItThrows) {
  Fields fields;
  fields.add("a", "1");
  EXPECT_THROW(fields.set("a", "x\r\n"), std::invalid_argument);
  EXPECT_EQ(fields.get("a"), "1");
}

TEST(Fields, TakesEveryValueOfTheGrammar) {
  Fields fields;
  fields.add("!#$%&'*+-.^_`|~09azAZ", "a \t b \x80\xff \"quoted\"");
  EXPECT_EQ(fields[0].name, "!#$%&'*+-.^_`|~09azaz");
  EXPECT_EQ(fields[0].value, "a \t b \x80\xff \"quoted\"");
}

TEST(FieldLists, AreSearchedOverAllLinesWithoutCase) {
  Fields fields;
  fields.add("vary", "Accept ,\tOrigin");
  fields.add("vary", "cookie");
  fields.add("accept-vary", "x");
  EXPECT_TRUE(list_contains(fields, "vary", "origin"));
  EXPECT_TRUE(list_contains(fields, "vary", "ACCEPT"));
  EXPECT_TRUE(list_contains(fields, "vary", "cookie"));
  EXPECT_FALSE(list_contains(fields, "vary", "accept-language"));
  EXPECT_FALSE(list_contains(fields, "vary", "orig"));
  EXPECT_FALSE(list_contains(fields, "vary", "x"));
}

TEST(EqualsIgnoringCase, KnowsAsciiOnly) {
  EXPECT_TRUE(equals_ignoring_case("Content-Length", "cONTENT-lENGTH"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
  EXPECT_FALSE(equals_ignoring_case("@", "`"));
  EXPECT_FALSE(equals_ignoring_case("[", "{"));
  EXPECT_FALSE(equals_ignoring_case("\xc9", "\xe9"));
}

}  // namespace
}  // namespace belfry::http
