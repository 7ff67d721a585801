#pragma once

// The keys that seal what is in a database, and that people are looked up by. They are in the database themselves, each
// wrapped by the master key and bound to its place: to rotate the master key is to wrap them anew, and nothing else.

#include "base/random.hpp"
#include "crypto/key.hpp"
#include "crypto/sealed_box.hpp"
#include "store/sqlite.hpp"

#include <stdexcept>

namespace belfry::store {

// A wrapped key does not open: it was wrapped by another master key, or somebody changed it.
class WrongMasterKey : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct DataKeys {
  crypto::KeyRing sealing;
  crypto::Key256 lookup;
  // What long passwords are digested under before bcrypt (accounts/password_input.hpp).
  crypto::Key256 password;
};

// All within a transaction of the caller's, on the table data_key (store/migrations.hpp).

// At the step that made the table: never later, as what is there could not be opened by new keys.
void make_data_keys(Sqlite& database, const crypto::KeyRing& master, base::Random& random);
DataKeys read_data_keys(Sqlite& database, const crypto::KeyRing& master);
// Under the current master key; the ring has to have the earlier one still.
void rewrap_data_keys(Sqlite& database, const crypto::KeyRing& master, base::Random& random);

}  // namespace belfry::store
