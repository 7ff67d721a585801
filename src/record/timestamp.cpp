#include "record/timestamp.hpp"

#include <algorithm>

namespace belfry::record {

namespace {

namespace chrono = std::chrono;

constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";

void write_number(char* out, int digits, unsigned value) {
  for (int at = digits - 1; at >= 0; --at) {
    out[at] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

void write_timestamp(char* out, base::WallTime time) {
  constexpr base::WallTime kFirst{chrono::sys_days{chrono::year{0} / chrono::January / 1}};
  constexpr base::WallTime kLast{chrono::sys_days{chrono::year{10000} / chrono::January / 1} - chrono::milliseconds{1}};
  time = std::clamp(time, kFirst, kLast);

  const chrono::sys_days day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss<chrono::milliseconds> clock{time - day};
  kForm.copy(out, kForm.size());
  write_number(out, 4, static_cast<unsigned>(static_cast<int>(date.year())));
  write_number(out + 5, 2, static_cast<unsigned>(date.month()));
  write_number(out + 8, 2, static_cast<unsigned>(date.day()));
  write_number(out + 11, 2, static_cast<unsigned>(clock.hours().count()));
  write_number(out + 14, 2, static_cast<unsigned>(clock.minutes().count()));
  write_number(out + 17, 2, static_cast<unsigned>(clock.seconds().count()));
  write_number(out + 20, 3, static_cast<unsigned>(clock.subseconds().count()));
}

std::string timestamp(base::WallTime time) {
  std::string text(kTimestampSize, '\0');
  write_timestamp(text.data(), time);
  return text;
}

std::optional<base::WallTime> parse_timestamp(std::string_view text) {
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t at = 0; at < kForm.size(); ++at) {
    const bool fits = kForm[at] == '0' ? text[at] >= '0' && text[at] <= '9' : text[at] == kForm[at];
    if (!fits) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (const char digit : text.substr(at, digits)) value = value * 10 + (digit - '0');
    return value;
  };
  const chrono::year_month_day date{chrono::year{number(0, 4)}, chrono::month{static_cast<unsigned>(number(5, 2))},
                                    chrono::day{static_cast<unsigned>(number(8, 2))}};
  // A leap second has no place in the system's clock.
  if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 59) return std::nullopt;
  return chrono::sys_days{date} + chrono::hours{number(11, 2)} + chrono::minutes{number(14, 2)} +
         chrono::seconds{number(17, 2)} + chrono::milliseconds{number(20, 3)};
}

}  // namespace belfry::record
