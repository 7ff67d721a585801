#pragma once

// The master key: the one secret that is not in the database, and that wraps the keys which seal what is
// (store/data_keys.hpp). It is made at the first start, in a file for the owner alone; its text, which the file holds,
// is also its copy for safe keeping, and what the environment may hand in. Whoever loses it loses all that is sealed.
//
// In the file there is one line for a key, the current one first; a second one only while a rotation is under way.

#include "base/random.hpp"
#include "crypto/sealed_box.hpp"

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::store {

// Errors are sentences for the operator.
class MasterKey {
 public:
  static std::expected<MasterKey, std::string> parse(std::string_view text);
  // Refuses a file that its group or others may read or write.
  static std::expected<MasterKey, std::string> read(const std::filesystem::path& file);
  // Makes the file, mode 0600, where there is none: never where a database of an earlier start is there already. By one
  // process at a time.
  static std::expected<MasterKey, std::string> make(const std::filesystem::path& file, base::Random& random);

  const crypto::KeyRing& keys() const { return keys_; }
  std::string text() const;

  // A rotation: begin, wrap anew whatever the key wraps, finish. Whatever a crash leaves behind opens with the key of
  // the file, and can be gone on with: beginning again where one was begun keeps its new key.
  std::expected<void, std::string> begin_rotation(const std::filesystem::path& file, base::Random& random);
  std::expected<void, std::string> finish_rotation(const std::filesystem::path& file);
  bool is_rotating() const { return keys_.all().size() > 1; }

 private:
  explicit MasterKey(crypto::KeyRing keys) : keys_{std::move(keys)} {}

  crypto::KeyRing keys_;
};

}  // namespace belfry::store
