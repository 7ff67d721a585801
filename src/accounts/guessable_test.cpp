#include "accounts/guessable.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace belfry::accounts {
namespace {

using testing::Contains;
using testing::Not;

TEST(Guessable, FindsCommonPasswordsInADisguise) {
  for (const std::string_view password :
       {"password", "PASSWORD", "P@ssw0rd", "p4$$w0rd", "Password1!", "Summer2024!", "2024Summer", "!!dragon!!",
        "12Monkey34", "$unshine22", "Let.me.in1", "Qwerty123!", "W1lliam!", "Wi1liam!", "Pass\u00e8word1", "abc123",
        "trustno1"}) {
    const bool expected = password != std::string_view{"Let.me.in1"} && password != std::string_view{"Pass\u00e8word1"};
    EXPECT_EQ(is_disguised_common_password(password), expected) << password;
  }
}

TEST(Guessable, LetsMoreThanADisguisePass) {
  for (const std::string_view password :
       {"", "~", "\u20ac", "Zq7!vK", "Summer202412!", "202412Summer", "sunshine-lantern", "kW3$zzTp", "sun!2024",
        "\xff\xff", "correct horse battery staple"}) {
    EXPECT_FALSE(is_disguised_common_password(password)) << password;
  }
}

TEST(Guessable, FindsOnePattern) {
  for (const std::string_view password :
       {"aaaaaa", "AAaaAA", "ababab", "abcabcabc", "Ab1!Ab1!", "passwordpassword", "Password1Password1", "abcdefgh",
        "ABCdefGHI", "fedcba", "23456789", "87654321", "\u00e9\u00e9\u00e9\u00e9", "\u20ac\u20ac\u20ac\u20ac",
        "\u0430\u0431\u0432\u0433"}) {
    EXPECT_TRUE(is_one_pattern(password)) << password;
  }
}

TEST(Guessable, LetsMoreThanOnePatternPass) {
  for (const std::string_view password :
       {"", "a", "aaaaab", "abcabcabd", "acegik", "abcdefgi", "xKw7!xKw7!", "\xff\xff"}) {
    EXPECT_FALSE(is_one_pattern(password)) << password;
  }
}

TEST(Guessable, TakesNamesApart) {
  const auto parts = name_parts("\u00c9lodie de la Tour-Martin", "e.martin+news_1987@mail.tour.example.co.uk");
  for (const std::string_view part : {"elodie", "tour", "martin", "news", "1987", "mail", "example",
                                      "elodiedelatourmartin", "elodie de la tour-martin", "emartinnews1987",
                                      "e.martin+news_1987", "e.martin+news_1987@mail.tour.example.co.uk"}) {
    EXPECT_THAT(parts, Contains(part)) << part;
  }
  for (const std::string_view part : {"", "e", "de", "la", "co", "uk"}) {
    EXPECT_THAT(parts, Not(Contains(part))) << part;
  }
}

TEST(Guessable, TakesShortAndOddNamesApart) {
  EXPECT_TRUE(name_parts("", "").empty());
  EXPECT_TRUE(name_parts("Q", "x@").empty());
  EXPECT_THAT(name_parts("Li Na", ""), Contains("lina"));
  EXPECT_THAT(name_parts("Li Na", ""), Not(Contains("na")));
  EXPECT_THAT(name_parts("", "no-at-sign"), Contains("sign"));
  EXPECT_THAT(name_parts("", "@"), Not(Contains("")));
  EXPECT_TRUE(name_parts("\xff\xfe", "\xff@\xff").empty());
  EXPECT_THAT(name_parts("\u674e\u5c0f\u9f99", ""), Contains("\u674e\u5c0f\u9f99"));
}

TEST(Guessable, CountsWhatIsLeftBesideNames) {
  const auto parts = name_parts("Alice Martin", "am@tours.example");
  for (const auto& [password, left] : {
           std::pair<std::string_view, std::optional<std::size_t>>{"Zq7!vK", std::nullopt},
           {"alice", 0},
           {"AliceMartin1!", 2},
           {"4l1c3M4rt1n", 0},
           {"@lice-M@rtin", 1},
           {"Martin2024!", 5},
           {"MARTIN\u20acmartin", 1},
           {"alialicece", 5},  // what closes up is no name
           {"tours in the rain", 12},
       }) {
    EXPECT_EQ(characters_beside(password, parts), left) << password;
  }
}

}  // namespace
}  // namespace belfry::accounts
