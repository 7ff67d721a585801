#include "web/return_target.hpp"

#include "http/byte_class.hpp"
#include "http/target.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace belfry::web {

namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::uint16_t kHttpsPort = 443;

// Visible ASCII without a backslash, which browsers read as a slash (the URL Standard, section 4.4, "relative state").
// Tabs and line ends are left out by them wherever they stand (section 4.4, step 3), so none gets this far.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char byte) { return byte > ' ' && byte < 0x7f && byte != '\\'; });
}

// A percent-encoded control, blank or delete, for the program behind that decodes once too often.
bool hides_control(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    const int byte = http::percent_encoded(text, at);
    if (byte < 0x20 || byte == 0x7f) return true;  // below 0: broken
  }
  return false;
}

// "/path?query" behind a host, made canonical. http::Target merges runs of slashes, which are refused here: at the
// front they begin a host.
std::optional<std::string> path_of_host(std::string_view text) {
  if (!text.starts_with('/')) return std::nullopt;
  if (text.substr(0, text.find('?')).contains("//")) return std::nullopt;
  const auto target = http::Target::parse(text);
  if (!target) return std::nullopt;
  return target->text();
}

// The same without a host in front of it, where whoever takes off one layer too many has another host before them. With
// one in front nothing behind it can name another, so there it may be any address that the application has.
std::optional<std::string> safe_path(std::string_view text) {
  // A percent sign that is percent-encoded is a second layer, of which nobody knows who takes it off.
  if (text.substr(0, text.find('?')).contains("%25") || hides_control(text)) return std::nullopt;
  return path_of_host(text);
}

bool is_same_place(const http::Authority& left, const http::Authority& right) {
  return left.host == right.host && left.port.value_or(kHttpsPort) == right.port.value_or(kHttpsPort);
}

std::optional<std::string> safe_address(std::string_view text, std::span<const http::Authority> hosts) {
  text.remove_prefix(kScheme.size());
  const std::string_view authority_text = text.substr(0, text.find('/'));
  const auto authority = http::Authority::parse(authority_text);
  if (!authority) return std::nullopt;
  const auto known = std::ranges::find_if(hosts, [&](const auto& host) { return is_same_place(host, *authority); });
  if (known == hosts.end()) return std::nullopt;
  const std::string_view rest = text.substr(authority_text.size());
  const auto path = path_of_host(rest.empty() ? "/" : rest);
  if (!path) return std::nullopt;
  return std::string{kScheme} + known->to_string() + *path;
}

}  // namespace

std::string return_target(std::string_view wish, std::span<const http::Authority> hosts) {
  if (wish.size() > kReturnTargetLimit || !is_plain(wish)) return "/";
  return (wish.starts_with(kScheme) ? safe_address(wish, hosts) : safe_path(wish)).value_or("/");
}

}  // namespace belfry::web
