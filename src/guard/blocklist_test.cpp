#include "guard/blocklist.hpp"

#include "guard/blocklist_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace belfry::guard {
namespace {

using testing::HasSubstr;

base::IpAddress address(std::string_view text) {
  return base::IpAddress::parse(text).value();
}

std::expected<AddressSet, BlocklistLineError> parse(std::string_view text, std::size_t piece = 4096) {
  AddressSet::Builder builder;
  BlocklistParser parser{builder};
  for (std::size_t at = 0; at < text.size(); at += piece) {
    if (auto fed = parser.feed(text.substr(at, piece)); !fed) return std::unexpected{fed.error()};
  }
  if (auto finished = parser.finish(); !finished) return std::unexpected{finished.error()};
  return builder.build();
}

TEST(BlocklistParser, ReadsFireholsForm) {
  const auto set = parse(
      "#\n# firehol_level1\n#\n# Maintainer      : FireHOL\n#\n0.0.0.0/8\n1.10.16.0/20\n1.19.0.0/16\n2.57.122.7\n");
  ASSERT_TRUE(set);
  EXPECT_EQ(set->size(), 4U);
  EXPECT_TRUE(set->contains(address("1.10.31.255")));
  EXPECT_TRUE(set->contains(address("2.57.122.7")));
  EXPECT_FALSE(set->contains(address("2.57.122.8")));
}

TEST(BlocklistParser, ReadsSpamhausForm) {
  const auto set =
      parse("; Spamhaus DROP List\r\n; Expires: …\r\n1.10.16.0/20 ; SBL256894\r\n2a06:e480::/29;SBL301771\r\n");
  ASSERT_TRUE(set);
  EXPECT_EQ(set->size(), 2U);
  EXPECT_TRUE(set->contains(address("1.10.16.1")));
  EXPECT_TRUE(set->contains(address("2a06:e487::1")));
}

TEST(BlocklistParser, ReadsBlanksCommentsAndALastLineWithoutItsEnd) {
  const auto set = parse("\n\n  192.0.2.1  # trailing\n\t198.51.100.0/24\t\n#192.0.2.9\n ; 192.0.2.10\n203.0.113.7");
  ASSERT_TRUE(set);
  EXPECT_EQ(set->size(), 3U);
  EXPECT_TRUE(set->contains(address("203.0.113.7")));
  EXPECT_FALSE(set->contains(address("192.0.2.9")));
}

TEST(BlocklistParser, ReadsAnEmptyList) {
  for (const std::string_view text : {"", "\n", "\r\n", "# nothing\n"}) {
    const auto set = parse(text);
    ASSERT_TRUE(set);
    EXPECT_EQ(set->size(), 0U);
  }
}

TEST(BlocklistParser, ReadsTheSameHoweverTheTextIsCut) {
  const std::string text = "# list\r\n192.0.2.0/24 ; SBL1\r\n2001:db8::/32\n\n198.51.100.7";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    const auto set = parse(text, piece);
    ASSERT_TRUE(set) << piece;
    EXPECT_EQ(set->size(), 3U) << piece;
  }
}

TEST(BlocklistParser, RefusesWhatItCannotReadAndNamesTheLine) {
  for (const std::string_view bad :
       {"example.com", "192.0.2.1/24", "192.0.2.0/33", "192.0.2.0-192.0.2.9", "192.0.2.1 192.0.2.2", "192.0.2.1,",
        "192.0.2.1\r\r", "\r192.0.2.1", "{\"cidr\":\"192.0.2.0/24\"}", "// comment", "192.0.2.1 // x", "-1",
        "deny 192.0.2.1", "192.0.2.1\v", "\357\273\277192.0.2.1", "<html>"}) {
    const auto set = parse("# a comment\n192.0.2.1\n" + std::string{bad} + "\n192.0.2.3\n");
    ASSERT_FALSE(set) << bad;
    EXPECT_EQ(set.error().line, 3U) << bad;
  }
  EXPECT_FALSE(parse(std::string_view{"192.0.2.1\0\n", 11}));
}

TEST(BlocklistParser, QuotesNothingThatALogCouldNotBear) {
  const auto set = parse("\x1b[31m\"evil\\\"\x80\n");
  ASSERT_FALSE(set);
  EXPECT_THAT(set.error().problem, HasSubstr("\"?[31m?evil???\""));
  const auto long_line = parse(std::string(1000, 'x'));
  ASSERT_FALSE(long_line);
  EXPECT_LT(long_line.error().problem.size(), 200U);
}

TEST(BlocklistParser, RefusesALineAboveTheLimitHoweverItIsCut) {
  const std::string longest = "192.0.2.1 #" + std::string(BlocklistParser::kLineLimit - 11, '.');
  for (const std::size_t piece : {1U, 7U, 4095U, 4096U, 4097U, 100'000U}) {
    for (const std::string_view end : {"", "\n", "\r\n"}) {
      EXPECT_TRUE(parse(longest + std::string{end}, piece)) << piece;
      const auto above = parse("\n" + longest + "." + std::string{end} + "\n1.1.1.1\n", piece);
      ASSERT_FALSE(above) << piece;
      EXPECT_EQ(above.error().line, 2U) << piece;
    }
  }
}

class BlocklistFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "belfry-blocklist-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path write(std::string_view name, std::string_view text) {
    const auto path = directory_ / name;
    std::ofstream{path, std::ios::binary} << text;
    return path;
  }

  std::filesystem::path directory_;
};

TEST_F(BlocklistFiles, JoinsAllFiles) {
  const auto list =
      Blocklist::load({.files = {write("one", "192.0.2.0/24\n"), write("two", "2001:db8::/32\n")}, .allow = {}});
  ASSERT_TRUE(list);
  EXPECT_EQ((*list)->size(), 2U);
  EXPECT_TRUE((*list)->blocks(address("192.0.2.77")));
  EXPECT_TRUE((*list)->blocks(address("::ffff:192.0.2.77")));
  EXPECT_TRUE((*list)->blocks(address("2001:db8::1")));
  EXPECT_FALSE((*list)->blocks(address("198.51.100.1")));
}

TEST_F(BlocklistFiles, AllowWinsOverEveryFile) {
  const auto list = Blocklist::load(
      {.files = {write("all", "0.0.0.0/0\n::/0\n192.0.2.7\n")},
       .allow = {*base::AddressRange::parse("192.0.2.0/28"), *base::AddressRange::parse("2001:db8::1")}});
  ASSERT_TRUE(list);
  EXPECT_FALSE((*list)->blocks(address("192.0.2.7")));
  EXPECT_FALSE((*list)->blocks(address("2001:db8::1")));
  EXPECT_TRUE((*list)->blocks(address("192.0.2.16")));
  EXPECT_TRUE((*list)->blocks(address("2001:db8::2")));
}

TEST_F(BlocklistFiles, BlocksNobodyWithoutFiles) {
  const auto list = Blocklist::load({});
  ASSERT_TRUE(list);
  EXPECT_FALSE((*list)->blocks(address("192.0.2.1")));
  EXPECT_FALSE(Blocklist{}.blocks(address("192.0.2.1")));
}

TEST_F(BlocklistFiles, AMissingFileFailsTheLoad) {
  const auto list = Blocklist::load({.files = {write("one", "192.0.2.0/24\n"), directory_ / "absent"}, .allow = {}});
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().file, directory_ / "absent");
}

TEST_F(BlocklistFiles, WhatIsNoRegularFileFailsTheLoad) {
  for (const auto& path : {directory_, std::filesystem::path{"/dev/null"}, std::filesystem::path{}}) {
    EXPECT_FALSE(Blocklist::load({.files = {path}, .allow = {}})) << path;
  }
}

TEST_F(BlocklistFiles, OneBadLineFailsTheLoadAndIsNamed) {
  const auto path = write("bad", "192.0.2.0/24\r\n; fine\r\n192.0.2.0/240 ; SBL1\r\n");
  const auto list = Blocklist::load({.files = {path}, .allow = {}});
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().line, 3U);
  EXPECT_THAT(list.error().to_string(), HasSubstr(path.string() + ":3: \"192.0.2.0/240\""));
}

}  // namespace
}  // namespace belfry::guard
