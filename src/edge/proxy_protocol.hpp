#pragma once

// The PROXY protocol's header, versions 1 and 2 (HAProxy's proxy-protocol.txt): the first bytes of a connection by
// which a trusted proxy says for whom it came. Read before anything else, from listed peers alone; whoever is listed
// and sends none, or one with anything wrong in it, is closed.
//
// The parser keeps no state: it is asked again with all bytes since the connection's start. What can't become a header
// any more is an error at once, so that no peer is waited for in vain. It says how many bytes certainly still belong to
// the header, so that a reader who asks for no more than those takes nothing that belongs to TLS.

#include "base/ip_address.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace belfry::edge {

enum class ProxyError : std::uint8_t {
  NotProxyProtocol,     // begins as neither version does
  TooLong,              // v1: no line end within 107 bytes; v2: more than kProxyVersion2Limit bytes
  UnsupportedVersion,   // v2's signature with another version
  UnsupportedCommand,   // v2: neither LOCAL nor PROXY
  UnsupportedProtocol,  // UDP, Unix sockets, or a combination that is none
  Malformed,            // addresses, ports, blanks, lengths
};
std::string_view to_string(ProxyError error);  // snake_case, static

struct ProxyProgress {
  // Bytes that are certainly still missing, at least 1; 0: the header is complete.
  std::size_t missing = 0;
  // Of the complete header; what follows is not the proxy's any more.
  std::size_t size = 0;
  // The client. nullopt in a complete header: the proxy came for itself (LOCAL) or does not know for whom (UNKNOWN),
  // and the connection's own address counts.
  std::optional<base::Endpoint> source;

  bool complete() const { return missing == 0; }
};

// Inclusive, CRLF included. Section 2.1: "If the CRLF sequence is not found in the first 107 characters, the receiver
// should declare the line invalid."
inline constexpr std::size_t kProxyVersion1Limit = 107;
// Inclusive: 16 bytes and the 536 of "the smallest TCP segment that any TCP/IP host is required to support" (section 2)
// behind them, which leaves room for what proxies attach. Such attachments (TLVs) are checked for their bounds only.
inline constexpr std::size_t kProxyVersion2Limit = 16 + 536;

std::expected<ProxyProgress, ProxyError> parse_proxy_header(std::string_view bytes);

}  // namespace belfry::edge
