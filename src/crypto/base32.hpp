#pragma once

// Bytes as base32 (RFC 4648, section 6), which authenticators read secrets in.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::crypto {

// Upper case, without padding: authenticators refuse or mistake the "=".
std::string to_base32(std::span<const std::byte> bytes);
// Refuses padding, lower case, blanks, and unused bits that are not zero (RFC 4648, section 3.5): one text for one
// value.
std::optional<std::vector<std::byte>> from_base32(std::string_view text);

}  // namespace belfry::crypto
