#include "web/times.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

namespace belfry::web {

namespace {

constexpr std::array<std::string_view, 12> kMonthsEn{"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 12> kMonthsFr{"janvier",   "février", "mars",     "avril",
                                                     "mai",       "juin",    "juillet",  "août",
                                                     "septembre", "octobre", "novembre", "décembre"};

std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

struct Parts {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::milliseconds> time;

  explicit Parts(base::WallTime of)
      : date{std::chrono::floor<std::chrono::days>(of)}, time{of - std::chrono::floor<std::chrono::days>(of)} {}
};

}  // namespace

std::string rfc3339(base::WallTime time) {
  const Parts parts{time};
  return padded(static_cast<int>(parts.date.year()), 4) + "-" + padded(static_cast<unsigned>(parts.date.month()), 2) +
         "-" + padded(static_cast<unsigned>(parts.date.day()), 2) + "T" + padded(parts.time.hours().count(), 2) + ":" +
         padded(parts.time.minutes().count(), 2) + ":" + padded(parts.time.seconds().count(), 2) + "." +
         padded(parts.time.subseconds().count(), 3) + "Z";
}

std::string readable_time(base::WallTime time, Language language) {
  const Parts parts{time};
  const auto day = static_cast<unsigned>(parts.date.day());
  const auto month = static_cast<unsigned>(parts.date.month()) - 1;
  const std::string year = std::to_string(static_cast<int>(parts.date.year()));
  const std::string at =
      padded(parts.time.hours().count(), 2) + ":" + padded(parts.time.minutes().count(), 2) + "\u00a0UTC";
  if (language == Language::Fr) {
    // The first of a month is an ordinal in French.
    const std::string ordinal = day == 1 ? "er" : "";
    return std::to_string(day) + ordinal + "\u00a0" + std::string{kMonthsFr[month]} + "\u00a0" + year + " à\u00a0" + at;
  }
  return std::to_string(day) + "\u00a0" + std::string{kMonthsEn[month]} + "\u00a0" + year + ", " + at;
}

}  // namespace belfry::web
