#pragma once

// SHA-1, to look a password up in a published list of SHA-1 digests and for nothing else: its collision resistance is
// broken (RFC 6194, section 3).

#include <array>
#include <cstddef>
#include <string_view>

namespace belfry::crypto {

using Sha1Digest = std::array<std::byte, 20>;

// Of one message. Any thread.
Sha1Digest sha1(std::string_view text);

}  // namespace belfry::crypto
