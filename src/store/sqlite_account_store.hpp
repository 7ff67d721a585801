#pragma once

// The account store in one SQLite file of its own. Its sources go by what they keep: people and passwords in
// sqlite_account_store.cpp, links in sqlite_account_links.cpp, attempts and the second factor in
// sqlite_account_proofs.cpp, sessions in sqlite_account_sessions.cpp.

#include "accounts/account_store.hpp"
#include "store/account_database.hpp"
#include "store/sqlite.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::store {

struct AccountStoreOptions {
  std::string boot;  // which boot of the machine this is (base/boot.hpp)
  accounts::AccountLimits limits;
};

class SqliteAccountStore final : public accounts::AccountStore {
 public:
  // Opens or creates the file (its folder must be there) and brings its tables up to date. `clock` and `random` outlive
  // the store; `master` wraps its keys, and may go when this returns.
  static std::expected<std::unique_ptr<SqliteAccountStore>, SqliteError> open(
      const std::filesystem::path& file, const crypto::KeyRing& master, const base::Clock& clock, base::Random& random,
      AccountStoreOptions options, std::chrono::milliseconds busy_timeout = std::chrono::seconds{5});

  // For the hashing of passwords. Any thread.
  crypto::Key256 password_key() const { return database_.password_key(); }

  // Wraps the keys by the current key of `master`, which still has the one they are wrapped by.
  accounts::Answer<void> rewrap(const crypto::KeyRing& master);

  accounts::Answer<void> offer_first_administrator(const accounts::SecretHash& token) override;
  accounts::Answer<void> invite(const accounts::SecretHash& token, const accounts::EmailAddress& email,
                                accounts::Role role, const accounts::PersonId& inviter) override;
  accounts::Answer<void> offer_sign_up(const accounts::SecretHash& token, const accounts::EmailAddress& email) override;
  accounts::Answer<accounts::Person> offer_reset(const accounts::SecretHash& token,
                                                 const accounts::EmailAddress& email) override;
  accounts::Answer<accounts::NewEmail> offer_email_change(const accounts::SecretHash& from,
                                                          const accounts::SecretHash& to,
                                                          const accounts::PersonId& person,
                                                          const accounts::EmailAddress& email) override;
  accounts::Answer<accounts::Link> link(accounts::LinkStep step, const accounts::SecretHash& token) override;
  accounts::Answer<std::vector<accounts::Link>> invitations() override;
  accounts::Answer<void> withdraw(const accounts::SecretHash& token) override;
  accounts::Answer<accounts::Person> accept_first_administrator(const accounts::SecretHash& token,
                                                                const accounts::NewPerson& person) override;
  accounts::Answer<accounts::Person> accept_invitation(const accounts::SecretHash& token,
                                                       const accounts::NewPerson& person) override;
  accounts::Answer<accounts::Person> accept_sign_up(const accounts::SecretHash& token,
                                                    const accounts::NewPerson& person,
                                                    accounts::PersonState state) override;
  accounts::Answer<accounts::Person> reset_password(const accounts::SecretHash& token,
                                                    std::string_view password_hash) override;
  accounts::Answer<bool> confirm_email_change(accounts::LinkStep end, const accounts::SecretHash& token) override;

  accounts::Answer<accounts::Person> add(const accounts::NewPerson& person, accounts::Role role,
                                         accounts::PersonState state) override;
  accounts::Answer<accounts::Person> find(const accounts::PersonId& id) override;
  accounts::Answer<accounts::Person> find(const accounts::EmailAddress& email) override;
  accounts::Answer<accounts::Person> add_canary(const accounts::NewPerson& person, accounts::Role role) override;
  accounts::Answer<std::vector<accounts::Person>> people() override;
  accounts::Answer<std::vector<accounts::Person>> canaries() override;
  accounts::Answer<void> set_role(const accounts::PersonId& id, accounts::Role role) override;
  accounts::Answer<void> set_state(const accounts::PersonId& id, accounts::PersonState state) override;
  accounts::Answer<void> set_name(const accounts::PersonId& id, std::string_view name) override;
  accounts::Answer<void> erase(const accounts::PersonId& id) override;
  accounts::Answer<accounts::AccountExport> export_of(const accounts::PersonId& id) override;

  accounts::Answer<std::string> password_hash(const accounts::PersonId& id) override;
  accounts::Answer<void> set_password(const accounts::PersonId& id, std::string_view hash,
                                      const std::optional<accounts::SecretHash>& kept) override;
  accounts::Answer<bool> rehash_password(const accounts::PersonId& id, std::string_view old_hash,
                                         std::string_view new_hash) override;
  accounts::Answer<std::vector<std::string>> password_hashes() override;

  accounts::Answer<void> set_second_factor(const accounts::PersonId& id, const accounts::Enrolment& enrolment) override;
  accounts::Answer<accounts::Authenticator> second_factor(const accounts::PersonId& id) override;
  accounts::Answer<bool> use_step(const accounts::PersonId& id, crypto::TotpStep step) override;
  accounts::Answer<bool> use_recovery_code(const accounts::PersonId& id, const accounts::SecretHash& code) override;
  accounts::Answer<void> set_recovery_codes(const accounts::PersonId& id,
                                            const std::vector<accounts::SecretHash>& codes) override;
  accounts::Answer<void> remove_second_factor(const accounts::PersonId& id) override;

  accounts::Answer<accounts::Attempt> reserve_password(const accounts::EmailAddress& email,
                                                       const std::optional<accounts::SecretHash>& device) override;
  accounts::Answer<accounts::Attempt> reserve_code(const accounts::PersonId& id) override;
  accounts::Answer<void> was_right(const accounts::Attempt& attempt) override;
  accounts::Answer<void> lift_locks(const accounts::PersonId& id) override;
  accounts::Answer<void> age_locks(const accounts::PersonId& canary, std::chrono::milliseconds by) override;
  accounts::Answer<void> know_device(const accounts::PersonId& id, const accounts::SecretHash& device,
                                     const std::optional<accounts::SecretHash>& before) override;

  accounts::Answer<accounts::Moment> now() override;
  accounts::Answer<accounts::Session> open_session(const accounts::Session& session) override;
  accounts::Answer<accounts::Session> session(const accounts::SecretHash& token) override;
  accounts::Answer<void> use_sessions(const std::vector<accounts::SecretHash>& tokens) override;
  accounts::Answer<std::vector<accounts::Session>> sessions(const accounts::PersonId& id) override;
  accounts::Answer<std::vector<accounts::Session>> sessions() override;
  accounts::Answer<void> end_session(const accounts::PersonId& id, const accounts::SecretHash& token) override;
  accounts::Answer<void> end_sessions(const accounts::PersonId& id,
                                      const std::optional<accounts::SecretHash>& kept) override;

 private:
  SqliteAccountStore(Sqlite database, const base::Clock& clock, base::Random& random, AccountStoreOptions options)
      : database_{std::move(database), std::move(options.boot), clock, random}, limits_{options.limits} {}

  enum class PersonIs : std::uint8_t { Real, Canary };
  enum class PasswordIs : std::uint8_t { New, TheSame };

  // All of these within a transaction.

  // With what is sealed in it, or NotFound.
  accounts::Answer<accounts::Person> read_person(const accounts::PersonId& id);
  std::optional<accounts::PersonId> id_of(const accounts::EmailAddress& email);
  // Refused where the e-mail is that of the other kind.
  accounts::Answer<accounts::Person> insert_person(const accounts::NewPerson& person, PersonIs which,
                                                   accounts::Role role, accounts::PersonState state);
  std::vector<accounts::Person> read_people(PersonIs which);
  bool is_last_administrator(const accounts::PersonId& id);
  void write_password(const accounts::PersonId& id, std::string_view hash, PasswordIs password);
  std::string read_password(const accounts::PersonId& id);
  void write_email(const accounts::PersonId& id, const accounts::EmailAddress& email);

  void insert_link(const accounts::SecretHash& token, accounts::LinkStep step,
                   const std::optional<accounts::PersonId>& person, const std::optional<accounts::EmailAddress>& email,
                   accounts::Role role);
  // One that can still be used for this step.
  accounts::Answer<accounts::Link> read_link(accounts::LinkStep step, const accounts::SecretHash& token);
  std::optional<accounts::Link> link_of_row(const Statement& row);
  void drop_link(const accounts::SecretHash& token);
  // To reset the password or change the e-mail: what somebody else may have begun in the person's name.
  void drop_changes(const accounts::PersonId& id);

  accounts::Lockout read_lockout(accounts::Counter counter, std::string_view subject);
  void write_lockout(accounts::Counter counter, std::string_view subject, const accounts::Lockout& lockout);
  void reserve(accounts::Attempt& attempt, accounts::Counter counter, std::string subject);
  void drop_devices(const accounts::PersonId& id, const std::optional<accounts::SecretHash>& kept);
  void drop_what_was_handed_out_by(const accounts::PersonId& id);
  std::vector<std::pair<accounts::Counter, std::string>> lockouts_of(const accounts::PersonId& id);
  void lift(const accounts::PersonId& id);
  bool is_awaiting(const accounts::PersonId& id);
  void drop_person(const accounts::PersonId& id);
  void write_recovery_codes(const accounts::PersonId& id, const std::vector<accounts::SecretHash>& codes);
  void write_second_factor(const accounts::PersonId& id, const accounts::Enrolment& enrolment);
  std::size_t recovery_codes_left(const accounts::PersonId& id);

  std::vector<accounts::Session> read_sessions(const std::optional<accounts::PersonId>& id);
  std::optional<accounts::Session> session_of_row(const Statement& row);
  accounts::Answer<accounts::Session> read_session(const accounts::SecretHash& token);
  void drop_sessions(const accounts::PersonId& id, const std::optional<accounts::SecretHash>& kept);

  AccountDatabase database_;
  const accounts::AccountLimits limits_;
};

}  // namespace belfry::store
