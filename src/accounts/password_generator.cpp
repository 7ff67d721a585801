#include "accounts/password_generator.hpp"

#include <embedded/english_words.hpp>
#include <embedded/french_words.hpp>

#include <cassert>
#include <limits>

namespace belfry::accounts {
namespace {

// Without i, l, o, I, O, 0 and 1.
constexpr std::string_view kLower = "abcdefghjkmnpqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHJKLMNPQRSTUVWXYZ";
constexpr std::string_view kDigits = "23456789";
constexpr std::string_view kAlphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  lines.reserve(PasswordGenerator::kWordsInList);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

bool has_one_of(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
}

}  // namespace

std::uint64_t uniform_below(base::Random& random, std::uint64_t bound) {
  assert(bound > 0);
  // 2^64 modulo `bound`: that many of the smallest draws are too many.
  const std::uint64_t excess = (std::numeric_limits<std::uint64_t>::max() - bound + 1) % bound;
  std::uint64_t drawn = random.next_u64();
  while (drawn < excess) drawn = random.next_u64();
  return drawn % bound;
}

PasswordGenerator::PasswordGenerator(base::Random& random)
    : random_{random}, english_{lines_of(embedded::english_words())}, french_{lines_of(embedded::french_words())} {
  assert(english_.size() == kWordsInList && french_.size() == kWordsInList);
}

std::string PasswordGenerator::words(WordLanguage language) {
  const auto& list = language == WordLanguage::French ? french_ : english_;
  std::string text;
  for (std::size_t i = 0; i < kWords; ++i) {
    text += list[uniform_below(random_, list.size())];
    text += '-';
  }
  // The third class of characters, which the standard preset asks for.
  text += static_cast<char>('0' + uniform_below(random_, 10));
  return text;
}

std::string PasswordGenerator::characters() {
  // Drawn anew as a whole where a class is missing (one in 43), so that those that are left are equally likely.
  while (true) {
    std::string text;
    for (std::size_t i = 0; i < kGroups * kGroupSize; ++i) {
      if (i > 0 && i % kGroupSize == 0) text += '-';
      text += kAlphabet[uniform_below(random_, kAlphabet.size())];
    }
    if (has_one_of(text, kLower) && has_one_of(text, kUpper) && has_one_of(text, kDigits)) return text;
  }
}

}  // namespace belfry::accounts
