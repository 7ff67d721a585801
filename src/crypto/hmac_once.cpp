#include "crypto/hmac_once.hpp"

#include "crypto/openssl_check.hpp"

#include <openssl/evp.h>

namespace belfry::crypto {

void hmac_once(const char* digest, std::span<const std::byte> key, std::span<const std::byte> message,
               std::span<std::byte> out) {
  std::size_t size = 0;
  must(EVP_Q_mac(nullptr, "HMAC", nullptr, digest, nullptr, key.data(), key.size(),
                 reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                 reinterpret_cast<unsigned char*>(out.data()), out.size(), &size) != nullptr &&
           size == out.size(),
       "EVP_Q_mac");
}

}  // namespace belfry::crypto
