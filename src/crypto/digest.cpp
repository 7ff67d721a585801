#include "crypto/digest.hpp"

#include "crypto/openssl_check.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cassert>

namespace belfry::crypto {

namespace {

// Fetched algorithms are immutable and counted: one reference for the process, given back at its end.
template <auto free>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};

const EVP_MD* sha256_algorithm() {
  static const std::unique_ptr<EVP_MD, Free<EVP_MD_free>> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  must(algorithm != nullptr, "EVP_MD_fetch");
  return algorithm.get();
}

EVP_MAC* hmac_algorithm() {
  static const std::unique_ptr<EVP_MAC, Free<EVP_MAC_free>> algorithm{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  must(algorithm != nullptr, "EVP_MAC_fetch");
  return algorithm.get();
}

}  // namespace

void Sha256::Free::operator()(EVP_MD_CTX* context) const {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_{EVP_MD_CTX_new()} {
  must(context_ != nullptr, "EVP_MD_CTX_new");
  must(EVP_DigestInit_ex2(context_.get(), sha256_algorithm(), nullptr) == 1, "EVP_DigestInit_ex2");
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes) {
  must(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1, "EVP_DigestUpdate");
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest;
  unsigned size = 0;
  must(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), &size) == 1,
       "EVP_DigestFinal_ex");
  assert(size == digest.size());
  must(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1, "EVP_DigestInit_ex2");
  return digest;
}

Sha256Digest sha256(std::span<const std::byte> bytes) {
  thread_local Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

Sha256Digest sha256(std::string_view text) {
  return sha256(std::as_bytes(std::span{text}));
}

Sha384Digest sha384(std::string_view text) {
  Sha384Digest digest;
  must(EVP_Q_digest(nullptr, "SHA384", nullptr, text.data(), text.size(),
                    reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1,
       "EVP_Q_digest");
  return digest;
}

void HmacSha256::Free::operator()(EVP_MAC_CTX* context) const {
  EVP_MAC_CTX_free(context);
}

HmacSha256::HmacSha256(std::span<const std::byte> key) : context_{EVP_MAC_CTX_new(hmac_algorithm())} {
  must(context_ != nullptr, "EVP_MAC_CTX_new");
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_end()};
  // A null key would mean "the key of before": an empty one needs an address too.
  static constexpr unsigned char kEmpty = 0;
  const auto* bytes = key.empty() ? &kEmpty : reinterpret_cast<const unsigned char*>(key.data());
  must(EVP_MAC_init(context_.get(), bytes, key.size(), parameters) == 1, "EVP_MAC_init");
}

HmacSha256::~HmacSha256() = default;
HmacSha256::HmacSha256(HmacSha256&&) noexcept = default;
HmacSha256& HmacSha256::operator=(HmacSha256&&) noexcept = default;

Sha256Digest HmacSha256::sign(std::span<const std::byte> message) {
  Sha256Digest digest;
  std::size_t size = 0;
  must(EVP_MAC_update(context_.get(), reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1,
       "EVP_MAC_update");
  must(EVP_MAC_final(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), &size, digest.size()) == 1,
       "EVP_MAC_final");
  assert(size == digest.size());
  // Without a key: the same key again, for the next message (EVP_MAC(3)).
  must(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1, "EVP_MAC_init");
  return digest;
}

bool equal_in_constant_time(std::span<const std::byte> a, std::span<const std::byte> b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return equal_in_constant_time(std::as_bytes(std::span{a}), std::as_bytes(std::span{b}));
}

}  // namespace belfry::crypto
