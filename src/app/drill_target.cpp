#include "app/drill_target.hpp"

#include "http/authority.hpp"
#include "http/fields.hpp"

#include <algorithm>

namespace belfry::app {

std::string DrillUrl::origin() const {
  return "https://" + host + (port == 443 ? "" : ":" + std::to_string(port));
}

bool is_drill_path(std::string_view text) {
  return text.starts_with('/') &&
         std::ranges::all_of(text, [](char byte) { return byte > ' ' && byte < 0x7f && byte != '#' && byte != '\\'; });
}

std::expected<DrillUrl, std::string> DrillUrl::parse(std::string_view text) {
  constexpr std::string_view kScheme = "https://";
  if (text.size() < kScheme.size() || !http::equals_ignoring_case(text.substr(0, kScheme.size()), kScheme)) {
    return std::unexpected{"the address must begin with https://"};
  }
  text.remove_prefix(kScheme.size());
  const std::size_t slash = text.find_first_of("/?#");
  auto authority = http::Authority::parse(text.substr(0, slash));
  if (!authority) return std::unexpected{"the address names no host that can be read"};
  DrillUrl url;
  url.host = std::move(authority->host);
  url.port = authority->port.value_or(443);
  if (slash != std::string_view::npos) {
    url.path = text.substr(slash);
    if (!is_drill_path(url.path)) return std::unexpected{"the address has a path that cannot be asked for"};
  }
  return url;
}

}  // namespace belfry::app
