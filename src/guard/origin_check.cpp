#include "guard/origin_check.hpp"

#include "http/path_prefix.hpp"
#include "http/target.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace belfry::guard {
namespace {

constexpr std::uint16_t kHttpsPort = 443;

struct WebOrigin {
  std::string_view host;
  std::uint16_t port;
};

// A serialized origin (RFC 6454, section 6.2) of ours can only be https. "null" and lists of origins are none.
std::optional<WebOrigin> parse_https_origin(std::string_view text) {
  constexpr std::string_view scheme = "https://";
  if (!text.starts_with(scheme)) return std::nullopt;
  text.remove_prefix(scheme.size());
  // The colon behind an IPv6 address's bracket is the port's.
  const auto colon = text.find(':', text.starts_with('[') ? std::min(text.find(']'), text.size()) : 0);
  WebOrigin origin{text.substr(0, colon), kHttpsPort};
  if (colon != std::string_view::npos) {
    const std::string_view digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), origin.port);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  }
  return origin;
}

bool is_own_origin(std::string_view text, const http::RequestHead& request) {
  const auto origin = parse_https_origin(text);
  return origin && origin->host == request.host && origin->port == request.port.value_or(kHttpsPort);
}

}  // namespace

bool is_exception_path(std::string_view text) {
  const auto target = http::Target::parse(text);
  return target && text.starts_with('/') && target->text() == text && !target->has_query();
}

OriginCheck::OriginCheck(SiteHosts hosts, OriginOptions options) : hosts_{std::move(hosts)} {
  std::erase_if(options.except, [](const std::string& path) { return !is_exception_path(path); });
  exceptions_ = std::move(options.except);
}

bool OriginCheck::excepted(std::string_view path) const {
  return std::ranges::any_of(
      exceptions_, [&](const std::string& exception) { return http::path_has_exact_prefix(path, exception); });
}

bool OriginCheck::is_application_origin(std::string_view text, const http::RequestHead& request) const {
  const auto origin = parse_https_origin(text);
  return origin && hosts_.kind_of(origin->host) == HostKind::Application &&
         origin->port == request.port.value_or(kHttpsPort);
}

Verdict OriginCheck::check(const Subject& subject) const {
  const http::RequestHead& request = *subject.request;
  const bool is_websocket = request.upgrade != http::Upgrade::None;
  if (http::is_safe(request.method) && !is_websocket) return Admit{};
  const bool of_application = subject.host_kind == HostKind::Application;
  if (of_application && excepted(request.target.path())) return Admit{};

  // RFC 9110, section 5.3: a sender sends neither twice. Whoever did wants two readers to see two things.
  if (request.fields.count("sec-fetch-site") > 1 || request.fields.count("origin") > 1) {
    return Refuse{Reason::AmbiguousOrigin};
  }
  const auto origin = request.fields.get("origin");
  if (const auto site = request.fields.get("sec-fetch-site")) {
    // Fetch Metadata Request Headers, section 2.2. "none": the person asked, not a page.
    if (*site == "same-origin" || *site == "none") return Admit{};
    if (*site == "same-site") {
      // Another host of the same domain. The application may have several names; it has no other friends.
      if (of_application && origin && is_application_origin(*origin, request)) return Admit{};
      return Refuse{Reason::ForeignOrigin};
    }
    return Refuse{*site == "cross-site" ? Reason::ForeignOrigin : Reason::AmbiguousOrigin};
  }
  if (origin) {
    if (is_own_origin(*origin, request)) return Admit{};
    return Refuse{Reason::ForeignOrigin};
  }
  if (request.fields.contains("cookie")) return Refuse{Reason::MissingOrigin};
  return Admit{};
}

}  // namespace belfry::guard
