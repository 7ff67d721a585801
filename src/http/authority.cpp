#include "http/authority.hpp"

#include "base/ip_address.hpp"
#include "http/byte_class.hpp"

#include <algorithm>
#include <charconv>

namespace belfry::http {

namespace {

// RFC 1035, section 2.3.4, as text without the root's dot.
constexpr std::size_t kNameLimit = 253;

constexpr ByteTable kNameBytes = byte_table(
    [](char byte) { return is_letter(byte) || is_digit(byte) || byte == '-' || byte == '.' || byte == '_'; });
constexpr ByteTable kDigits = byte_table([](char byte) { return is_digit(byte); });

std::optional<std::uint16_t> parse_port(std::string_view digits) {
  if (digits.empty() || digits.size() > 5 || !all_in(kDigits, digits)) return std::nullopt;
  std::uint32_t port = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (port == 0 || port > UINT16_MAX) return std::nullopt;
  return static_cast<std::uint16_t>(port);
}

// Without the root's dot.
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameLimit && all_in(kNameBytes, name) && !name.starts_with('.') &&
         !name.ends_with('.') && !name.contains("..");
}

std::optional<std::string> canonical_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (!is_name(name)) return std::nullopt;
  std::string lower{name};
  for (char& byte : lower) byte = to_lower(byte);
  return lower;
}

}  // namespace

std::optional<Authority> Authority::parse(std::string_view text) {
  Authority authority;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const auto address = base::IpAddress::parse(text.substr(1, end - 1));
    if (!address || address->is_v4()) return std::nullopt;
    authority.host = "[" + address->to_string() + "]";
    rest = text.substr(end + 1);
  } else {
    const std::size_t end = std::min(text.find(':'), text.size());
    auto name = canonical_name(text.substr(0, end));
    if (!name) return std::nullopt;
    authority.host = std::move(*name);
    rest = text.substr(end);
  }
  if (!rest.empty()) {
    if (!rest.starts_with(':')) return std::nullopt;
    authority.port = parse_port(rest.substr(1));
    if (!authority.port) return std::nullopt;
  }
  return authority;
}

bool is_host(std::string_view text) {
  if (text.starts_with('[')) {
    const auto authority = Authority::parse(text);
    return authority && authority->host == text;
  }
  return is_name(text) && std::ranges::none_of(text, [](char byte) { return byte != to_lower(byte); });
}

std::string Authority::to_string() const {
  return port ? host + ":" + std::to_string(*port) : host;
}

}  // namespace belfry::http
