#include "crypto/sha1.hpp"

#include "crypto/openssl_check.hpp"

#include <openssl/evp.h>

#include <cassert>

namespace belfry::crypto {

Sha1Digest sha1(std::string_view text) {
  Sha1Digest digest;
  unsigned size = 0;
  must(EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), &size, EVP_sha1(),
                  nullptr) == 1,
       "EVP_Digest");
  assert(size == digest.size());
  return digest;
}

}  // namespace belfry::crypto
