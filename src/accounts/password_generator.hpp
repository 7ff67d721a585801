#pragma once

// New passwords for people who ask for one. Both kinds are accepted by every preset of the policy, whoever their owner
// is, and their strength is known rather than estimated: each part is drawn evenly and apart from the others.

#include "base/random.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::accounts {

// Each number below `bound`, which is 1 at least, comes equally often: draws that would make the remainder uneven are
// thrown away.
std::uint64_t uniform_below(base::Random& random, std::uint64_t bound);

enum class WordLanguage : std::uint8_t { English, French };

class PasswordGenerator {
 public:
  static constexpr std::size_t kWordsInList = 2048;
  static constexpr std::size_t kWords = 7;
  // 7 words of 11 bits, and a digit.
  static constexpr double kWordsBits = 80.3;
  static constexpr std::size_t kGroups = 4;
  static constexpr std::size_t kGroupSize = 6;
  // 24 of 55 characters, less what the draws without a digit or a letter of either case would have added.
  static constexpr double kCharactersBits = 138.7;

  // `random` must outlive this. One thread.
  explicit PasswordGenerator(base::Random& random);

  // Seven words of a list and a digit, with hyphens between: 29 to 64 ASCII characters.
  std::string words(WordLanguage language);
  // Four groups of six letters and digits without those that look alike, with hyphens between: 27 ASCII characters.
  std::string characters();

 private:
  base::Random& random_;
  std::vector<std::string_view> english_;
  std::vector<std::string_view> french_;
};

}  // namespace belfry::accounts
