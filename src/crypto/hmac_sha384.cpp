#include "crypto/hmac_sha384.hpp"

#include "crypto/openssl_check.hpp"

#include <openssl/evp.h>

#include <cassert>

namespace belfry::crypto {

Sha384Digest hmac_sha384(std::span<const std::byte> key, std::string_view message) {
  Sha384Digest digest;
  std::size_t size = 0;
  must(EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA384", nullptr, key.data(), key.size(),
                 reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                 reinterpret_cast<unsigned char*>(digest.data()), digest.size(), &size) != nullptr,
       "EVP_Q_mac");
  assert(size == digest.size());
  return digest;
}

}  // namespace belfry::crypto
