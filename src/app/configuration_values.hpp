#pragma once

// The strings of a configuration file as values: host names, addresses, durations, sizes. Pure, and strict: what could
// be meant in two ways is refused with the reason and, where it can be told, with what to write instead.

#include "base/address_range.hpp"
#include "base/ip_address.hpp"
#include "net/smtp_options.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::app {

// Why a string is not what it should be: the end of a sentence that begins with the quoted string.
struct Refusal {
  std::string why;
  std::string hint;  // may be empty
};
template <typename T>
using Read = std::expected<T, Refusal>;

// A DNS name (RFC 1123, section 2.1: letters, digits and hyphens), in lower case. "localhost" and other single labels
// are names too. No address, port, scheme, path, wildcard or final dot.
Read<std::string> read_host(std::string_view text);

struct UpstreamAddress {
  std::string host;  // IPv6 without brackets
  std::uint16_t port = 80;
};
// "http://host:port" and nothing behind it.
Read<UpstreamAddress> read_upstream(std::string_view text);

// "smtps://host:port" or "smtp://host:port" and nothing behind it. Without a port it is 465 or 587 (RFC 8314, section
// 3.3; RFC 6409, section 3.1). smtp:// is STARTTLS, but to a loopback address or `localhost`, where it is plaintext.
Read<net::MailServer> read_mail_server(std::string_view text);
// An address alone, in ASCII and without quotes; its domain in lower case.
Read<std::string> read_mail_address(std::string_view text);
// Who signs in: 1 to 254 bytes without control characters.
Read<std::string> read_mail_user(std::string_view text);

// "192.0.2.1:443" or "[2001:db8::1]:443".
Read<base::Endpoint> read_endpoint(std::string_view text);
// The same, or an address alone: then the port is 0.
Read<base::Endpoint> read_address(std::string_view text);
// A CIDR or an address, as base::AddressRange.
Read<base::AddressRange> read_range(std::string_view text);
// A path in the one form that requests are matched in, without query and final slash; not "/" alone.
Read<std::string> read_path_below(std::string_view text);

// A whole number and one unit: "500ms", "5s", "1m", "2h".
Read<std::chrono::milliseconds> read_duration(std::string_view text);
// A whole number and one unit: "512 B", "64 KiB", "2 GiB".
Read<std::uint64_t> read_bytes(std::string_view text);

// The other way: the shortest exact form that the readers above take.
std::string show_duration(std::chrono::milliseconds duration);
std::string show_bytes(std::uint64_t bytes);
std::string show_range(const base::AddressRange& range);
std::string show_address(const base::Endpoint& address);  // of read_address()
std::string show_mail_server(const net::MailServer& server);

// The same text with control characters written out (\x1b), fit for a terminal and a log.
std::string printable(std::string_view text);
// In double quotes, on one line, without control characters, at most 80 bytes of it.
std::string quote(std::string_view text);

// The candidate that a mistyped name most likely stands for; empty where none is near. Counts insertions, deletions,
// substitutions and swaps of neighbours (Damerau and Levenshtein), of which a third of the length may be wrong.
std::string_view nearest(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace belfry::app
