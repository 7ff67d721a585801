#include "crypto/hmac_sha384.hpp"

#include "crypto/hmac_once.hpp"

namespace belfry::crypto {

Sha384Digest hmac_sha384(std::span<const std::byte> key, std::string_view message) {
  Sha384Digest digest;
  hmac_once("SHA384", key, std::as_bytes(std::span{message}), digest);
  return digest;
}

}  // namespace belfry::crypto
