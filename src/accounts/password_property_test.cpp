// What is promised of every password (docs/decisions/0010-property-tests.md): whatever a policy accepts goes whole
// through bcrypt's door, is in no dictionary, and keeps the rule, as the few lines below count it. Drawn are pieces of
// what people and attackers write, and bytes.

#include "accounts/common_passwords.hpp"
#include "accounts/password_input.hpp"
#include "accounts/password_policy.hpp"
#include "accounts/password_strength.hpp"

#include <embedded/common_passwords.hpp>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace belfry::accounts {
namespace {

constexpr std::array<std::byte, 32> kKey{std::byte{7}};

const std::vector<std::string>& words() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> lines;
    std::string_view text = embedded::common_passwords();
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      lines.emplace_back(text.substr(0, end - 1));
      text.remove_prefix(end + 1);
    }
    return lines;
  }();
  return all;
}

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

rc::Gen<std::string> drawn_word() {
  return rc::gen::apply(
      [](std::size_t index, int disguise) {
        std::string word = words()[index];
        if (disguise == 1) word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
        if (disguise == 2) std::ranges::replace(word, 'a', '@');
        if (disguise == 3) std::ranges::replace(word, 'o', '0');
        return word;
      },
      rc::gen::inRange<std::size_t>(0, words().size()), rc::gen::inRange(0, 4));
}

rc::Gen<std::string> drawn_piece() {
  const auto of_characters = [](std::string characters) {
    return rc::gen::container<std::string>(rc::gen::elementOf(std::move(characters)));
  };
  return rc::gen::weightedOneOf<std::string>(
      {{4, drawn_word()},
       {4, of_characters("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!?-. $@")},
       {2, of_characters("0123456789")},
       {2,
        rc::gen::elementOf(std::vector<std::string>{"\u00e9", "e\u0301", "\u20ac", "\U0001f514", "\u0416", " ", "!"})},
       {1, rc::gen::elementOf(std::vector<std::string>{"Alice", "m4rt1n", "alice@tours.example"})},
       {1,
        rc::gen::map(rc::gen::inRange<std::size_t>(0, 200), [](std::size_t size) { return std::string(size, 'k'); })},
       {1,
        rc::gen::elementOf(std::vector<std::string>{std::string(1, '\0'), "\x80", "\xff", "\xed\xa0\x80", "\xc3"})}});
}

rc::Gen<std::string> drawn_password() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(drawn_piece()),
                      [](const std::vector<std::string>& pieces) {
                        std::string password;
                        for (const std::string& piece : pieces) password += piece;
                        return password;
                      });
}

std::size_t code_points_in(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// Of ASCII alone.
std::size_t classes_in(std::string_view ascii) {
  std::set<int> classes;
  for (const char c : ascii) {
    classes.insert(c >= 'a' && c <= 'z' ? 0 : c >= 'A' && c <= 'Z' ? 1 : c >= '0' && c <= '9' ? 2 : 3);
  }
  return classes.size();
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

class PasswordProperty : public testing::TestWithParam<PasswordPreset> {};

TEST_P(PasswordProperty, WhatIsAcceptedKeepsTheRule) {
  static const std::unordered_set<std::string> dictionary{words().begin(), words().end()};
  const PasswordPolicy policy{{.preset = GetParam()}};
  const PasswordOwner owner{.name = "Alice Martin", .email = "alice@tours.example"};
  int accepted = 0;
  int refused = 0;
  EXPECT_TRUE(rc::check([&] {
    // More than one a case, as a case costs far more than a password.
    for (const std::string& password : *rc::gen::container<std::vector<std::string>>(20, drawn_password())) {
      const auto second_factor = password.size() % 2 == 0 ? SecondFactor::Present : SecondFactor::Absent;
      if (!policy.broken_rules(password, owner, second_factor).empty()) {
        ++refused;
        continue;
      }
      ++accepted;
      const auto input = password_input(format_of(GetParam()), password, kKey);
      RC_ASSERT(input.has_value());
      RC_ASSERT(input->size() <= 72U);
      RC_ASSERT(!input->contains('\0'));
      RC_ASSERT(!dictionary.contains(lowered(password)));
      RC_ASSERT(!is_common_password(password));
      RC_ASSERT(code_points_in(password) >= 6U);
      RC_ASSERT(lowered(password) != "alice" && lowered(password) != owner.email);
      if (GetParam() == PasswordPreset::Standard) {
        RC_ASSERT(*input == password);
        RC_ASSERT(!is_ascii(password) || classes_in(password) >= 3U);
      } else {
        RC_ASSERT(code_points_in(password) >= (second_factor == SecondFactor::Present ? 8U : 15U));
      }
    }
  }));
  EXPECT_GT(accepted, 100);
  EXPECT_GT(refused, 100);
}

INSTANTIATE_TEST_SUITE_P(BothPresets, PasswordProperty, testing::Values(PasswordPreset::Standard, PasswordPreset::Nist),
                         [](const auto& preset) {
                           return preset.param == PasswordPreset::Standard ? "Standard" : "Nist";
                         });

TEST(PasswordStrengthProperty, IsAScoreOfAnything) {
  EXPECT_TRUE(rc::check([] {
    const std::string password = *drawn_password();
    const PasswordStrength strength = estimate_strength(password, {"alice", "martin"});
    RC_ASSERT(strength.score <= 4);
    RC_ASSERT(strength.guesses_log10 >= 0);
    RC_ASSERT(strength.guesses_log10 <= 1.5 * kStrengthCharacters);
  }));
}

}  // namespace
}  // namespace belfry::accounts
