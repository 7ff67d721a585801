#pragma once

// HMAC-SHA-384 (RFC 2104 with FIPS 180-4's SHA-384) by OpenSSL.

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace belfry::crypto {

using Sha384Digest = std::array<std::byte, 48>;

// Of one message. Any thread.
Sha384Digest hmac_sha384(std::span<const std::byte> key, std::string_view message);

}  // namespace belfry::crypto
