#pragma once

// The cookies that a response sets, and what is wrong with them: OWASP ASVS 5.0, 3.3.1 to 3.3.4, and RFC 6265bis,
// section 4.1.3 (the prefixes).

#include "http/fields.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inspect {

enum class SameSite : std::uint8_t { Unsaid, Strict, Lax, None, Unknown };

struct SetCookie {
  std::string name;
  bool secure = false;
  bool http_only = false;
  SameSite same_site = SameSite::Unsaid;
  std::optional<std::string> domain;  // without a leading dot; empty counts as not written
  std::optional<std::string> path;

  // A browser reads the last of an attribute that is written twice. nullopt for what sets no cookie.
  static std::optional<SetCookie> parse(std::string_view set_cookie);
};

// Fields looked at, inclusive; a response with more is not graded beyond.
inline constexpr std::size_t kGradedCookies = 200;
std::vector<SetCookie> cookies_set_by(const http::Fields& fields);

// By its name it carries a session or a sign-in: what a thief would want.
bool looks_like_session(std::string_view name);

enum class CookieWeight : std::uint8_t { Advice, Fault };
struct CookieFinding {
  CookieWeight weight = CookieWeight::Advice;
  std::string cookie;
  std::string text;
};
// Faults first.
std::vector<CookieFinding> grade_cookies(const std::vector<SetCookie>& cookies);

}  // namespace belfry::inspect
