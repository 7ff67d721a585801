#pragma once

// How somebody shows that a site is theirs before it is drilled: by putting a token where only the site's owner can.
//
// The token is derived from a secret of the caller and the site's host. So it is the same each time for the same two,
// another caller's token is of no use to anybody else though it stands in public, and one host's token says nothing
// about another's.

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace belfry::inspect {

inline constexpr std::string_view kOwnershipPath = "/.well-known/belfry-drill.txt";
inline constexpr std::string_view kOwnershipLabel = "_belfry-drill.";
// Of the file; a longer one is no proof. Inclusive.
inline constexpr std::size_t kOwnershipFileBytes = std::size_t{4} * 1024;

// The caller's own, from 32 random bytes on.
using OwnershipSecret = std::array<std::byte, 32>;

// "belfry-drill-" and 128 bits in hex: HMAC-SHA256 under the secret, over the host. The host in lower case, without
// port.
std::string ownership_token(std::span<const std::byte> secret, std::string_view host);

// Whether a line of the text is the token and nothing else; several owners may have a line each.
bool holds_token(std::string_view text, std::string_view token);

// 127.0.0.0/8, ::1 (in brackets or not), localhost and the names below it, which are this machine whatever a resolver
// says (RFC 6761, section 6.3): nobody's but the caller's. The host in lower case.
bool is_loopback_host(std::string_view host);

}  // namespace belfry::inspect
