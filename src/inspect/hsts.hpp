#pragma once

// Strict-Transport-Security as a value (RFC 6797, section 6.1), and what may be wrong with it on a response.

#include "http/fields.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace belfry::inspect {

struct Hsts {
  std::uint64_t max_age = 0;  // seconds
  bool include_subdomains = false;
  bool preload = false;
};

// nullopt where a browser would not take it: no max-age, max-age twice or with something else than a number.
std::optional<Hsts> parse_hsts(std::string_view value);

// Of a response that has the field once and readable; else nullopt.
std::optional<Hsts> read_hsts(const http::Fields& fields);

enum class HstsState : std::uint8_t { Good, Missing, Repeated, Malformed, TooShort };
// Repeated: "If a UA receives more than one STS header field [...], then the UA MUST process only the first" (section
// 8.1), and which one is the first is a matter of what stands in between.
HstsState hsts_state(const http::Fields& fields);

// SSL Labs: half a year (in seconds) is the shortest that counts. Inclusive.
inline constexpr std::uint64_t kHalfAYear = 15'768'000;

}  // namespace belfry::inspect
