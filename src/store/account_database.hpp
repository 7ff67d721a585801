#pragma once

// What the parts of the account store share: the connection with its transactions, the running clock, the sealing of
// columns. Any thread: one at a time is let in, as SQLite lets one write.

#include "accounts/account_error.hpp"
#include "accounts/email_address.hpp"
#include "accounts/running_time.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "store/data_keys.hpp"
#include "store/domain_terms.hpp"
#include "store/sqlite.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace belfry::store {

// A sealed column does not open: somebody changed or moved it.
class BrokenSeal : public std::runtime_error {
 public:
  BrokenSeal() : std::runtime_error{"a sealed value does not open"} {}
};

class AccountDatabase {
 public:
  // `clock` and `random` outlive this. `boot`: which boot of the machine this is (base/boot.hpp).
  AccountDatabase(Sqlite database, std::string boot, const base::Clock& clock, base::Random& random)
      : database_{std::move(database)}, boot_{std::move(boot)}, clock_{clock}, random_{random} {}

  // Brings the tables up to date and opens the keys. Throws SqliteFailure and WrongMasterKey.
  void prepare_tables(const crypto::KeyRing& master);

  // Does the work, which gives an Answer, in one transaction, kept where the answer is no error. The one place where
  // the database's failures become the domain's errors.
  template <class Work>
  std::invoke_result_t<Work> change(Work work) {
    return transact(Keep::Changes, std::move(work));
  }
  // The same for what only reads: nothing is kept, and nothing waits for the disk.
  template <class Work>
  std::invoke_result_t<Work> look(Work work) {
    return transact(Keep::Nothing, std::move(work));
  }

  // ---- Within a transaction.

  Statement prepare(std::string_view sql) { return database_.prepare(sql); }
  // When it began.
  const accounts::Moment& now() const { return now_; }
  std::vector<std::byte> seal(std::string_view text, const crypto::BoxPlace& place);
  std::string open(std::span<const std::byte> box, const crypto::BoxPlace& place) const;
  std::string email_hash(const accounts::EmailAddress& email) const;
  crypto::Key256 password_key() const { return keys_->password.copy(); }
  void rewrap(const crypto::KeyRing& master) { rewrap_data_keys(database_, master, random_); }

 private:
  enum class Keep : std::uint8_t { Changes, Nothing };

  template <class Work>
  std::invoke_result_t<Work> transact(Keep keep, Work work) {
    const std::scoped_lock lock{mutex_};
    try {
      Transaction transaction{database_};
      begin_moment();
      auto answer = work();
      if (answer && keep == Keep::Changes) transaction.commit();
      return answer;
    } catch (const std::invalid_argument&) {
      // A NUL in the text, or what the domain itself does not take.
      return std::unexpected{accounts::AccountError::Refused};
    } catch (const UnknownWord&) {
      return std::unexpected{accounts::AccountError::Corrupt};
    } catch (const BrokenSeal&) {
      return std::unexpected{accounts::AccountError::Corrupt};
    } catch (const WrongMasterKey&) {
      return std::unexpected{accounts::AccountError::Corrupt};
    } catch (const SqliteFailure& failure) {
      return std::unexpected{failure.corrupt() ? accounts::AccountError::Corrupt : accounts::AccountError::Unavailable};
    }
  }

  void begin_moment();

  std::mutex mutex_;
  Sqlite database_;
  const std::string boot_;
  const base::Clock& clock_;
  base::Random& random_;
  std::unique_ptr<const DataKeys> keys_;  // from prepare_tables() on
  accounts::Moment now_;
};

}  // namespace belfry::store
