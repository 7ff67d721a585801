#include "web/day_line.hpp"

#include "web/phrases.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace belfry::web {

namespace {

constexpr std::size_t kStep = 4;
constexpr std::size_t kMark = 3;

// The middle of a mark that stands on the ground of the drawing; style.css strokes it as wide as it is high.
std::string_view middle_of(DayState state) {
  switch (state) {
    case DayState::Held:
      return "12";
    case DayState::Broken:
      return "8";
    case DayState::Unknown:
      return "14";
    case DayState::NoRecord:
      break;
  }
  return "15.5";
}

struct Words {
  DayState state;
  Wording one;
  Wording many;
};

constexpr std::array<Words, 4> kWords{{
    {DayState::Held, phrase("days.held.one"), phrase("days.held.many")},
    {DayState::Broken, phrase("days.broken.one"), phrase("days.broken.many")},
    {DayState::Unknown, phrase("days.unknown.one"), phrase("days.unknown.many")},
    {DayState::NoRecord, phrase("days.no_record"), phrase("days.no_record")},
}};

}  // namespace

std::string day_path(const Days& days, DayState state) {
  std::string path;
  for (std::size_t first = 0; first < days.size();) {
    std::size_t behind = first;
    while (behind < days.size() && days[behind] == state) ++behind;
    if (behind == first) {
      ++first;
      continue;
    }
    path.append("M").append(std::to_string(first * kStep)).append(" ").append(middle_of(state));
    path.append("H").append(std::to_string((behind - 1) * kStep + kMark));
    first = behind;
  }
  return path;
}

std::string describe_days(const Days& days, Language language) {
  std::string text{pick(phrase("days.total"), language)};
  std::string_view separator = " ";
  for (const Words& words : kWords) {
    const auto count = std::ranges::count(days, words.state);
    if (count == 0) continue;
    text.append(separator).append(std::to_string(count)).append(" ");
    text.append(pick(count == 1 ? words.one : words.many, language));
    separator = ", ";
  }
  return text;
}

}  // namespace belfry::web
