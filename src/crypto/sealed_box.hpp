#pragma once

// Values sealed for a place: encrypted and authenticated by AES-256-GCM (NIST SP 800-38D) together with the table, the
// row and the column that they stand in. Whoever can write the database can destroy a value, but can neither read nor
// change it, nor move it into another row.
//
//   1 byte    version of the form, 1
//   4 bytes   number of the key, big-endian
//   12 bytes  nonce, random
//   n bytes   ciphertext, as long as the plaintext
//   16 bytes  tag
//
// One key must not seal more than 2^32 values with random nonces (SP 800-38D, section 8.3): a new key is made long
// before. Boxes of earlier keys open as long as their keys are in the ring.

#include "base/random.hpp"
#include "crypto/digest.hpp"
#include "crypto/key.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::crypto {

// Where a box stands. Each part is authenticated with its length, so that no two places read alike.
struct BoxPlace {
  std::string_view table;
  std::string_view row;
  std::string_view column;
};

using KeyNumber = std::uint32_t;

// The key that seals, and the earlier ones that still open.
class KeyRing {
 public:
  KeyRing(KeyNumber current, Key256 key);

  // Opens, but does not seal. Throws std::invalid_argument where the number is taken.
  void add_earlier(KeyNumber number, Key256 key);
  // Seals from now on; the one before still opens. Throws likewise.
  void make_current(KeyNumber number, Key256 key);
  // What they sealed opens no more.
  void drop_earlier();
  KeyNumber current() const { return current_; }
  // nullptr where there is none.
  const Key256* find(KeyNumber number) const;
  const std::map<KeyNumber, Key256>& all() const { return keys_; }

 private:
  KeyNumber current_;
  std::map<KeyNumber, Key256> keys_;
};

// What a box is longer than its plaintext.
inline constexpr std::size_t kBoxOverhead = 1 + 4 + 12 + 16;

std::vector<std::byte> seal(std::span<const std::byte> plaintext, const BoxPlace& place, const KeyRing& keys,
                            base::Random& random);
std::vector<std::byte> seal(std::string_view plaintext, const BoxPlace& place, const KeyRing& keys,
                            base::Random& random);

// nullopt for what was not sealed with a key of the ring for this place, or was changed since by a single bit.
std::optional<std::vector<std::byte>> open(std::span<const std::byte> box, const BoxPlace& place, const KeyRing& keys);
std::optional<std::string> open_text(std::span<const std::byte> box, const BoxPlace& place, const KeyRing& keys);

// The key that a box says it was sealed with, to find those that are to be sealed anew; not authenticated. nullopt for
// what cannot be a box.
std::optional<KeyNumber> key_of(std::span<const std::byte> box);

// What a value is looked up by where the value itself is sealed: HMAC-SHA-256 under a key for this alone. Equal values
// have equal hashes; without the key none can be tried.
Sha256Digest keyed_hash(const Key256& key, std::string_view value);

}  // namespace belfry::crypto
