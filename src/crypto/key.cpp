#include "crypto/key.hpp"

#include <openssl/crypto.h>

#include <algorithm>

namespace belfry::crypto {

Key256 Key256::random(base::Random& random) {
  Key256 key;
  random.fill(key.bytes_);
  return key;
}

std::optional<Key256> Key256::from(std::span<const std::byte> bytes) {
  if (bytes.size() != kBytes) return std::nullopt;
  Key256 key;
  std::ranges::copy(bytes, key.bytes_.begin());
  return key;
}

Key256::~Key256() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

Key256::Key256(Key256&& other) noexcept : bytes_{other.bytes_} {
  OPENSSL_cleanse(other.bytes_.data(), other.bytes_.size());
}

Key256& Key256::operator=(Key256&& other) noexcept {
  if (this == &other) return *this;
  bytes_ = other.bytes_;
  OPENSSL_cleanse(other.bytes_.data(), other.bytes_.size());
  return *this;
}

Key256 Key256::copy() const {
  Key256 key;
  key.bytes_ = bytes_;
  return key;
}

}  // namespace belfry::crypto
