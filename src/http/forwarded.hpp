#pragma once

// Who a request was forwarded for: X-Forwarded-For is read from proxies that are trusted, and Forwarded (RFC 7239) is
// written.

#include "base/ip_address.hpp"
#include "http/fields.hpp"

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

namespace belfry::http {

enum class ForwardedError : std::uint8_t {
  Unreadable,  // an entry, written by a trusted proxy, that is no address
  TooMany,     // above 32 entries that had to be looked at
};

// The address furthest from us that trusted peers vouch for: starts at `peer` and goes through X-Forwarded-For from its
// right end as long as the address before was trusted. What stands further left is the client's own word and is not
// looked at. An entry is an address, with or without a port ("192.0.2.1", "192.0.2.1:4711", "[2001:db8::1]:4711",
// "2001:db8::1").
std::expected<base::IpAddress, ForwardedError> client_behind_proxies(
    const Fields& fields, base::IpAddress peer, const std::function<bool(const base::IpAddress&)>& trusted);

// One element of RFC 7239, section 4: `for="[2001:db8::1]";host=app.example.com;proto=https`. `host` as host or
// host:port, empty: left out.
std::string format_forwarded(base::IpAddress client, std::string_view host, std::string_view proto);

}  // namespace belfry::http
