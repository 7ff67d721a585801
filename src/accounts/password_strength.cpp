#include "accounts/password_strength.hpp"

#include "accounts/common_passwords.hpp"
#include "accounts/password_text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace belfry::accounts {
namespace {

// All costs are powers of ten.
constexpr double kTwice = 0.301;
constexpr std::size_t kShortestWord = 3;
constexpr std::size_t kShortestRun = 3;

// People do not draw characters at random: zxcvbn counts ten guesses for each. A capital or a sign is worth somewhat
// more here, as the usual places for them are counted with the words.
constexpr double kPlainCharacter = 1.0;
constexpr double kRarerCharacter = 1.3;
constexpr double kForeignCharacter = 1.5;

// Keys side by side and one below the other, on QWERTY and AZERTY.
constexpr std::array<std::u32string_view, 9> kKeyboardRows{
    U"1234567890-=", U"!@#$%^&*()_+", U"qwertyuiop[]",
    U"asdfghjkl;'",  U"zxcvbnm,./",   U"azertyuiop",
    U"qsdfghjklm",   U"wxcvbn,;:!",   U"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"};
constexpr double kKeyboardStarts = 1.7;  // some 50 keys to begin with

constexpr double kYears = 2.2;  // 1900 to 2049

bool is_digit(char32_t c) {
  return c >= U'0' && c <= U'9';
}

bool is_lower(char32_t c) {
  return c >= U'a' && c <= U'z';
}

double cost_of_character(char32_t c) {
  if (c >= 0x80) return kForeignCharacter;
  return is_digit(c) || is_lower(c) ? kPlainCharacter : kRarerCharacter;
}

class Estimate {
 public:
  Estimate(std::u32string text, const std::vector<std::string>& names) : text_{std::move(text)}, names_{names} {
    for (const char32_t c : text_) {
      const auto point = static_cast<utf8proc_int32_t>(c);
      lower_ += static_cast<char32_t>(utf8proc_tolower(point));
      // What is not ASCII is in no word: a NUL stands for it.
      ascii_ += c < 0x80 ? static_cast<char>(lower_.back()) : '\0';
    }
  }

  // The least cost of each front of the text, from the empty one on.
  double least() {
    least_.assign(text_.size() + 1, 1e9);
    least_[0] = 0;
    for (std::size_t from = 0; from < text_.size(); ++from) {
      reach(from + 1, least_[from] + cost_of_character(text_[from]));
      words(from);
      sequence(from);
      keyboard(from);
      year(from);
      if (from > 0) repetitions(from);
    }
    return least_.back();
  }

 private:
  void reach(std::size_t end, double cost) { least_[end] = std::min(least_[end], cost); }

  void words(std::size_t from) {
    const std::size_t longest = std::min(text_.size() - from, kCommonPasswordLimit);
    for (std::size_t size = kShortestWord; size <= longest; ++size) {
      if (ascii_[from + size - 1] == '\0') break;
      const std::string_view word = std::string_view{ascii_}.substr(from, size);
      if (const auto cost = word_cost(word)) reach(from + size, least_[from] + *cost + capitals(from, size));
    }
    for (const std::string& name : names_) {
      if (std::string_view{ascii_}.substr(from).starts_with(name)) {
        reach(from + name.size(), least_[from] + kTwice + capitals(from, name.size()));
      }
    }
  }

  static std::optional<double> word_cost(std::string_view word) {
    std::optional<double> least;
    const auto take = [&least](std::string_view reading, double disguise) {
      if (const auto rank = common_password_rank(reading)) {
        const double cost = std::log10(*rank) + disguise;
        least = least ? std::min(*least, cost) : cost;
      }
    };
    take(word, 0);
    take(std::string{word.rbegin(), word.rend()}, kTwice);
    for (const std::string& reading : leet_readings(word)) {
      if (reading != word) take(reading, 2 * kTwice);
    }
    return least;
  }

  // One capital in front or all of them double the guesses; others are rarer.
  double capitals(std::size_t from, std::size_t size) const {
    std::size_t upper = 0;
    for (std::size_t i = from; i < from + size; ++i) upper += text_[i] != lower_[i] ? 1U : 0U;
    return kTwice * static_cast<double>(std::min(upper, size - upper + 1));
  }

  // "abcd", "4321".
  void sequence(std::size_t from) {
    for (const int step : {1, -1}) {
      std::size_t end = from + 1;
      const auto follows = [&](std::size_t at) {
        const char32_t last = lower_[at - 1];
        const char32_t next = lower_[at];
        return (is_digit(last) == is_digit(next)) && (is_lower(last) == is_lower(next)) &&
               static_cast<std::int64_t>(next) - static_cast<std::int64_t>(last) == step;
      };
      while (end < text_.size() && follows(end)) {
        ++end;
        const std::size_t size = end - from;
        if (size < kShortestRun) continue;
        const bool obvious = std::u32string_view{U"az019"}.contains(lower_[from]);
        const double start = obvious ? 0.6 : is_digit(lower_[from]) ? 1.0 : 1.4;
        reach(end, least_[from] + start + std::log10(static_cast<double>(size)) + (step < 0 ? kTwice : 0) +
                       capitals(from, size));
      }
    }
  }

  void keyboard(std::size_t from) {
    const std::u32string_view rest = std::u32string_view{lower_}.substr(from);
    for (const std::u32string_view row : kKeyboardRows) {
      for (std::size_t at = 0; at < row.size(); ++at) {
        if (row[at] != rest[0]) continue;
        for (const int step : {1, -1}) {
          std::size_t size = 1;
          auto key = static_cast<std::ptrdiff_t>(at) + step;
          while (size < rest.size() && key >= 0 && std::cmp_less(key, row.size()) &&
                 row[static_cast<std::size_t>(key)] == rest[size]) {
            ++size;
            key += step;
            if (size < kShortestRun) continue;
            reach(from + size,
                  least_[from] + kKeyboardStarts + std::log10(static_cast<double>(size)) + capitals(from, size));
          }
        }
      }
    }
  }

  void year(std::size_t from) {
    if (text_.size() - from < 4) return;
    unsigned number = 0;
    for (std::size_t i = from; i < from + 4; ++i) {
      if (!is_digit(text_[i])) return;
      number = number * 10 + static_cast<unsigned>(text_[i] - U'0');
    }
    if (number >= 1900 && number < 2050) reach(from + 4, least_[from] + kYears);
  }

  // What came right before, again: only how many times is to be guessed.
  void repetitions(std::size_t from) {
    const std::u32string_view text{lower_};
    for (std::size_t unit = 1; unit <= from; ++unit) {
      const std::u32string_view before = text.substr(from - unit, unit);
      double times = 1;
      for (std::size_t at = from; text.substr(at).starts_with(before); at += unit) {
        ++times;
        reach(at + unit, least_[from] + std::log10(times));
      }
    }
  }

  std::u32string text_;
  const std::vector<std::string>& names_;
  std::u32string lower_;
  std::string ascii_;
  std::vector<double> least_;
};

std::uint8_t score_of(double guesses_log10) {
  constexpr std::array<double, 4> kBounds{3, 6, 8, 10};
  return static_cast<std::uint8_t>(
      std::ranges::count_if(kBounds, [&](double bound) { return guesses_log10 >= bound; }));
}

}  // namespace

PasswordStrength estimate_strength(std::string_view password, const std::vector<std::string>& names) {
  // No character has more than four bytes. Cut where one begins.
  std::size_t end = std::min(password.size(), 4 * kStrengthCharacters);
  while (end > 0 && end < password.size() && (static_cast<unsigned char>(password[end]) & 0xc0) == 0x80) --end;
  auto points = code_points(password.substr(0, end));
  if (!points) return {};
  if (points->size() > kStrengthCharacters) points->resize(kStrengthCharacters);
  const double guesses = Estimate{std::move(*points), names}.least();
  return {score_of(guesses), guesses};
}

}  // namespace belfry::accounts
