#pragma once

// A 256-bit secret key, as a value that leaves nothing behind: its memory is wiped when it dies or is moved from.

#include "base/random.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>

namespace belfry::crypto {

class Key256 {
 public:
  static constexpr std::size_t kBytes = 32;

  static Key256 random(base::Random& random);
  // nullopt for any other length than 32 bytes.
  static std::optional<Key256> from(std::span<const std::byte> bytes);

  ~Key256();
  Key256(Key256&& other) noexcept;
  Key256& operator=(Key256&& other) noexcept;
  // A second copy of a secret is made by name.
  Key256(const Key256&) = delete;
  Key256& operator=(const Key256&) = delete;
  Key256 copy() const;

  // Only as long as the key lives.
  std::span<const std::byte, kBytes> bytes() const { return bytes_; }

 private:
  Key256() = default;
  std::array<std::byte, kBytes> bytes_{};
};

}  // namespace belfry::crypto
