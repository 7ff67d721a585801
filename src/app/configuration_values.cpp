#include "app/configuration_values.hpp"

#include "base/ascii.hpp"
#include "http/target.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <limits>
#include <optional>
#include <span>
#include <utility>

namespace belfry::app {
namespace {

constexpr std::size_t kQuoted = 80;
constexpr std::size_t kHostLimit = 253;    // RFC 1035, section 2.3.4, without the root's dot
constexpr std::size_t kLabelLimit = 63;    // RFC 1035, section 2.3.4
constexpr std::size_t kMailAddress = 254;  // RFC 5321, section 4.5.3.1.3, without the brackets
constexpr std::size_t kNearestLimit = 32;  // longer names than any of ours are near to none

std::unexpected<Refusal> refuse(std::string why, std::string hint = {}) {
  return std::unexpected(Refusal{std::move(why), std::move(hint)});
}

using base::is_digit;
using base::is_letter;

std::string lower(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), base::to_lower);
  return result;
}

enum class Underscore : std::uint8_t { Refused, Allowed };

// Why a name is none, or empty.
std::string_view fault_of_name(std::string_view name, Underscore underscore) {
  if (name.empty()) return "it is empty";
  if (name.size() > kHostLimit) return "it is longer than 253 characters";
  if (name.back() == '.') return "it ends in a dot";
  for (std::string_view rest = name; !rest.empty();) {
    const std::string_view label = rest.substr(0, rest.find('.'));
    rest.remove_prefix(std::min(label.size() + 1, rest.size()));
    if (label.empty()) return "a part between two dots is empty";
    if (label.size() > kLabelLimit) return "a part between two dots is longer than 63 characters";
    if (label.front() == '-' || label.back() == '-') return "a part begins or ends with a hyphen";
    const bool plain = std::ranges::all_of(label, [&](char c) {
      return is_digit(c) || is_letter(c) || c == '-' || (c == '_' && underscore == Underscore::Allowed);
    });
    if (!plain) return "only letters, digits, hyphens and dots make a name";
  }
  return {};
}

// RFC 3696, section 2: a top-level name is never all digits; what ends so is read as an address somewhere.
bool ends_in_number(std::string_view name) {
  const std::string_view last = name.substr(name.rfind('.') + 1);
  return !last.empty() && std::ranges::all_of(last, is_digit);
}

// With or without the brackets that IPv6 has in a URL.
bool is_address(std::string_view text) {
  const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
  return base::IpAddress::parse(bracketed ? text.substr(1, text.size() - 2) : text).has_value();
}

struct Amount {
  std::uint64_t number = 0;
  std::string_view unit;
};

// Digits, at most one blank, the unit.
std::optional<Amount> read_amount(std::string_view text) {
  Amount amount;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount.number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  amount.unit = text;
  return amount;
}

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr std::array<Unit, 4> kTimeUnits{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 5> kSizeUnits{
    {{"TiB", 1ULL << 40}, {"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}, {"B", 1}}};

Read<std::uint64_t> read_with_unit(std::string_view text, std::span<const Unit> units, const std::string& hint) {
  const auto amount = read_amount(text);
  if (!amount) return refuse("it must be a whole number and a unit", hint);
  if (amount->unit.empty()) return refuse("the unit is missing", hint);
  const auto unit = std::ranges::find(units, amount->unit, &Unit::name);
  if (unit == units.end()) return refuse(quote(amount->unit) + " is not a unit here", hint);
  if (amount->number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / unit->factor) {
    return refuse("it is too large to be counted");
  }
  return amount->number * unit->factor;
}

const Unit& largest_exact(std::uint64_t amount, std::span<const Unit> units) {
  return *std::ranges::find_if(
      units, [&](const Unit& unit) { return (amount != 0 && amount % unit.factor == 0) || unit.factor == 1; });
}

base::AddressRange network_of(const base::IpAddress& address, unsigned prefix) {
  if (address.is_v4()) {
    const std::uint32_t mask = prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix);
    const auto first = base::IpAddress::v4(address.v4_value() & mask);
    return {first, base::IpAddress::v4(address.v4_value() | ~mask)};
  }
  base::IpAddress::V6Bytes first = address.v6_bytes();
  base::IpAddress::V6Bytes last = first;
  for (unsigned bit = prefix; bit < 128; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> bit % 8);
    first[bit / 8] = static_cast<std::uint8_t>(first[bit / 8] & ~mask);
    last[bit / 8] = static_cast<std::uint8_t>(last[bit / 8] | mask);
  }
  return {base::IpAddress::v6(first), base::IpAddress::v6(last)};
}

unsigned prefix_of(const base::AddressRange& range) {
  if (range.first.is_v4()) {
    return 32U - static_cast<unsigned>(std::popcount(range.first.v4_value() ^ range.last.v4_value()));
  }
  unsigned free_bits = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    const auto differing = static_cast<std::uint8_t>(range.first.v6_bytes()[i] ^ range.last.v6_bytes()[i]);
    free_bits += static_cast<unsigned>(std::popcount(differing));
  }
  return 128U - free_bits;
}

// "host", "host:port", "[address]" or "[address]:port", behind the scheme of a URL.
Read<UpstreamAddress> read_host_and_port(std::string_view rest, std::uint16_t usual_port, const std::string& form) {
  UpstreamAddress address;
  address.port = usual_port;
  const bool bracketed = rest.starts_with('[');
  const std::size_t end = bracketed ? rest.find(']') : rest.find(':');
  if (bracketed && end == std::string_view::npos) return refuse("the bracket is not closed", form);
  const std::string_view host = bracketed ? rest.substr(1, end - 1) : rest.substr(0, end);
  rest.remove_prefix(std::min(bracketed ? end + 1 : end, rest.size()));
  if (bracketed) {
    const auto six = base::IpAddress::parse(host);
    if (!six || !host.contains(':')) return refuse("what is in the brackets is not an IPv6 address", form);
  } else if (!base::IpAddress::parse(host)) {
    if (const auto fault = fault_of_name(host, Underscore::Allowed); !fault.empty()) {
      return refuse("its host is not a name or an address: " + std::string{fault}, form);
    }
    if (ends_in_number(host)) return refuse("its host is not a name or an address: it ends in a number", form);
  }
  address.host = lower(host);
  if (!rest.empty()) {
    const bool separated = rest.front() == ':';
    rest.remove_prefix(1);
    const auto [digits_end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), address.port);
    if (!separated || error != std::errc{} || digits_end != rest.data() + rest.size() || address.port == 0) {
      return refuse("its port is not a number from 1 to 65535", form);
    }
  }
  return address;
}

}  // namespace

Read<std::string> read_host(std::string_view text) {
  if (const auto scheme = text.find("://"); scheme != std::string_view::npos) {
    std::string_view rest = text.substr(scheme + 3);
    rest = rest.substr(0, rest.find_first_of(":/?#"));
    return refuse("it is written without a scheme", rest.empty() ? "" : "write " + quote(lower(rest)));
  }
  if (is_address(text)) return refuse("it is an address; certificates and cookies are bound to a name");
  if (text.contains('/'))
    return refuse("it is written without a path", "write " + quote(text.substr(0, text.find('/'))));
  if (text.contains(':')) return refuse("it is written without a port", "ports stand in [site] listen");
  if (text.contains('*'))
    return refuse("it has a wildcard", "write each name: host = [\"a.example.com\", \"b.example.com\"]");
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    return refuse("it has letters outside ASCII", "write the name in its DNS form, which begins with \"xn--\"");
  }
  if (const auto fault = fault_of_name(text, Underscore::Refused); !fault.empty()) return refuse(std::string{fault});
  if (ends_in_number(text)) return refuse("its last part is a number, which no name ends in");
  return lower(text);
}

Read<UpstreamAddress> read_upstream(std::string_view text) {
  static const std::string form = "write it as \"http://127.0.0.1:3000\"";
  const std::string scheme = lower(text.substr(0, text.find("://")));
  if (scheme == "https") {
    return refuse("only http:// to the application is spoken",
                  "let the application listen without TLS on a loopback or private address");
  }
  if (scheme != "http" || !text.contains("://")) return refuse("it does not begin with http://", form);
  std::string_view rest = text.substr(scheme.size() + 3);
  if (rest.contains('@')) return refuse("it has a user name", form);
  if (const auto path = rest.find_first_of("/?#"); path != std::string_view::npos) {
    return refuse("it has something behind host and port: paths are forwarded as they come",
                  "write " + quote(text.substr(0, scheme.size() + 3 + path)));
  }
  return read_host_and_port(rest, 80, form);
}

Read<net::MailServer> read_mail_server(std::string_view text) {
  static const std::string form = "write it as \"smtps://mail.example.com:465\" or \"smtp://mail.example.com:587\"";
  const std::string scheme = lower(text.substr(0, text.find("://")));
  if ((scheme != "smtps" && scheme != "smtp") || !text.contains("://")) {
    return refuse("it does not begin with smtps:// or smtp://", form);
  }
  const std::string_view rest = text.substr(scheme.size() + 3);
  if (rest.contains('@')) {
    return refuse("it has a user name",
                  "user and password_file are keys of their own: a file that others read is no "
                  "place for a password");
  }
  if (const auto path = rest.find_first_of("/?#"); path != std::string_view::npos) {
    return refuse("it has something behind host and port", "write " + quote(text.substr(0, scheme.size() + 3 + path)));
  }
  const bool tls = scheme == "smtps";
  const auto address = read_host_and_port(rest, tls ? 465 : 587, form);
  if (!address) return std::unexpected(address.error());
  const auto literal = base::IpAddress::parse(address->host);
  const bool loopback = literal ? literal->is_loopback() : address->host == "localhost";
  const auto behind_smtp = loopback ? net::MailSecurity::PlainOnLoopback : net::MailSecurity::StartTls;
  return net::MailServer{address->host, address->port, tls ? net::MailSecurity::Tls : behind_smtp};
}

Read<std::string> read_mail_address(std::string_view text) {
  static const std::string form = "write it as \"belfry@example.com\"";
  const std::size_t at = text.find('@');
  if (text.find_first_of("<> ") != std::string_view::npos) return refuse("it is written as an address alone", form);
  if (at == std::string_view::npos) return refuse("it has no @", form);
  if (text.size() > kMailAddress) return refuse("it is longer than 254 characters");
  const std::string_view local = text.substr(0, at);
  constexpr std::string_view others = "!#$%&'*+-/=?^_`{|}~.";
  const bool plain =
      std::ranges::all_of(local, [&](char c) { return is_digit(c) || is_letter(c) || others.contains(c); });
  if (local.empty() || !plain || local.front() == '.' || local.back() == '.' || local.contains("..")) {
    return refuse("what stands before the @ is not in the plain form of ASCII letters, digits and dots", form);
  }
  const std::string_view domain = text.substr(at + 1);
  if (const auto fault = fault_of_name(domain, Underscore::Refused); !fault.empty()) {
    return refuse("its domain is no name: " + std::string{fault}, form);
  }
  if (ends_in_number(domain)) return refuse("its domain is no name: it ends in a number", form);
  return std::string{local} + "@" + lower(domain);
}

Read<std::string> read_mail_user(std::string_view text) {
  if (text.empty()) return refuse("it is empty", "leave user and password_file out where nobody signs in");
  if (text.size() > kMailAddress) return refuse("it is longer than 254 characters");
  const auto control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; };
  if (std::ranges::any_of(text, control)) return refuse("it has a control character");
  return std::string{text};
}

Read<base::Endpoint> read_endpoint(std::string_view text) {
  if (const auto endpoint = base::Endpoint::parse(text)) return *endpoint;
  if (base::IpAddress::parse(text)) {
    return refuse("the port is missing", text.contains(':') ? "write \"[" + std::string{text} + "]:443\""
                                                            : "write " + quote(std::string{text} + ":443"));
  }
  return refuse("it must be an address and a port", "write it as \"0.0.0.0:443\" or \"[::]:443\"");
}

namespace {

// Whether visitors may come by it: neither "this host" (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.2), nor
// link-local (RFC 3927; RFC 4291, section 2.5.6), nor multicast (RFC 5771; RFC 4291, section 2.7), nor broadcast.
bool is_for_visitors(const base::IpAddress& address) {
  if (address.is_v4()) {
    const std::uint32_t value = address.v4_value();
    return value >> 24 != 0 && value >> 16 != 0xa9fe && value >> 28 != 0xe && value != 0xffffffff;
  }
  const auto& bytes = address.v6_bytes();
  return address != base::IpAddress::v6({}) && bytes[0] != 0xff && !(bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
}

}  // namespace

Read<base::Endpoint> read_address(std::string_view text) {
  std::optional<base::Endpoint> read = base::Endpoint::parse(text);
  if (read && read->port == 0) read.reset();
  if (const auto address = base::IpAddress::parse(text)) read = base::Endpoint{.address = *address, .port = 0};
  if (!read) {
    return refuse("it must be an address, or an address and a port",
                  "write it as \"192.0.2.1\", \"192.0.2.1:443\" or \"[2001:db8::1]:443\"");
  }
  if (!is_for_visitors(read->address)) {
    return refuse("no visitor comes by it: it is unspecified, link-local, multicast or broadcast",
                  "write the address that the site's names lead to");
  }
  return *read;
}

Read<base::AddressRange> read_range(std::string_view text) {
  if (const auto range = base::AddressRange::parse(text)) return *range;
  const auto slash = text.find('/');
  const auto address = base::IpAddress::parse(text.substr(0, slash));
  if (!address || slash == std::string_view::npos) {
    return refuse("it is neither an address nor a CIDR", "write it as \"192.0.2.0/24\" or \"2001:db8::/32\"");
  }
  if (address->is_v4() && text.contains(':')) return refuse("IPv4 ranges are written as IPv4, not mapped to IPv6");
  const std::string_view digits = text.substr(slash + 1);
  const unsigned widest = address->is_v4() ? 32 : 128;
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  const bool is_number = error == std::errc{} && end == digits.data() + digits.size();
  if (!is_number || prefix > widest || (digits.size() > 1 && digits.front() == '0')) {
    return refuse("its prefix is not a length from 0 to " + std::to_string(widest));
  }
  return refuse("bits behind the prefix are set", "the network is " + quote(show_range(network_of(*address, prefix))));
}

Read<std::string> read_path_below(std::string_view text) {
  if (!text.starts_with('/')) return refuse("a path begins with a slash");
  if (text.find_first_of("?#") != std::string_view::npos) return refuse("it is written without query and fragment");
  const auto target = http::Target::parse(text);
  if (!target) return refuse("no request has such a path: " + std::string{to_string(target.error())});
  std::string_view path = target->path();
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (path == "/") return refuse("it is every path", "name a folder below it, like \"/hooks\"");
  if (path != text) return refuse("requests are matched in another form", "write " + quote(path));
  return std::string{path};
}

Read<std::chrono::milliseconds> read_duration(std::string_view text) {
  const auto count = read_with_unit(text, kTimeUnits, R"(write it as "500ms", "5s", "1m" or "1h")");
  if (!count) return std::unexpected(count.error());
  return std::chrono::milliseconds{*count};
}

Read<std::uint64_t> read_bytes(std::string_view text) {
  return read_with_unit(text, kSizeUnits, R"(write it as "64 KiB", "10 MiB" or "2 GiB")");
}

std::string show_duration(std::chrono::milliseconds duration) {
  const auto count = static_cast<std::uint64_t>(duration.count());
  const Unit& unit = largest_exact(count, kTimeUnits);
  return std::to_string(count / unit.factor) + std::string{unit.name};
}

std::string show_bytes(std::uint64_t bytes) {
  const Unit& unit = largest_exact(bytes, kSizeUnits);
  return std::to_string(bytes / unit.factor) + " " + std::string{unit.name};
}

std::string show_address(const base::Endpoint& address) {
  return address.port == 0 ? address.address.to_string() : address.to_string();
}

std::string show_mail_server(const net::MailServer& server) {
  const std::string host = server.host.contains(':') ? "[" + server.host + "]" : server.host;
  return (server.security == net::MailSecurity::Tls ? "smtps://" : "smtp://") + host + ":" +
         std::to_string(server.port);
}

std::string show_range(const base::AddressRange& range) {
  if (range.first == range.last) return range.first.to_string();
  return range.first.to_string() + "/" + std::to_string(prefix_of(range));
}

std::string printable(std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string shown;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      shown += {'\\', 'x', digits[byte >> 4U], digits[byte & 0xFU]};
    } else {
      shown += c;
    }
  }
  return shown;
}

std::string quote(std::string_view text) {
  const bool cut = text.size() > kQuoted;
  if (cut) {
    std::size_t end = kQuoted;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // not inside a character
    text = text.substr(0, end);
  }
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return "\"" + printable(escaped) + (cut ? "…\"" : "\"");
}

namespace {

std::size_t distance(std::string_view a, std::string_view b) {
  // Three rows of the table are alive at a time: the swap of neighbours looks back two.
  std::array<std::array<std::size_t, kNearestLimit + 1>, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i - 1) % 3];
    const auto& above_that = rows[(i + 1) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t differs = base::to_lower(a[i - 1]) == base::to_lower(b[j - 1]) ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + differs});
      const bool swapped = i > 1 && j > 1 && base::to_lower(a[i - 1]) == base::to_lower(b[j - 2]) &&
                           base::to_lower(a[i - 2]) == base::to_lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], above_that[j - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace

std::string_view nearest(std::string_view name, const std::vector<std::string_view>& candidates) {
  if (name.empty() || name.size() > kNearestLimit) return {};
  std::string_view best;
  std::size_t least = kNearestLimit;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kNearestLimit) continue;
    const std::size_t apart = distance(name, candidate);
    const std::size_t allowed = std::max<std::size_t>(1, std::max(name.size(), candidate.size()) / 3);
    if (apart <= allowed && apart < least) {
      least = apart;
      best = candidate;
    }
  }
  return best;
}

}  // namespace belfry::app
