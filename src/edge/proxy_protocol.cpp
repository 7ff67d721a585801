#include "edge/proxy_protocol.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace belfry::edge {
namespace {

using Parsed = std::expected<ProxyProgress, ProxyError>;

constexpr std::string_view kVersion1Prefix = "PROXY ";
constexpr std::string_view kShortestLine = "PROXY UNKNOWN\r\n";
constexpr std::string_view kSignature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t kFixedSize = 16;

ProxyProgress still_missing(std::size_t bytes) {
  return {.missing = bytes, .size = 0, .source = std::nullopt};
}
ProxyProgress complete(std::size_t size, std::optional<base::Endpoint> source) {
  return {.missing = 0, .size = size, .source = source};
}

// One is the beginning of the other.
bool agree(std::string_view bytes, std::string_view expected) {
  const std::size_t shorter = std::min(bytes.size(), expected.size());
  return bytes.substr(0, shorter) == expected.substr(0, shorter);
}

// Takes what stands before the next single space; the last word is followed by none.
std::optional<std::string_view> take_word(std::string_view& line) {
  if (line.empty()) return std::nullopt;
  const auto space = line.find(' ');
  const std::string_view word = line.substr(0, space);
  line = space == std::string_view::npos ? std::string_view{} : line.substr(space + 1);
  if (word.empty() || (space != std::string_view::npos && line.empty())) return std::nullopt;
  return word;
}

// Section 2.1: "decimal integer in the range [0..65535] inclusive. Heading zeroes are not permitted".
std::optional<std::uint16_t> parse_port(std::string_view digits) {
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return port;
}

// Section 2.1: "The advertised protocol family dictates what format to use."
std::optional<base::IpAddress> parse_address(std::string_view text, bool v6) {
  return text.contains(':') == v6 ? base::IpAddress::parse(text) : std::nullopt;
}

// Everything between the family's word and CRLF.
std::optional<base::Endpoint> parse_addresses(std::string_view rest, bool v6) {
  const auto source = take_word(rest);
  const auto destination = take_word(rest);
  const auto source_port = take_word(rest);
  const auto destination_port = take_word(rest);
  if (!source || !destination || !source_port || !destination_port || !rest.empty()) return std::nullopt;
  const auto address = parse_address(*source, v6);
  const auto port = parse_port(*source_port);
  if (!address || !port || !parse_address(*destination, v6) || !parse_port(*destination_port)) return std::nullopt;
  return base::Endpoint{*address, *port};
}

// Section 2.1: "The receiver must not tolerate a single CR or LF character to end the line".
bool has_lone_line_break(std::string_view bytes) {
  const auto first = bytes.find_first_of("\r\n");
  if (first == std::string_view::npos) return false;
  return bytes[first] == '\n' || (first + 1 < bytes.size() && bytes[first + 1] != '\n');
}

Parsed parse_line(std::string_view line) {
  const std::size_t size = line.size();
  line.remove_suffix(2);
  line.remove_prefix(kVersion1Prefix.size());
  const std::string_view family = line.substr(0, line.find(' '));
  const std::string_view rest = line.substr(family.size());
  // Section 2.1: "the receiver must ignore anything presented before the CRLF is found".
  if (family == "UNKNOWN") return complete(size, std::nullopt);
  if (family != "TCP4" && family != "TCP6") return std::unexpected{ProxyError::UnsupportedProtocol};
  if (rest.empty()) return std::unexpected{ProxyError::Malformed};
  const auto source = parse_addresses(rest.substr(1), family == "TCP6");
  if (!source) return std::unexpected{ProxyError::Malformed};
  return complete(size, source);
}

Parsed parse_version1(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, kProxyVersion1Limit);
  if (has_lone_line_break(head)) return std::unexpected{ProxyError::Malformed};
  const auto line_end = head.find("\r\n");
  if (line_end != std::string_view::npos) return parse_line(head.substr(0, line_end + 2));
  if (head.size() + (head.ends_with('\r') ? 1 : 2) > kProxyVersion1Limit) return std::unexpected{ProxyError::TooLong};
  if (head.size() > kVersion1Prefix.size()) {
    const std::string_view family = head.substr(kVersion1Prefix.size());
    if (!agree(family, "TCP4 ") && !agree(family, "TCP6 ") && !agree(family, "UNKNOWN ") &&
        !agree(family, "UNKNOWN\r\n")) {
      return std::unexpected{ProxyError::UnsupportedProtocol};
    }
  }
  if (head.ends_with('\r')) return still_missing(1);
  if (head.size() < kShortestLine.size() - 2) return still_missing(kShortestLine.size() - head.size());
  return still_missing(2);
}

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}
std::uint16_t number_at(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint16_t>(byte_at(bytes, index) << 8 | byte_at(bytes, index + 1));
}

struct Family {
  std::size_t address_size;
  std::size_t block_size() const { return 2 * address_size + 4; }
};
constexpr Family kTcp4{4};
constexpr Family kTcp6{16};

// Type, length, value, up to the end exactly (section 2.2).
bool are_bounded_tlvs(std::string_view bytes) {
  while (!bytes.empty()) {
    if (bytes.size() < 3) return false;
    const std::size_t size = 3U + number_at(bytes, 1);
    if (bytes.size() < size) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

base::Endpoint source_of(std::string_view block, const Family& family) {
  const std::uint16_t port = number_at(block, 2 * family.address_size);
  if (family.address_size == kTcp4.address_size) {
    return {base::IpAddress::v4(std::uint32_t{number_at(block, 0)} << 16 | number_at(block, 2)), port};
  }
  base::IpAddress::V6Bytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = byte_at(block, i);
  return {base::IpAddress::v6(bytes), port};
}

// What the 13th and 14th byte say: which addresses follow; nullptr: none that count.
std::expected<const Family*, ProxyError> family_of(std::uint8_t version_and_command, std::uint8_t family) {
  if (version_and_command >> 4 != 2) return std::unexpected{ProxyError::UnsupportedVersion};
  switch (version_and_command & 0x0f) {
    case 0x0:  // LOCAL: "discard the protocol block including the family which is ignored"
      return nullptr;
    case 0x1:
      break;
    default:  // "Receivers must drop connections presenting unexpected values here."
      return std::unexpected{ProxyError::UnsupportedCommand};
  }
  switch (family) {
    case 0x00:  // UNSPEC: "free to accept the connection anyway and use the real endpoints addresses"
      return nullptr;
    case 0x11:
      return &kTcp4;
    case 0x21:
      return &kTcp6;
    default:
      return std::unexpected{ProxyError::UnsupportedProtocol};
  }
}

Parsed parse_version2(std::string_view bytes) {
  if (bytes.size() > kSignature.size()) {
    // The family is not known before its byte; LOCAL would ignore it anyhow.
    const std::uint8_t family_byte = bytes.size() > 13 ? byte_at(bytes, 13) : 0x00;
    const auto family = family_of(byte_at(bytes, 12), family_byte);
    if (!family) return std::unexpected{family.error()};
    if (bytes.size() >= kFixedSize) {
      const std::size_t length = number_at(bytes, 14);
      const std::size_t size = kFixedSize + length;
      if (size > kProxyVersion2Limit) return std::unexpected{ProxyError::TooLong};
      if (*family != nullptr && length < (*family)->block_size()) return std::unexpected{ProxyError::Malformed};
      if (bytes.size() < size) return still_missing(size - bytes.size());
      if (*family == nullptr) return complete(size, std::nullopt);
      const std::string_view block = bytes.substr(kFixedSize, length);
      if (!are_bounded_tlvs(block.substr((*family)->block_size()))) return std::unexpected{ProxyError::Malformed};
      return complete(size, source_of(block, **family));
    }
  }
  return still_missing(kFixedSize - bytes.size());
}

}  // namespace

std::string_view to_string(ProxyError error) {
  switch (error) {
    case ProxyError::NotProxyProtocol:
      return "not_proxy_protocol";
    case ProxyError::TooLong:
      return "proxy_header_too_long";
    case ProxyError::UnsupportedVersion:
      return "unsupported_proxy_version";
    case ProxyError::UnsupportedCommand:
      return "unsupported_proxy_command";
    case ProxyError::UnsupportedProtocol:
      return "unsupported_proxied_protocol";
    case ProxyError::Malformed:
      return "malformed_proxy_header";
  }
  return "malformed_proxy_header";
}

std::expected<ProxyProgress, ProxyError> parse_proxy_header(std::string_view bytes) {
  if (bytes.empty()) return still_missing(kShortestLine.size());
  if (agree(bytes, kVersion1Prefix)) return parse_version1(bytes);
  if (agree(bytes, kSignature)) return parse_version2(bytes);
  return std::unexpected{ProxyError::NotProxyProtocol};
}

}  // namespace belfry::edge
