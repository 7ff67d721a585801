#include "http/cookies.hpp"

#include "http/byte_class.hpp"

#include <cstdint>
#include <optional>

namespace belfry::http {

namespace {

// cookie-octet (RFC 6265, section 4.1.1), obs-text besides: applications do set UTF-8, and browsers send it back.
constexpr ByteTable kCookieValueBytes = byte_table([](char byte) {
  const auto value = static_cast<std::uint8_t>(byte);
  return value > 0x20 && value != 0x7f && byte != '"' && byte != ',' && byte != ';' && byte != '\\';
});

std::optional<Cookie> parse_pair(std::string_view pair) {
  const std::size_t equals = pair.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const Cookie cookie{pair.substr(0, equals), pair.substr(equals + 1)};
  std::string_view bare = cookie.value;
  if (bare.size() >= 2 && bare.front() == '"' && bare.back() == '"') bare = bare.substr(1, bare.size() - 2);
  if (!is_field_name(cookie.name) || !all_in(kCookieValueBytes, bare)) return std::nullopt;
  return cookie;
}

// RFC 6265bis, section 5.6.7: any other value is as if the attribute were not there.
bool is_same_site_value(std::string_view value) {
  return equals_ignoring_case(value, "strict") || equals_ignoring_case(value, "lax") ||
         equals_ignoring_case(value, "none");
}

bool pair_names(std::string_view pair, std::string_view name) {
  return equals_ignoring_case(trim_blanks(pair.substr(0, pair.find('='))), name);
}

}  // namespace

std::vector<Cookie> cookies_of(const Fields& fields) {
  std::vector<Cookie> cookies;
  for (const Field& field : fields) {
    if (field.name != "cookie") continue;
    split(field.value, ';', [&](std::string_view pair) {
      if (const auto cookie = parse_pair(pair)) cookies.push_back(*cookie);
      return true;
    });
  }
  return cookies;
}

std::string_view only_cookie(const Fields& fields, std::string_view name) {
  std::string_view value;
  bool seen = false;
  for (const Cookie& cookie : cookies_of(fields)) {
    if (cookie.name != name) continue;
    if (seen) return {};
    seen = true;
    value = cookie.value;
  }
  return value;
}

std::size_t remove_cookie(Fields& fields, std::string_view name) {
  std::size_t removed = 0;
  std::vector<std::string> lines;
  for (const Field& field : fields) {
    if (field.name != "cookie") continue;
    std::string kept;
    split(field.value, ';', [&](std::string_view pair) {
      if (pair_names(pair, name)) {
        ++removed;
      } else if (!pair.empty()) {
        if (!kept.empty()) kept += "; ";
        kept += pair;
      }
      return true;
    });
    if (!kept.empty()) lines.push_back(std::move(kept));
  }
  if (removed == 0) return 0;
  fields.remove("cookie");
  for (const std::string& line : lines) fields.add("cookie", line);
  return removed;
}

std::string_view set_cookie_name(std::string_view set_cookie) {
  const std::string_view pair = set_cookie.substr(0, set_cookie.find(';'));
  // RFC 6265bis, section 5.7: without '=' all of it is the value of a cookie without a name.
  const std::size_t equals = pair.find('=');
  return equals == std::string_view::npos ? std::string_view{} : trim_blanks(pair.substr(0, equals));
}

std::string seal_set_cookie(std::string_view set_cookie, HttpOnly http_only) {
  bool secure = false;
  bool same_site = false;
  bool hidden = false;
  const std::size_t pair_end = set_cookie.find(';');
  if (pair_end != std::string_view::npos) {
    split(set_cookie.substr(pair_end + 1), ';', [&](std::string_view attribute) {
      const std::size_t equals = attribute.find('=');
      const std::string_view name = trim_blanks(attribute.substr(0, equals));
      if (equals_ignoring_case(name, "secure")) secure = true;
      // Of several the last counts (RFC 6265bis, section 5.7).
      if (equals_ignoring_case(name, "samesite")) {
        same_site = equals != std::string_view::npos && is_same_site_value(trim_blanks(attribute.substr(equals + 1)));
      }
      if (equals_ignoring_case(name, "httponly")) hidden = true;
      return true;
    });
  }
  std::string sealed{set_cookie};
  if (!secure) sealed += "; Secure";
  if (!same_site) sealed += "; SameSite=Lax";
  if (!hidden && http_only == HttpOnly::Always) sealed += "; HttpOnly";
  return sealed;
}

}  // namespace belfry::http
