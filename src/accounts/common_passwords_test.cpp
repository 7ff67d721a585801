#include "accounts/common_passwords.hpp"

#include <embedded/common_passwords.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

namespace belfry::accounts {
namespace {

struct Entry {
  std::string word;
  std::uint32_t rank = 0;
};

std::vector<Entry> entries() {
  std::vector<Entry> all;
  std::string_view text = embedded::common_passwords();
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    all.push_back({std::string{text.substr(0, end - 1)}, std::uint32_t{2} << (text[end - 1] - 'A')});
    text.remove_prefix(end + 1);
  }
  return all;
}

std::string in_capitals(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

TEST(CommonPasswords, AreSortedPrintableAndWithinTheLimit) {
  const auto all = entries();
  EXPECT_EQ(all.size(), 93'855U);
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, &Entry::word) &&
              std::ranges::adjacent_find(all, {}, &Entry::word) == all.end());
  std::size_t longest = 0;
  for (const auto& [word, rank] : all) {
    longest = std::max(longest, word.size());
    EXPECT_TRUE(std::ranges::all_of(word, [](char c) { return c > ' ' && c <= '~' && (c < 'A' || c > 'Z'); })) << word;
  }
  EXPECT_EQ(longest, kCommonPasswordLimit);
}

TEST(CommonPasswords, AreEachFoundInAnyCase) {
  for (const auto& [word, rank] : entries()) {
    ASSERT_EQ(common_password_rank(word), rank) << word;
    ASSERT_TRUE(is_common_password(in_capitals(word))) << word;
  }
}

TEST(CommonPasswords, NearMissesAreNotFound) {
  std::unordered_set<std::string> words;
  for (const auto& [word, rank] : entries()) words.insert(word);
  std::size_t tried = 0;
  const auto expect_absent = [&](const std::string& near) {
    if (words.contains(near)) return;
    ASSERT_FALSE(common_password_rank(near)) << near;
    ++tried;
  };
  for (const std::string& word : words) {
    expect_absent(word.substr(0, word.size() - 1));
    expect_absent(word.substr(1));
    expect_absent(word + "~");
    expect_absent("!" + word);
    expect_absent(word + "A");
    expect_absent(word + '\n');
    std::string other = word;
    ++other.back();
    expect_absent(other);
  }
  EXPECT_GT(tried, 500'000U);
}

TEST(CommonPasswords, ComeWithTheirRank) {
  EXPECT_EQ(common_password_rank("123456"), 2U);    // 1
  EXPECT_EQ(common_password_rank("password"), 4U);  // 2
  EXPECT_EQ(common_password_rank("12345678"), 4U);  // 3
  EXPECT_EQ(common_password_rank("qwerty"), 8U);    // 4
  EXPECT_EQ(common_password_rank("Password"), std::nullopt);
}

TEST(CommonPasswords, OddInputIsNotFound) {
  for (const std::string& text : {std::string{}, std::string{"\n"}, std::string{"A"}, std::string(1, '\0'),
                                  std::string(1000, 'a'), std::string{"\xff\xff"}, std::string{"passwordA"}}) {
    EXPECT_FALSE(common_password_rank(text)) << text;
  }
}

TEST(CommonPasswords, AreFoundInOtherSpellings) {
  EXPECT_TRUE(is_common_password("PaSsWoRd"));
  EXPECT_TRUE(is_common_password("p\u00e1ssword"));
  EXPECT_TRUE(is_common_password("\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44"));
  EXPECT_FALSE(is_common_password("pa55wort-9"));
}

}  // namespace
}  // namespace belfry::accounts
