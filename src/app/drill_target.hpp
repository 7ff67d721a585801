#pragma once

// What `belfry drill` is pointed at: one page of one site, by https.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace belfry::app {

struct DrillUrl {
  std::string host;  // lower case; IPv6 in brackets
  std::uint16_t port = 443;
  std::string path = "/";  // with its query

  // "https://host" or "https://host:port".
  std::string origin() const;
  std::string at(std::string_view other_path) const { return origin() + std::string{other_path}; }
  std::string url() const { return at(path); }

  // "https://host[:port][/path[?query]]" in visible ASCII; no user information, no fragment. What is wrong as a
  // sentence.
  static std::expected<DrillUrl, std::string> parse(std::string_view text);
};

// A path as it may follow a host: begins with '/', visible ASCII, no fragment.
bool is_drill_path(std::string_view text);

}  // namespace belfry::app
