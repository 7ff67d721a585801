#include "crypto/sealed_box.hpp"

#include "crypto/openssl_check.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <stdexcept>
#include <utility>

namespace belfry::crypto {

namespace {

constexpr std::byte kVersion{1};
constexpr std::size_t kHeaderSize = 1 + 4;
// SP 800-38D, section 5.2.1.1: "it is recommended that implementations restrict support to the length of 96 bits".
constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;
static_assert(kBoxOverhead == kHeaderSize + kNonceSize + kTagSize);

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
struct FreeCipher {
  void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const EVP_CIPHER* aes_256_gcm() {
  static const std::unique_ptr<EVP_CIPHER, FreeCipher> cipher{EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
  must(cipher != nullptr, "EVP_CIPHER_fetch");
  return cipher.get();
}

const unsigned char* data_of(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

int size_of(std::span<const std::byte> bytes) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw std::invalid_argument{"sealed box: more than 2 GiB"};
  }
  return static_cast<int>(bytes.size());
}

void append_number(std::vector<std::byte>& out, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::byte>((number >> shift) & 0xff));
}

std::vector<std::byte> header_of(KeyNumber number) {
  std::vector<std::byte> header{kVersion};
  append_number(header, number);
  return header;
}

// The header and the place, each part behind its length.
std::vector<std::byte> authenticated_data(KeyNumber number, const BoxPlace& place) {
  std::vector<std::byte> data = header_of(number);
  for (const std::string_view part : {place.table, place.row, place.column}) {
    const auto bytes = std::as_bytes(std::span{part});
    append_number(data, static_cast<std::uint32_t>(size_of(bytes)));
    data.insert(data.end(), bytes.begin(), bytes.end());
  }
  return data;
}

}  // namespace

KeyRing::KeyRing(KeyNumber current, Key256 key) : current_{current} {
  keys_.emplace(current, std::move(key));
}

void KeyRing::add_earlier(KeyNumber number, Key256 key) {
  if (!keys_.try_emplace(number, std::move(key)).second) throw std::invalid_argument{"KeyRing: a number taken"};
}

void KeyRing::make_current(KeyNumber number, Key256 key) {
  add_earlier(number, std::move(key));
  current_ = number;
}

void KeyRing::drop_earlier() {
  std::erase_if(keys_, [&](const auto& entry) { return entry.first != current_; });
}

const Key256* KeyRing::find(KeyNumber number) const {
  const auto found = keys_.find(number);
  return found == keys_.end() ? nullptr : &found->second;
}

std::vector<std::byte> seal(std::span<const std::byte> plaintext, const BoxPlace& place, const KeyRing& keys,
                            base::Random& random) {
  const std::vector<std::byte> authenticated = authenticated_data(keys.current(), place);
  std::vector<std::byte> box = header_of(keys.current());
  box.resize(kBoxOverhead + plaintext.size());
  const auto nonce = std::span{box}.subspan(kHeaderSize, kNonceSize);
  random.fill(nonce);
  auto* const ciphertext = reinterpret_cast<unsigned char*>(box.data()) + kHeaderSize + kNonceSize;

  const Context context{EVP_CIPHER_CTX_new()};
  must(context != nullptr, "EVP_CIPHER_CTX_new");
  int size = 0;
  must(EVP_EncryptInit_ex2(context.get(), aes_256_gcm(), data_of(keys.find(keys.current())->bytes()), data_of(nonce),
                           nullptr) == 1,
       "EVP_EncryptInit_ex2");
  must(EVP_EncryptUpdate(context.get(), nullptr, &size, data_of(authenticated), size_of(authenticated)) == 1,
       "EVP_EncryptUpdate");
  // With nothing to encrypt, an update without an address would be taken for its end.
  if (!plaintext.empty()) {
    must(EVP_EncryptUpdate(context.get(), ciphertext, &size, data_of(plaintext), size_of(plaintext)) == 1,
         "EVP_EncryptUpdate");
  }
  must(EVP_EncryptFinal_ex(context.get(), ciphertext + plaintext.size(), &size) == 1, "EVP_EncryptFinal_ex");
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagSize, ciphertext + plaintext.size()) == 1,
       "EVP_CTRL_AEAD_GET_TAG");
  return box;
}

std::vector<std::byte> seal(std::string_view plaintext, const BoxPlace& place, const KeyRing& keys,
                            base::Random& random) {
  return seal(std::as_bytes(std::span{plaintext}), place, keys, random);
}

std::optional<std::vector<std::byte>> open(std::span<const std::byte> box, const BoxPlace& place, const KeyRing& keys) {
  const std::optional<KeyNumber> number = key_of(box);
  if (!number) return std::nullopt;
  const Key256* const key = keys.find(*number);
  if (key == nullptr) return std::nullopt;
  const std::vector<std::byte> authenticated = authenticated_data(*number, place);
  const auto nonce = box.subspan(kHeaderSize, kNonceSize);
  const auto ciphertext = box.subspan(kHeaderSize + kNonceSize, box.size() - kBoxOverhead);
  std::array<std::byte, kTagSize> tag;
  std::ranges::copy(box.last(kTagSize), tag.begin());

  const Context context{EVP_CIPHER_CTX_new()};
  must(context != nullptr, "EVP_CIPHER_CTX_new");
  int size = 0;
  must(EVP_DecryptInit_ex2(context.get(), aes_256_gcm(), data_of(key->bytes()), data_of(nonce), nullptr) == 1,
       "EVP_DecryptInit_ex2");
  must(EVP_DecryptUpdate(context.get(), nullptr, &size, data_of(authenticated), size_of(authenticated)) == 1,
       "EVP_DecryptUpdate");
  std::vector<std::byte> plaintext(ciphertext.size());
  auto* const out = reinterpret_cast<unsigned char*>(plaintext.data());
  if (!ciphertext.empty()) {
    must(EVP_DecryptUpdate(context.get(), out, &size, data_of(ciphertext), size_of(ciphertext)) == 1,
         "EVP_DecryptUpdate");
  }
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1, "EVP_CTRL_AEAD_SET_TAG");
  std::array<unsigned char, 16> rest;
  if (EVP_DecryptFinal_ex(context.get(), rest.data(), &size) != 1) {
    // What was decrypted so far is nobody's word, and nobody's to see.
    OPENSSL_cleanse(plaintext.data(), plaintext.size());
    return std::nullopt;
  }
  return plaintext;
}

std::optional<std::string> open_text(std::span<const std::byte> box, const BoxPlace& place, const KeyRing& keys) {
  auto bytes = open(box, place, keys);
  if (!bytes) return std::nullopt;
  std::string text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  OPENSSL_cleanse(bytes->data(), bytes->size());
  return text;
}

std::optional<KeyNumber> key_of(std::span<const std::byte> box) {
  if (box.size() < kBoxOverhead || box[0] != kVersion) return std::nullopt;
  KeyNumber number = 0;
  for (const std::byte byte : box.subspan(1, 4)) number = (number << 8) | std::to_integer<KeyNumber>(byte);
  return number;
}

Sha256Digest keyed_hash(const Key256& key, std::string_view value) {
  return HmacSha256{key.bytes()}.sign(value);
}

}  // namespace belfry::crypto
