#include "store/account_database.hpp"

#include "crypto/encode.hpp"
#include "store/migrations.hpp"

#include <chrono>

namespace belfry::store {

void AccountDatabase::prepare_tables(const crypto::KeyRing& master) {
  migrate(database_, account_migrations(), [&](std::size_t step) {
    if (step == kDataKeyStep) make_data_keys(database_, master, random_);
  });
  Transaction transaction{database_};
  keys_ = std::make_unique<const DataKeys>(read_data_keys(database_, master));
  begin_moment();
  transaction.commit();
}

// Steady time goes on over a restart of the program, but begins anew with the machine: then the running clock goes on
// from where it was last read. What was written in between cannot be before it, as each transaction reads and keeps it.
void AccountDatabase::begin_moment() {
  const std::int64_t steady =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady_now().time_since_epoch()).count();
  std::int64_t running = 0;
  {
    Statement row = database_.prepare("SELECT boot, steady, running FROM running_clock");
    if (!row.step()) throw UnknownWord{};
    running = row.number(2);
    const std::int64_t passed = steady - row.number(1);
    if (!boot_.empty() && row.text(0) == boot_ && passed > 0) running += passed;
  }
  database_.prepare("UPDATE running_clock SET boot = ?, steady = ?, running = ?")
      .bind(1, boot_)
      .bind(2, steady)
      .bind(3, running)
      .run();
  now_ = {.wall = clock_.wall_now(), .running = accounts::RunningTime{std::chrono::milliseconds{running}}};
}

std::vector<std::byte> AccountDatabase::seal(std::string_view text, const crypto::BoxPlace& place) {
  return crypto::seal(text, place, keys_->sealing, random_);
}

std::string AccountDatabase::open(std::span<const std::byte> box, const crypto::BoxPlace& place) const {
  auto text = crypto::open_text(box, place, keys_->sealing);
  if (!text) throw BrokenSeal{};
  return std::move(*text);
}

std::string AccountDatabase::email_hash(const accounts::EmailAddress& email) const {
  return crypto::to_hex(crypto::keyed_hash(keys_->lookup, email.text()));
}

}  // namespace belfry::store
