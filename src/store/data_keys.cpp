#include "store/data_keys.hpp"

#include <string.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::store {

namespace {

constexpr std::string_view kSealing = "sealing";
constexpr std::string_view kLookup = "lookup";
constexpr std::string_view kPassword = "password";

struct WrappedKey {
  std::string purpose;
  std::int64_t number = 0;
  std::vector<std::byte> wrapped;
};

std::string row_of(std::string_view purpose, std::int64_t number) {
  return std::string{purpose} + " " + std::to_string(number);
}

std::vector<std::byte> wrap(const crypto::Key256& key, const std::string& row, const crypto::KeyRing& master,
                            base::Random& random) {
  return crypto::seal(key.bytes(), {.table = "data_key", .row = row, .column = "wrapped"}, master, random);
}

crypto::Key256 unwrap(const WrappedKey& wrapped, const crypto::KeyRing& master) {
  const std::string row = row_of(wrapped.purpose, wrapped.number);
  const auto number = crypto::key_of(wrapped.wrapped);
  if (number && master.find(*number) == nullptr) {
    throw WrongMasterKey{"the database was sealed under another master key than this one"};
  }
  auto bytes = crypto::open(wrapped.wrapped, {.table = "data_key", .row = row, .column = "wrapped"}, master);
  auto key = bytes ? crypto::Key256::from(*bytes) : std::nullopt;
  if (bytes) ::explicit_bzero(bytes->data(), bytes->size());
  if (!key) throw WrongMasterKey{"a key of the database does not open under the master key: it was changed"};
  return std::move(*key);
}

std::vector<WrappedKey> read_wrapped(Sqlite& database) {
  Statement rows = database.prepare("SELECT purpose, number, wrapped FROM data_key ORDER BY purpose, number");
  std::vector<WrappedKey> keys;
  while (rows.step()) keys.push_back({.purpose = rows.text(0), .number = rows.number(1), .wrapped = rows.blob(2)});
  return keys;
}

}  // namespace

void make_data_keys(Sqlite& database, const crypto::KeyRing& master, base::Random& random) {
  Statement insert = database.prepare("INSERT INTO data_key (purpose, number, wrapped) VALUES (?, 1, ?)");
  for (const std::string_view purpose : {kSealing, kLookup, kPassword}) {
    const auto wrapped = wrap(crypto::Key256::random(random), row_of(purpose, 1), master, random);
    insert.bind(1, purpose).bind(2, std::span<const std::byte>{wrapped}).run();
  }
}

DataKeys read_data_keys(Sqlite& database, const crypto::KeyRing& master) {
  std::optional<crypto::KeyRing> sealing;
  std::optional<crypto::Key256> lookup;
  std::optional<crypto::Key256> password;
  for (const WrappedKey& wrapped : read_wrapped(database)) {
    crypto::Key256 key = unwrap(wrapped, master);
    if (wrapped.purpose == kLookup) {
      lookup = std::move(key);
    } else if (wrapped.purpose == kPassword) {
      password = std::move(key);
    } else if (const auto number = static_cast<crypto::KeyNumber>(wrapped.number); sealing) {
      // In the order of their numbers: the last one seals.
      sealing->make_current(number, std::move(key));
    } else {
      sealing.emplace(number, std::move(key));
    }
  }
  if (!sealing || !lookup || !password) throw WrongMasterKey{"the database has lost its keys"};
  return {.sealing = std::move(*sealing), .lookup = std::move(*lookup), .password = std::move(*password)};
}

void rewrap_data_keys(Sqlite& database, const crypto::KeyRing& master, base::Random& random) {
  Statement update = database.prepare("UPDATE data_key SET wrapped = ? WHERE purpose = ? AND number = ?");
  for (const WrappedKey& wrapped : read_wrapped(database)) {
    const auto anew = wrap(unwrap(wrapped, master), row_of(wrapped.purpose, wrapped.number), master, random);
    update.bind(1, std::span<const std::byte>{anew}).bind(2, wrapped.purpose).bind(3, wrapped.number).run();
  }
}

}  // namespace belfry::store
