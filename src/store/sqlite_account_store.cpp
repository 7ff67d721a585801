#include "store/sqlite_account_store.hpp"

#include "accounts/canary.hpp"
#include "store/domain_terms.hpp"
#include "store/migrations.hpp"

#include <sqlite3.h>

#include <array>
#include <span>

namespace belfry::store {

namespace {

using accounts::AccountError;
using accounts::Answer;
using accounts::EmailAddress;
using accounts::NewPerson;
using accounts::Person;
using accounts::PersonId;
using accounts::PersonState;
using accounts::Role;
using accounts::SecretHash;

constexpr std::array kStates{PersonState::Awaiting, PersonState::Active, PersonState::Locked};

constexpr std::string_view kPeople =
    "SELECT id, email, name, role, state, created, "
    "EXISTS (SELECT 1 FROM second_factor WHERE second_factor.person = person.id), canary FROM person ";

Person person_of_row(const AccountDatabase& database, const Statement& row) {
  const std::string key = row.text(0);
  const auto id = PersonId::parse(key);
  const auto email = EmailAddress::parse(database.open(row.blob(1), {"person", key, "email"}));
  if (!id || !email) throw UnknownWord{};
  // The mark is not sealed, and would hide anybody from the lists: it holds only as far as the e-mail says the same.
  if ((row.number(7) != 0) != accounts::is_canary(*email)) throw BrokenSeal{};
  return {.id = *id,
          .email = *email,
          .name = database.open(row.blob(2), {"person", key, "name"}),
          .role = read_word(row.text(3), accounts::kRoles),
          .state = read_word(row.text(4), kStates),
          .has_second_factor = row.number(6) != 0,
          .created = time_of(row.number(5))};
}

}  // namespace

std::expected<std::unique_ptr<SqliteAccountStore>, SqliteError> SqliteAccountStore::open(
    const std::filesystem::path& file, const crypto::KeyRing& master, const base::Clock& clock, base::Random& random,
    AccountStoreOptions options, std::chrono::milliseconds busy_timeout) {
  auto database = Sqlite::open(file, busy_timeout);
  if (!database) return std::unexpected{database.error()};
  std::unique_ptr<SqliteAccountStore> store{
      new SqliteAccountStore{std::move(*database), clock, random, std::move(options)}};
  try {
    store->database_.prepare_tables(master);
  } catch (const SqliteFailure& failure) {
    return std::unexpected{SqliteError{failure.code(), failure.what()}};
  } catch (const WrongMasterKey& wrong) {
    return std::unexpected{SqliteError{SQLITE_AUTH, wrong.what()}};
  }
  return store;
}

Answer<void> SqliteAccountStore::rewrap(const crypto::KeyRing& master) {
  return database_.change([&]() -> Answer<void> {
    database_.rewrap(master);
    return {};
  });
}

Answer<Person> SqliteAccountStore::read_person(const PersonId& id) {
  Statement row = database_.prepare(std::string{kPeople} + "WHERE id = ?");
  row.bind(1, id.to_string());
  if (!row.step()) return std::unexpected{AccountError::NotFound};
  return person_of_row(database_, row);
}

std::optional<PersonId> SqliteAccountStore::id_of(const EmailAddress& email) {
  Statement row = database_.prepare("SELECT id FROM person WHERE email_hash = ?");
  row.bind(1, database_.email_hash(email));
  return row.step() ? PersonId::parse(row.text(0)) : std::nullopt;
}

std::vector<Person> SqliteAccountStore::read_people(PersonIs which) {
  Statement rows =
      database_.prepare(std::string{kPeople} + (which == PersonIs::Canary ? "WHERE canary = 1 " : "WHERE canary = 0 ") +
                        "ORDER BY number");
  std::vector<Person> people;
  while (rows.step()) people.push_back(person_of_row(database_, rows));
  return people;
}

Answer<Person> SqliteAccountStore::insert_person(const NewPerson& person, PersonIs which, Role role,
                                                 PersonState state) {
  if (!accounts::is_name(person.name) || person.password_hash.empty()) return std::unexpected{AccountError::Refused};
  if (accounts::is_canary(person.email) != (which == PersonIs::Canary)) return std::unexpected{AccountError::Refused};
  if (id_of(person.email)) return std::unexpected{AccountError::EmailTaken};
  const std::string id = person.id.to_string();
  const auto email = database_.seal(person.email.text(), {"person", id, "email"});
  const auto name = database_.seal(person.name, {"person", id, "name"});
  const auto password = database_.seal(person.password_hash, {"person", id, "password"});
  database_
      .prepare(
          "INSERT INTO person (id, email_hash, email, name, password, role, state, created, canary) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(1, id)
      .bind(2, database_.email_hash(person.email))
      .bind(3, std::span<const std::byte>{email})
      .bind(4, std::span<const std::byte>{name})
      .bind(5, std::span<const std::byte>{password})
      .bind(6, to_string(role))
      .bind(7, to_string(state))
      .bind(8, milliseconds_of(database_.now().wall))
      .bind(9, std::int64_t{which == PersonIs::Canary ? 1 : 0})
      .run();
  if (person.second_factor) write_second_factor(person.id, *person.second_factor);
  return read_person(person.id);
}

bool SqliteAccountStore::is_last_administrator(const PersonId& id) {
  Statement row = database_.prepare("SELECT id FROM person WHERE role = 'administrator' AND state = 'active' LIMIT 2");
  bool is_one = false;
  int count = 0;
  for (; row.step(); ++count) is_one = is_one || row.text(0) == id.to_string();
  return is_one && count == 1;
}

void SqliteAccountStore::write_password(const PersonId& id, std::string_view hash, PasswordIs password) {
  const std::string key = id.to_string();
  const auto sealed = database_.seal(hash, {"person", key, "password"});
  database_.prepare("UPDATE person SET password = ?, passwords = passwords + ? WHERE id = ?")
      .bind(1, std::span<const std::byte>{sealed})
      .bind(2, std::int64_t{password == PasswordIs::New ? 1 : 0})
      .bind(3, key)
      .run();
}

std::string SqliteAccountStore::read_password(const PersonId& id) {
  const std::string key = id.to_string();
  Statement row = database_.prepare("SELECT password FROM person WHERE id = ?");
  row.bind(1, key);
  return row.step() ? database_.open(row.blob(0), {"person", key, "password"}) : std::string{};
}

void SqliteAccountStore::write_email(const PersonId& id, const EmailAddress& email) {
  const std::string key = id.to_string();
  const auto sealed = database_.seal(email.text(), {"person", key, "email"});
  database_.prepare("UPDATE person SET email_hash = ?, email = ? WHERE id = ?")
      .bind(1, database_.email_hash(email))
      .bind(2, std::span<const std::byte>{sealed})
      .bind(3, key)
      .run();
}

bool SqliteAccountStore::is_awaiting(const PersonId& id) {
  Statement row = database_.prepare("SELECT 1 FROM person WHERE id = ? AND state = 'awaiting'");
  return row.bind(1, id.to_string()).step();
}

void SqliteAccountStore::drop_person(const PersonId& id) {
  drop_devices(id, std::nullopt);
  database_.prepare("DELETE FROM lockout WHERE counter IN ('strangers', 'codes') AND subject = ?")
      .bind(1, id.to_string())
      .run();
  // What refers to it goes with it.
  database_.prepare("DELETE FROM person WHERE id = ?").bind(1, id.to_string()).run();
}

void SqliteAccountStore::drop_what_was_handed_out_by(const PersonId& id) {
  database_.prepare("DELETE FROM link WHERE step = 'password reset' OR (step = 'invitation' AND person = ?)")
      .bind(1, id.to_string())
      .run();
}

Answer<Person> SqliteAccountStore::add(const NewPerson& person, Role role, PersonState state) {
  return database_.change([&] { return insert_person(person, PersonIs::Real, role, state); });
}

Answer<Person> SqliteAccountStore::add_canary(const NewPerson& person, Role role) {
  if (role == Role::Administrator) return std::unexpected{AccountError::Refused};
  return database_.change([&] { return insert_person(person, PersonIs::Canary, role, PersonState::Active); });
}

Answer<Person> SqliteAccountStore::find(const PersonId& id) {
  return database_.look([&] { return read_person(id); });
}

Answer<Person> SqliteAccountStore::find(const EmailAddress& email) {
  return database_.look([&]() -> Answer<Person> {
    const auto id = id_of(email);
    if (!id) return std::unexpected{AccountError::NotFound};
    return read_person(*id);
  });
}

Answer<std::vector<Person>> SqliteAccountStore::people() {
  return database_.look([&]() -> Answer<std::vector<Person>> { return read_people(PersonIs::Real); });
}

Answer<std::vector<Person>> SqliteAccountStore::canaries() {
  return database_.look([&]() -> Answer<std::vector<Person>> { return read_people(PersonIs::Canary); });
}

Answer<void> SqliteAccountStore::set_role(const PersonId& id, Role role) {
  return database_.change([&]() -> Answer<void> {
    const auto person = read_person(id);
    if (!person) return std::unexpected{person.error()};
    if (role == Role::Administrator && accounts::is_canary(person->email)) {
      return std::unexpected{AccountError::Refused};
    }
    if (role != Role::Administrator && is_last_administrator(id)) {
      return std::unexpected{AccountError::LastAdministrator};
    }
    if (role != Role::Administrator && person->role == Role::Administrator) drop_what_was_handed_out_by(id);
    database_.prepare("UPDATE person SET role = ? WHERE id = ?").bind(1, to_string(role)).bind(2, id.to_string()).run();
    drop_sessions(id, std::nullopt);
    return {};
  });
}

Answer<void> SqliteAccountStore::set_state(const PersonId& id, PersonState state) {
  return database_.change([&]() -> Answer<void> {
    const auto person = read_person(id);
    if (!person) return std::unexpected{person.error()};
    if (state != PersonState::Active && is_last_administrator(id)) {
      return std::unexpected{AccountError::LastAdministrator};
    }
    if (state != PersonState::Active && person->role == Role::Administrator) drop_what_was_handed_out_by(id);
    database_.prepare("UPDATE person SET state = ? WHERE id = ?")
        .bind(1, to_string(state))
        .bind(2, id.to_string())
        .run();
    drop_sessions(id, std::nullopt);
    return {};
  });
}

Answer<void> SqliteAccountStore::set_name(const PersonId& id, std::string_view name) {
  return database_.change([&]() -> Answer<void> {
    if (const auto person = read_person(id); !person) return std::unexpected{person.error()};
    if (!accounts::is_name(name)) return std::unexpected{AccountError::Refused};
    const std::string key = id.to_string();
    const auto sealed = database_.seal(name, {"person", key, "name"});
    database_.prepare("UPDATE person SET name = ? WHERE id = ?")
        .bind(1, std::span<const std::byte>{sealed})
        .bind(2, key)
        .run();
    return {};
  });
}

Answer<void> SqliteAccountStore::erase(const PersonId& id) {
  return database_.change([&]() -> Answer<void> {
    const auto person = read_person(id);
    if (!person) return std::unexpected{person.error()};
    if (is_last_administrator(id)) return std::unexpected{AccountError::LastAdministrator};
    if (person->role == Role::Administrator) drop_what_was_handed_out_by(id);
    drop_person(id);
    return {};
  });
}

Answer<accounts::AccountExport> SqliteAccountStore::export_of(const PersonId& id) {
  return database_.look([&]() -> Answer<accounts::AccountExport> {
    auto person = read_person(id);
    if (!person) return std::unexpected{person.error()};
    Statement devices = database_.prepare("SELECT count(*) FROM known_device WHERE person = ?");
    devices.bind(1, id.to_string()).step();
    return accounts::AccountExport{.person = std::move(*person),
                                   .sessions = read_sessions(id),
                                   .known_devices = static_cast<std::size_t>(devices.number(0)),
                                   .recovery_codes_left = recovery_codes_left(id)};
  });
}

Answer<std::string> SqliteAccountStore::password_hash(const PersonId& id) {
  return database_.look([&]() -> Answer<std::string> {
    std::string hash = read_password(id);
    if (hash.empty()) return std::unexpected{AccountError::NotFound};
    return hash;
  });
}

Answer<void> SqliteAccountStore::set_password(const PersonId& id, std::string_view hash,
                                              const std::optional<SecretHash>& kept) {
  return database_.change([&]() -> Answer<void> {
    if (const auto person = read_person(id); !person) return std::unexpected{person.error()};
    if (hash.empty()) return std::unexpected{AccountError::Refused};
    write_password(id, hash, PasswordIs::New);
    drop_sessions(id, std::nullopt);
    drop_devices(id, kept);
    drop_changes(id);
    return {};
  });
}

Answer<bool> SqliteAccountStore::rehash_password(const PersonId& id, std::string_view old_hash,
                                                 std::string_view new_hash) {
  return database_.change([&]() -> Answer<bool> {
    if (old_hash.empty() || new_hash.empty()) return std::unexpected{AccountError::Refused};
    if (read_password(id) != old_hash) return false;
    write_password(id, new_hash, PasswordIs::TheSame);
    return true;
  });
}

Answer<std::vector<std::string>> SqliteAccountStore::password_hashes() {
  return database_.look([&]() -> Answer<std::vector<std::string>> {
    Statement rows = database_.prepare("SELECT id, password FROM person WHERE canary = 0 ORDER BY number");
    std::vector<std::string> hashes;
    while (rows.step()) hashes.push_back(database_.open(rows.blob(1), {"person", rows.text(0), "password"}));
    return hashes;
  });
}

}  // namespace belfry::store
