#include "http/accept_language.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace belfry::http {
namespace {

std::string_view choose(std::string_view header) {
  static constexpr std::array<std::string_view, 2> offered{"en", "fr"};
  return choose_language(header, offered);
}

TEST(AcceptLanguage, TakesTheHeaviest) {
  EXPECT_EQ(choose("fr"), "fr");
  EXPECT_EQ(choose("FR-ca"), "fr");
  EXPECT_EQ(choose("en;q=0.8, fr;q=0.9"), "fr");
  EXPECT_EQ(choose("fr;q=0.8, en;q=0.9"), "en");
  EXPECT_EQ(choose("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5"), "fr");
  EXPECT_EQ(choose("de, fr;q=0.001"), "fr");
  EXPECT_EQ(choose("fr, en"), "fr");
  EXPECT_EQ(choose("en, fr"), "en");
  EXPECT_EQ(choose("fr ; q=1.000 , en;Q=1"), "fr");
}

TEST(AcceptLanguage, FallsBackToTheFirst) {
  EXPECT_EQ(choose(""), "en");
  EXPECT_EQ(choose("de, es"), "en");
  EXPECT_EQ(choose("*"), "en");
  EXPECT_EQ(choose("*;q=0.5, en;q=0"), "fr");
  EXPECT_EQ(choose("fr;q=0"), "en");
  EXPECT_EQ(choose("fr;q=0, *"), "en");
  EXPECT_EQ(choose("en;q=0, fr;q=0"), "en");
}

TEST(AcceptLanguage, PassesOverWhatIsMalformed) {
  for (const std::string_view bad : {"fr;q=2", "fr;q=1.001", "fr;q=0.1234", "fr;q=", "fr;q=-1", "fr;x=1", "fr;q=1x",
                                     "fr;q=.5", "f3", "-fr", "fr_FR", "french", "fr q=1", "fr;q=1,;;;"}) {
    EXPECT_EQ(choose(std::string{bad} + ", en;q=0.1"), bad.starts_with("fr;q=1,") ? "fr" : "en") << bad;
  }
}

TEST(AcceptLanguage, ReadsABoundedNumberOfMembers) {
  std::string header;
  for (int i = 0; i < 32; ++i) header += "de,";
  EXPECT_EQ(choose(header + "fr"), "en");
  EXPECT_EQ(choose(header.substr(3) + "fr"), "fr");
}

}  // namespace
}  // namespace belfry::http
