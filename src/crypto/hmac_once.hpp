#pragma once

// HMAC (RFC 2104) of one message under a key that is used once. For sources of this room: others have a type for each
// purpose. Where many messages come under one key, HmacSha256 (digest.hpp) looks the algorithm up only once.

#include <cstddef>
#include <span>

namespace belfry::crypto {

// `digest`: as OpenSSL calls it, "SHA1". `out` is of its size.
void hmac_once(const char* digest, std::span<const std::byte> key, std::span<const std::byte> message,
               std::span<std::byte> out);

}  // namespace belfry::crypto
