#include "crypto/token.hpp"

#include "crypto/encode.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace belfry::crypto {

BufferedRandom::~BufferedRandom() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

void BufferedRandom::fill(std::span<std::byte> out) {
  while (!out.empty()) {
    if (used_ == kBytes) {
      source_.fill(bytes_);
      used_ = 0;
    }
    const std::size_t count = std::min(out.size(), kBytes - used_);
    std::memcpy(out.data(), bytes_.data() + used_, count);
    OPENSSL_cleanse(bytes_.data() + used_, count);
    used_ += count;
    out = out.subspan(count);
  }
}

RequestId::RequestId(base::Random& random) {
  std::array<std::byte, kDigits / 2> bytes;
  random.fill(bytes);
  to_hex(bytes, digits_.data());
}

std::string csp_nonce(base::Random& random) {
  std::array<std::byte, 16> bytes;
  random.fill(bytes);
  return to_base64(bytes);
}

std::string random_token(base::Random& random, std::size_t bits) {
  if (bits == 0 || bits % 8 != 0) throw std::invalid_argument{"random_token: bits"};
  std::vector<std::byte> bytes(bits / 8);
  random.fill(bytes);
  std::string token = to_base64url(bytes);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return token;
}

}  // namespace belfry::crypto
