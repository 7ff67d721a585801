#include "inspect/cookies_grade.hpp"

#include "inspect/text.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace belfry::inspect {

namespace {

SameSite same_site_of(std::string_view value) {
  const std::string lower = lowered(value);
  if (lower == "strict") return SameSite::Strict;
  if (lower == "lax") return SameSite::Lax;
  if (lower == "none") return SameSite::None;
  return SameSite::Unknown;
}

void take_attribute(std::string_view text, SetCookie& cookie) {
  const std::size_t equals = text.find('=');
  const std::string name = lowered(http::trim_blanks(text.substr(0, equals)));
  std::string_view value = equals == std::string_view::npos ? "" : http::trim_blanks(text.substr(equals + 1));
  if (name == "secure") cookie.secure = true;
  if (name == "httponly") cookie.http_only = true;
  if (name == "samesite") cookie.same_site = same_site_of(value);
  if (name == "path") cookie.path = std::string{value};
  if (name == "domain") {
    if (value.starts_with('.')) value.remove_prefix(1);
    cookie.domain.reset();
    if (!value.empty()) cookie.domain = lowered(value);
  }
}

class Grade {
 public:
  void look_at(const SetCookie& cookie) {
    const bool session = looks_like_session(cookie.name);
    if (!cookie.secure) fault(cookie, "without Secure: it also travels without encryption");
    if (session && !cookie.http_only) fault(cookie, "without HttpOnly, and its name says it is a session's");
    look_at_same_site(cookie, session);
    look_at_prefix(cookie);
  }

  std::vector<CookieFinding> take() {
    std::ranges::move(advice_, std::back_inserter(faults_));
    return std::move(faults_);
  }

 private:
  void look_at_same_site(const SetCookie& cookie, bool session) {
    if (cookie.same_site == SameSite::Unknown) fault(cookie, "with a SameSite that no browser knows");
    if (cookie.same_site == SameSite::None && !cookie.secure) {
      fault(cookie, "with SameSite=None and without Secure: browsers refuse it");
    }
    if (cookie.same_site != SameSite::Unsaid) return;
    if (session) {
      fault(cookie, "without SameSite, and its name says it is a session's: not every browser takes it for Lax");
    } else {
      advise(cookie, "without SameSite");
    }
  }

  // "If a cookie's name begins with a case-sensitive match for the string __Host-, then the cookie will have been set
  // with a Secure attribute, a Path attribute with a value of /, and no Domain attribute" (RFC 6265bis, 4.1.3.2).
  void look_at_prefix(const SetCookie& cookie) {
    const std::string lower = lowered(cookie.name);
    if (lower.starts_with("__secure-") && !cookie.secure) fault(cookie, "with __Secure- and without Secure");
    if (!lower.starts_with("__host-")) return;
    if (!cookie.secure) fault(cookie, "with __Host- and without Secure");
    if (cookie.path != "/") fault(cookie, "with __Host- and without Path=/");
    if (cookie.domain) fault(cookie, "with __Host- and with Domain");
  }

  void fault(const SetCookie& cookie, std::string_view text) {
    faults_.push_back({CookieWeight::Fault, cookie.name, std::string{text}});
  }
  void advise(const SetCookie& cookie, std::string_view text) {
    advice_.push_back({CookieWeight::Advice, cookie.name, std::string{text}});
  }

  std::vector<CookieFinding> faults_;
  std::vector<CookieFinding> advice_;
};

}  // namespace

std::optional<SetCookie> SetCookie::parse(std::string_view set_cookie) {
  const std::size_t end = set_cookie.find(';');
  const std::string_view pair = set_cookie.substr(0, end);
  const std::size_t equals = pair.find('=');
  const std::string_view name = equals == std::string_view::npos ? "" : http::trim_blanks(pair.substr(0, equals));
  const std::string_view value = http::trim_blanks(equals == std::string_view::npos ? pair : pair.substr(equals + 1));
  // "If the sum of the lengths of the name string and the value string [...] is 0", nothing is set (RFC 6265bis, 5.6).
  if (name.empty() && value.empty()) return std::nullopt;
  SetCookie cookie;
  cookie.name = std::string{name};
  if (end != std::string_view::npos) {
    http::split(set_cookie.substr(end + 1), ';', [&](std::string_view attribute) {
      take_attribute(attribute, cookie);
      return true;
    });
  }
  return cookie;
}

std::vector<SetCookie> cookies_set_by(const http::Fields& fields) {
  std::vector<SetCookie> cookies;
  for (const http::Field field : fields) {
    if (field.name != "set-cookie" || cookies.size() == kGradedCookies) continue;
    if (auto cookie = SetCookie::parse(field.value)) cookies.push_back(*std::move(cookie));
  }
  return cookies;
}

bool looks_like_session(std::string_view name) {
  const std::string lower = lowered(name);
  // A token against forgery is read by the page's scripts, and worth nothing without the session.
  if (lower.contains("csrf") || lower.contains("xsrf")) return false;
  static constexpr std::array<std::string_view, 6> kMarks = {"sess", "login", "auth", "token", "jwt", "remember"};
  return std::ranges::any_of(kMarks, [&](std::string_view mark) { return lower.contains(mark); }) || lower == "sid" ||
         lower.ends_with(".sid") || lower.ends_with("_sid") || lower.ends_with("-sid");
}

std::vector<CookieFinding> grade_cookies(const std::vector<SetCookie>& cookies) {
  Grade grade;
  for (const SetCookie& cookie : cookies) grade.look_at(cookie);
  return grade.take();
}

}  // namespace belfry::inspect
