#include "accounts/password_generator.hpp"

#include "accounts/password_policy.hpp"
#include "accounts/password_strength.hpp"

#include <embedded/english_words.hpp>
#include <embedded/french_words.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <set>

namespace belfry::accounts {
namespace {

// Gives these numbers one after the other.
class ScriptedRandom final : public base::Random {
 public:
  explicit ScriptedRandom(std::vector<std::uint64_t> numbers) : numbers_{std::move(numbers)} {}
  void fill(std::span<std::byte> out) override {
    ASSERT_EQ(out.size(), sizeof(std::uint64_t));
    ASSERT_LT(used_, numbers_.size());
    std::memcpy(out.data(), &numbers_[used_++], out.size());
  }
  std::size_t used() const { return used_; }

 private:
  std::vector<std::uint64_t> numbers_;
  std::size_t used_ = 0;
};

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> pieces{""};
  for (const char c : text) {
    if (c == by) {
      pieces.emplace_back();
    } else {
      pieces.back() += c;
    }
  }
  return pieces;
}

TEST(UniformBelow, ThrowsAwayTheDrawsThatWouldMakeTheRemainderUneven) {
  // 2^64 = 3 * 6148914691236517205 + 1: of three remainders the draw 0 would make one likelier.
  ScriptedRandom three{{0, 1}};
  EXPECT_EQ(uniform_below(three, 3), 1U);
  EXPECT_EQ(three.used(), 2U);

  // 2^64 modulo 10 is 6.
  ScriptedRandom ten{{0, 1, 2, 3, 4, 5, 6}};
  EXPECT_EQ(uniform_below(ten, 10), 6U);
  EXPECT_EQ(ten.used(), 7U);

  // 2^64 modulo (2^63 + 1) is 2^63 - 1: nearly every second one.
  constexpr unsigned long long kHalf = 1ULL << 63;
  ScriptedRandom half{{kHalf - 2, kHalf - 1}};
  EXPECT_EQ(uniform_below(half, kHalf + 1), kHalf - 1);
  EXPECT_EQ(half.used(), 2U);

  // Nothing to throw away.
  for (const std::uint64_t bound : {1ULL, 2ULL, 2048ULL, kHalf}) {
    ScriptedRandom power{{0}};
    EXPECT_EQ(uniform_below(power, bound), 0U);
  }
}

// What is left of 2^64 draws is a multiple of the bound, so that each remainder comes equally often: said of all bounds
// that are in use.
TEST(UniformBelow, KeepsAMultipleOfTheBound) {
  for (const std::uint64_t bound : {10ULL, 55ULL, 2048ULL, 3ULL, 7776ULL}) {
    const std::uint64_t excess = (~0ULL % bound + 1) % bound;
    ScriptedRandom first_kept{{excess}};
    EXPECT_EQ(uniform_below(first_kept, bound), excess % bound);
    if (excess > 0) {
      ScriptedRandom last_thrown{{excess - 1, excess}};
      uniform_below(last_thrown, bound);
      EXPECT_EQ(last_thrown.used(), 2U);
    }
    EXPECT_EQ((~0ULL - excess) % bound, bound - 1);  // from `excess` to 2^64 - 1 they are whole rounds
  }
}

TEST(PasswordGenerator, HasListsOfDifferentWords) {
  for (const std::string_view text : {embedded::english_words(), embedded::french_words()}) {
    auto words = split(text, '\n');
    ASSERT_EQ(words.back(), "");
    words.pop_back();
    EXPECT_EQ(words.size(), PasswordGenerator::kWordsInList);
    EXPECT_EQ(std::set(words.begin(), words.end()).size(), words.size());
    for (const std::string& word : words) {
      EXPECT_TRUE(word.size() >= 3 && word.size() <= 8 &&
                  std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; }))
          << word;
    }
  }
}

TEST(PasswordGenerator, StatesItsEntropy) {
  const double words = PasswordGenerator::kWords * std::log2(PasswordGenerator::kWordsInList) + std::log2(10);
  EXPECT_LE(PasswordGenerator::kWordsBits, words);
  EXPECT_GE(PasswordGenerator::kWordsBits, 77);
  // Without upper case, without lower case, without digits: thrown away.
  constexpr int kDrawn = PasswordGenerator::kGroups * PasswordGenerator::kGroupSize;
  const double thrown = std::pow(32.0 / 55, kDrawn) + std::pow(31.0 / 55, kDrawn) + std::pow(47.0 / 55, kDrawn);
  EXPECT_LE(PasswordGenerator::kCharactersBits, kDrawn * std::log2(55) + std::log2(1 - thrown));
  EXPECT_GE(PasswordGenerator::kCharactersBits, 128);
}

TEST(PasswordGenerator, DrawsEachWordEquallyOften) {
  base::FakeRandom random{42};
  PasswordGenerator generator{random};
  for (const auto language : {WordLanguage::English, WordLanguage::French}) {
    std::map<std::string, int> counts;
    std::array<int, 10> digits{};
    constexpr int kRounds = 20'000;
    for (int i = 0; i < kRounds; ++i) {
      auto pieces = split(generator.words(language), '-');
      ASSERT_EQ(pieces.size(), PasswordGenerator::kWords + 1);
      ASSERT_EQ(pieces.back().size(), 1U);
      ++digits.at(static_cast<std::size_t>(pieces.back()[0] - '0'));
      pieces.pop_back();
      for (const std::string& word : pieces) ++counts[word];
    }
    ASSERT_EQ(counts.size(), PasswordGenerator::kWordsInList);
    // Chi-squared with 2047 degrees of freedom: 2047 on average, six standard deviations (64) are 384.
    const double expected = kRounds * 7.0 / 2048;
    double chi_squared = 0;
    for (const auto& [word, count] : counts) chi_squared += std::pow(count - expected, 2) / expected;
    EXPECT_NEAR(chi_squared, 2047, 384);
    for (const int count : digits) EXPECT_NEAR(count, kRounds / 10.0, 260);  // six standard deviations of 42
  }
}

TEST(PasswordGenerator, DrawsEachCharacterEquallyOften) {
  base::FakeRandom random{43};
  PasswordGenerator generator{random};
  std::map<char, int> counts;
  constexpr int kRounds = 20'000;
  for (int i = 0; i < kRounds; ++i) {
    const auto groups = split(generator.characters(), '-');
    ASSERT_EQ(groups.size(), PasswordGenerator::kGroups);
    for (const std::string& group : groups) {
      ASSERT_EQ(group.size(), PasswordGenerator::kGroupSize);
      for (const char c : group) ++counts[c];
    }
  }
  ASSERT_EQ(counts.size(), 55U);
  // Digits come 2.3 % oftener, as what has none of them was thrown away.
  for (const auto& [c, count] : counts) EXPECT_NEAR(count, kRounds * 24 / 55.0, 600) << c;
  for (const char alike : std::string_view{"ilIoO01"}) EXPECT_FALSE(counts.contains(alike)) << alike;
}

TEST(PasswordGenerator, SatisfiesBothPresetsWhoeverAsks) {
  base::FakeRandom random{44};
  PasswordGenerator generator{random};
  const PasswordPolicy standard{{.preset = PasswordPreset::Standard}};
  const PasswordPolicy nist{{.preset = PasswordPreset::Nist}};
  const std::array<PasswordOwner, 3> owners{
      {{"", ""}, {"Rose Ann Rivers", "rose.rivers@garden.example"}, {"Art Ocean Ivory", "ski.arm@art.example"}}};
  for (int i = 0; i < 2000; ++i) {
    for (const std::string& password :
         {generator.words(WordLanguage::English), generator.words(WordLanguage::French), generator.characters()}) {
      ASSERT_LE(password.size(), PasswordPolicy::kStandardByteLimit) << password;
      ASSERT_GE(password.size(), 27U) << password;
      for (const PasswordOwner& owner : owners) {
        ASSERT_TRUE(standard.broken_rules(password, owner, SecondFactor::Absent).empty()) << password;
        ASSERT_TRUE(nist.broken_rules(password, owner, SecondFactor::Absent).empty()) << password;
      }
      if (i < 50) {
        ASSERT_EQ(estimate_strength(password).score, 4) << password;
      }
    }
  }
}

TEST(PasswordGenerator, RepeatsNothing) {
  base::SystemRandom random;
  PasswordGenerator generator{random};
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    seen.insert(generator.words(WordLanguage::French));
    seen.insert(generator.characters());
  }
  EXPECT_EQ(seen.size(), 2000U);
}

}  // namespace
}  // namespace belfry::accounts
