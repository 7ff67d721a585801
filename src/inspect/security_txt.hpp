#pragma once

// security.txt (RFC 9116): where a site says how a vulnerability is reported to it. Read strictly, and everything that
// is wrong is told with its line.

#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inspect {

// "Parsers [...] SHOULD limit the size" (section 6.8: of resources); inclusive.
inline constexpr std::size_t kSecurityTxtBytes = std::size_t{32} * 1024;
inline constexpr std::size_t kSecurityTxtLines = 1000;
// "It is RECOMMENDED that the value of this field be less than a year into the future" (section 2.5.5).
inline constexpr std::chrono::days kSecurityTxtLongest{366};

enum class SecurityTxtWeight : std::uint8_t { Advice, Fault };
struct SecurityTxtFinding {
  SecurityTxtWeight weight = SecurityTxtWeight::Fault;
  std::size_t line = 0;  // from 1; 0 where it is about the whole
  std::string text;      // without the site's own text
};

struct SecurityTxt {
  std::vector<std::string> contacts;
  std::optional<base::WallTime> expires;
  std::vector<std::string> canonical;
  bool is_signed = false;  // an OpenPGP cleartext signature stands around it; it is not verified
  std::vector<SecurityTxtFinding> findings;

  bool valid() const;
};

// What was served at `url`. Whether the file has expired is judged at `now`.
SecurityTxt read_security_txt(std::string_view text, std::string_view url, base::WallTime now);

// RFC 3339, section 5.6, whole seconds or fractions of them, "Z" or an offset; a date that exists.
std::optional<base::WallTime> parse_rfc3339(std::string_view text);

}  // namespace belfry::inspect
