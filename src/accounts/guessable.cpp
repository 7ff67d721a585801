#include "accounts/guessable.hpp"

#include "accounts/common_passwords.hpp"
#include "accounts/password_text.hpp"
#include "base/ascii.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>

namespace belfry::accounts {
namespace {

// "2024!": a year and a sign.
constexpr std::size_t kAffixLimit = 5;
constexpr std::size_t kStemMinimum = 4;
constexpr std::size_t kUnitLimit = 4;
constexpr std::size_t kPartMinimum = 3;
constexpr std::size_t kLabelMinimum = 4;

// Anything beyond ASCII counts as one.
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

bool is_common_in_a_reading(std::string_view bare_text) {
  return common_password_rank(bare_text) ||
         std::ranges::any_of(leet_readings(bare_text),
                             [](const std::string& reading) { return common_password_rank(reading).has_value(); });
}

// What in `text` stands between characters that are neither letters nor digits.
void append_words(std::string_view text, std::size_t minimum, std::vector<std::string>& words) {
  const auto is_inside = [](char c) { return is_letter(c) || base::is_digit(c); };
  for (auto at = text.begin(); at != text.end();) {
    const auto from = std::find_if(at, text.end(), is_inside);
    at = std::find_if_not(from, text.end(), is_inside);
    const std::string word{from, at};
    if (const auto points = code_points(word); points && points->size() >= minimum) words.push_back(word);
  }
}

std::string letters_and_digits(std::string_view text) {
  std::string kept;
  std::ranges::copy_if(text, std::back_inserter(kept), [](char c) { return is_letter(c) || base::is_digit(c); });
  return kept;
}

// One after the other, longest first, so that a whole name goes before its parts.
std::optional<std::size_t> left_without(std::string text, const std::vector<std::string>& parts) {
  bool found = false;
  for (const std::string& part : parts) {
    // A NUL takes its place, so that what stands on its two sides does not join to another part.
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
      text.replace(at, part.size(), 1, '\0');
      found = true;
    }
  }
  if (!found) return std::nullopt;
  std::erase(text, '\0');
  return code_points(text).value_or(std::u32string{}).size();
}

}  // namespace

bool is_disguised_common_password(std::string_view password) {
  const std::string whole = bare(password);
  if (is_common_in_a_reading(whole)) return true;
  const auto first = static_cast<std::size_t>(std::ranges::find_if(whole, is_letter) - whole.begin());
  const auto behind = static_cast<std::size_t>(whole.rend() - std::find_if(whole.rbegin(), whole.rend(), is_letter));
  if (first > kAffixLimit || whole.size() - behind > kAffixLimit || behind < first) return false;
  // A sign before the first letter may stand for one: "$unshine22".
  for (std::size_t from = 0; from <= first; ++from) {
    for (std::size_t end = behind; end <= whole.size(); ++end) {
      if (end - from >= kStemMinimum && is_common_in_a_reading(std::string_view{whole}.substr(from, end - from))) {
        return true;
      }
    }
  }
  return false;
}

bool is_one_pattern(std::string_view password) {
  const auto points = code_points(bare(password));
  if (!points || points->size() < 2) return false;
  const std::u32string& text = *points;
  const auto step = static_cast<std::int64_t>(text[1]) - static_cast<std::int64_t>(text[0]);
  const bool is_run =
      std::abs(step) == 1 && std::ranges::adjacent_find(text, [step](char32_t a, char32_t b) {
                               return static_cast<std::int64_t>(b) - static_cast<std::int64_t>(a) != step;
                             }) == text.end();
  if (is_run) return true;
  for (std::size_t unit = 1; unit <= text.size() / 2; ++unit) {
    if (text.size() % unit != 0 ||
        !std::equal(text.begin() + static_cast<std::ptrdiff_t>(unit), text.end(), text.begin()))
      continue;
    if (unit <= kUnitLimit) return true;
    // Of what bare() left, a common unit is ASCII: its bytes are its characters.
    return is_disguised_common_password(bare(password).substr(0, unit));
  }
  return false;
}

std::vector<std::string> name_parts(std::string_view name, std::string_view email) {
  const std::string bare_name = bare(name);
  const std::string bare_email = bare(email);
  const std::string_view address{bare_email};
  const std::string_view local = address.substr(0, address.find('@'));
  const std::string_view domain = address.size() > local.size() ? address.substr(local.size() + 1) : std::string_view{};

  std::vector<std::string> parts;
  append_words(bare_name, kPartMinimum, parts);
  append_words(local, kPartMinimum, parts);
  append_words(domain.substr(0, domain.rfind('.')), kLabelMinimum, parts);
  for (const std::string_view whole : {std::string_view{bare_name}, local, address}) {
    for (const std::string& written : {std::string{whole}, letters_and_digits(whole)}) {
      if (const auto points = code_points(written); points && points->size() >= kPartMinimum) parts.push_back(written);
    }
  }
  std::ranges::sort(parts, [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  const auto repeated = std::ranges::unique(parts);
  parts.erase(repeated.begin(), repeated.end());
  return parts;
}

std::optional<std::size_t> characters_beside(std::string_view password, const std::vector<std::string>& parts) {
  const std::string text = bare(password);
  std::optional<std::size_t> fewest = left_without(text, parts);
  // The names are read in the same way as the password: an "r2d2" in both is the same in each reading.
  const auto readings = leet_readings(text);
  for (std::size_t i = 0; i < readings.size(); ++i) {
    std::vector<std::string> read;
    read.reserve(parts.size());
    for (const std::string& part : parts) read.push_back(leet_readings(part)[i]);
    const auto left = left_without(readings[i], read);
    if (left && (!fewest || *left < *fewest)) fewest = left;
  }
  return fewest;
}

}  // namespace belfry::accounts
