#include "http/forwarded.hpp"

#include "http/byte_class.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace belfry::http {

namespace {

constexpr std::size_t kEntries = 32;

std::optional<base::IpAddress> parse_entry(std::string_view text) {
  if (const auto address = base::IpAddress::parse(text)) return address;
  if (const auto endpoint = base::Endpoint::parse(text)) return endpoint->address;
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    const auto address = base::IpAddress::parse(text.substr(1, text.size() - 2));
    // "[192.0.2.1]" is nothing; "[::ffff:192.0.2.1]" is folded to IPv4 and fine.
    if (address && text.contains(':')) return address;
  }
  return std::nullopt;
}

}  // namespace

std::expected<base::IpAddress, ForwardedError> client_behind_proxies(
    const Fields& fields, base::IpAddress peer, const std::function<bool(const base::IpAddress&)>& trusted) {
  // Several lines are one list, in their order (RFC 9110, section 5.3).
  std::vector<std::string_view> lines;
  for (const Field& field : fields) {
    if (field.name == "x-forwarded-for") lines.push_back(field.value);
  }
  base::IpAddress client = peer;
  std::size_t looked_at = 0;
  while (!lines.empty() && trusted(client)) {
    const std::size_t comma = lines.back().rfind(',');
    const std::string_view entry =
        trim_blanks(comma == std::string_view::npos ? lines.back() : lines.back().substr(comma + 1));
    if (comma == std::string_view::npos) {
      lines.pop_back();
    } else {
      lines.back() = lines.back().substr(0, comma);
    }
    if (entry.empty()) continue;
    if (++looked_at > kEntries) return std::unexpected{ForwardedError::TooMany};
    const auto address = parse_entry(entry);
    if (!address) return std::unexpected{ForwardedError::Unreadable};
    client = *address;
  }
  return client;
}

std::string format_forwarded(base::IpAddress client, std::string_view host, std::string_view proto) {
  std::string element = "for=";
  // RFC 7239, section 6: IPv6 addresses go in brackets, and those, like the colon of a port, need quotes.
  element += client.is_v4() ? client.to_string() : "\"[" + client.to_string() + "]\"";
  if (!host.empty()) {
    element += ";host=";
    if (is_field_name(host)) {
      element += host;
    } else {
      element.append("\"").append(host).append("\"");
    }
  }
  if (!proto.empty()) element.append(";proto=").append(proto);
  return element;
}

}  // namespace belfry::http
