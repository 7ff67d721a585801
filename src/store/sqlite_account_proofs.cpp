// What people prove themselves by: attempts at it, known devices, the second factor.

#include "accounts/canary.hpp"
#include "store/domain_terms.hpp"
#include "store/sqlite_account_store.hpp"

#include <array>
#include <limits>
#include <span>

namespace belfry::store {

namespace {

using accounts::AccountError;
using accounts::Answer;
using accounts::Attempt;
using accounts::Counter;
using accounts::Lockout;
using accounts::PersonId;
using accounts::SecretHash;

// Unknown e-mails share 16^3 counters by the beginning of their keyed hash: a table that strangers cannot make grow,
// and whose sharing nobody without the key can aim at.
constexpr std::size_t kNobodyDigits = 3;

std::string device_subject(const PersonId& id, const SecretHash& device) {
  return id.to_string() + "." + device.to_string();
}

std::string_view bytes_as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Lockout SqliteAccountStore::read_lockout(Counter counter, std::string_view subject) {
  Statement row =
      database_.prepare("SELECT reserved, forgiven, locks, until FROM lockout WHERE counter = ? AND subject = ?");
  row.bind(1, to_string(counter)).bind(2, subject);
  if (!row.step()) return {};
  Lockout lockout{.reserved = static_cast<std::uint64_t>(row.number(0)),
                  .forgiven = static_cast<std::uint64_t>(row.number(1)),
                  .locks = static_cast<std::uint32_t>(row.number(2)),
                  .until = std::nullopt};
  if (const auto until = row.optional_number(3)) {
    lockout.until = accounts::RunningTime{std::chrono::milliseconds{*until}};
  }
  return lockout;
}

void SqliteAccountStore::write_lockout(Counter counter, std::string_view subject, const Lockout& lockout) {
  database_
      .prepare(
          "INSERT INTO lockout (counter, subject, reserved, forgiven, locks, until) VALUES (?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (counter, subject) DO UPDATE SET reserved = excluded.reserved, "
          "forgiven = excluded.forgiven, locks = excluded.locks, until = excluded.until")
      .bind(1, to_string(counter))
      .bind(2, subject)
      .bind(3, static_cast<std::int64_t>(lockout.reserved))
      .bind(4, static_cast<std::int64_t>(lockout.forgiven))
      .bind(5, std::int64_t{lockout.locks})
      .bind(6, lockout.until ? std::optional{std::int64_t{lockout.until->time_since_epoch().count()}} : std::nullopt)
      .run();
}

void SqliteAccountStore::reserve(Attempt& attempt, Counter counter, std::string subject) {
  Lockout lockout = read_lockout(counter, subject);
  const auto number = lockout.reserve(limits_.lockout, database_.now().running);
  // Written where it was refused too, so that both take the same time.
  write_lockout(counter, subject, lockout);
  attempt.admitted = number.has_value();
  attempt.locks = number && lockout.until;
  attempt.counter = counter;
  attempt.subject = std::move(subject);
  attempt.number = number.value_or(0);
}

Answer<Attempt> SqliteAccountStore::reserve_password(const accounts::EmailAddress& email,
                                                     const std::optional<SecretHash>& device) {
  return database_.change([&]() -> Answer<Attempt> {
    Attempt attempt;
    const auto id = id_of(email);
    if (!id) {
      reserve(attempt, Counter::Nobody, database_.email_hash(email).substr(0, kNobodyDigits));
      return attempt;
    }
    bool is_known = false;
    if (device) {
      Statement known = database_.prepare("SELECT 1 FROM known_device WHERE person = ? AND device = ?");
      is_known = known.bind(1, id->to_string()).bind(2, device->to_string()).step();
    }
    if (is_known) {
      reserve(attempt, Counter::Device, device_subject(*id, *device));
    } else {
      reserve(attempt, Counter::Strangers, id->to_string());
    }
    Statement person = database_.prepare("SELECT passwords FROM person WHERE id = ? AND state = 'active'");
    if (attempt.admitted && person.bind(1, id->to_string()).step()) {
      attempt.person = *id;
      attempt.password_hash = read_password(*id);
      attempt.password = static_cast<std::uint64_t>(person.number(0));
    }
    return attempt;
  });
}

Answer<Attempt> SqliteAccountStore::reserve_code(const PersonId& id) {
  return database_.change([&]() -> Answer<Attempt> {
    const auto person = read_person(id);
    if (!person) return std::unexpected{person.error()};
    Attempt attempt;
    reserve(attempt, Counter::Codes, id.to_string());
    if (attempt.admitted && person->state == accounts::PersonState::Active) attempt.person = id;
    return attempt;
  });
}

Answer<void> SqliteAccountStore::was_right(const Attempt& attempt) {
  return database_.change([&]() -> Answer<void> {
    if (!attempt.admitted || !attempt.person) return std::unexpected{AccountError::Refused};
    Statement person = database_.prepare("SELECT passwords FROM person WHERE id = ? AND state = 'active'");
    if (!person.bind(1, attempt.person->to_string()).step()) return std::unexpected{AccountError::Refused};
    const bool of_password = attempt.counter != Counter::Codes;
    if (of_password && static_cast<std::uint64_t>(person.number(0)) != attempt.password) {
      return std::unexpected{AccountError::Refused};
    }
    Lockout lockout = read_lockout(attempt.counter, attempt.subject);
    // A device that was forgotten meanwhile has no counter left.
    if (attempt.counter == Counter::Device && lockout == Lockout{}) return {};
    lockout.succeed(limits_.lockout, attempt.number);
    write_lockout(attempt.counter, attempt.subject, lockout);
    return {};
  });
}

std::vector<std::pair<Counter, std::string>> SqliteAccountStore::lockouts_of(const PersonId& id) {
  // '/' stands behind '.': all of the person's devices.
  Statement rows = database_.prepare(
      "SELECT counter, subject FROM lockout WHERE (counter IN ('strangers', 'codes') AND subject = ?1) "
      "OR (counter = 'device' AND subject BETWEEN ?1 || '.' AND ?1 || '/')");
  rows.bind(1, id.to_string());
  std::vector<std::pair<Counter, std::string>> found;
  while (rows.step()) {
    found.emplace_back(read_word(rows.text(0), std::array{Counter::Strangers, Counter::Device, Counter::Codes}),
                       rows.text(1));
  }
  return found;
}

void SqliteAccountStore::lift(const PersonId& id) {
  for (const auto& [counter, subject] : lockouts_of(id)) {
    Lockout lockout = read_lockout(counter, subject);
    lockout.lift();
    write_lockout(counter, subject, lockout);
  }
}

Answer<void> SqliteAccountStore::lift_locks(const PersonId& id) {
  return database_.change([&]() -> Answer<void> {
    if (const auto person = read_person(id); !person) return std::unexpected{person.error()};
    lift(id);
    return {};
  });
}

Answer<void> SqliteAccountStore::age_locks(const PersonId& canary, std::chrono::milliseconds by) {
  return database_.change([&]() -> Answer<void> {
    const auto person = read_person(canary);
    if (!person) return std::unexpected{person.error()};
    if (!accounts::is_canary(person->email)) return std::unexpected{AccountError::Refused};
    for (const auto& [counter, subject] : lockouts_of(canary)) {
      Lockout lockout = read_lockout(counter, subject);
      if (!lockout.until) continue;
      *lockout.until -= by;
      write_lockout(counter, subject, lockout);
    }
    return {};
  });
}

void SqliteAccountStore::drop_devices(const PersonId& id, const std::optional<SecretHash>& kept) {
  const std::string device = kept ? kept->to_string() : std::string{};
  database_.prepare("DELETE FROM known_device WHERE person = ? AND device <> ?")
      .bind(1, id.to_string())
      .bind(2, device)
      .run();
  database_
      .prepare(
          "DELETE FROM lockout WHERE counter = 'device' AND subject BETWEEN ?1 || '.' AND ?1 || '/' "
          "AND subject <> ?1 || '.' || ?2")
      .bind(1, id.to_string())
      .bind(2, device)
      .run();
}

Answer<void> SqliteAccountStore::know_device(const PersonId& id, const SecretHash& device,
                                             const std::optional<SecretHash>& before) {
  return database_.change([&]() -> Answer<void> {
    if (const auto person = read_person(id); !person) return std::unexpected{person.error()};
    const std::string key = id.to_string();
    if (before && *before != device) {
      database_.prepare("DELETE FROM known_device WHERE person = ? AND device = ?")
          .bind(1, key)
          .bind(2, before->to_string())
          .run();
      database_.prepare("DELETE FROM lockout WHERE counter = 'device' AND subject = ?")
          .bind(1, device_subject(id, *before))
          .run();
    }
    // Behind all others again: the largest number was used last.
    database_.prepare("DELETE FROM known_device WHERE person = ? AND device = ?")
        .bind(1, key)
        .bind(2, device.to_string())
        .run();
    database_.prepare("INSERT INTO known_device (person, device) VALUES (?, ?)")
        .bind(1, key)
        .bind(2, device.to_string())
        .run();
    Statement unused = database_.prepare(
        "DELETE FROM known_device WHERE person = ?1 AND number <= (SELECT number FROM known_device WHERE person = ?1 "
        "ORDER BY number DESC LIMIT 1 OFFSET ?2) RETURNING device");
    unused.bind(1, key).bind(2, static_cast<std::int64_t>(accounts::kDevicesPerPerson));
    std::vector<SecretHash> forgotten;
    while (unused.step()) {
      const auto one = SecretHash::parse(unused.text(0));
      if (!one) throw UnknownWord{};
      forgotten.push_back(*one);
    }
    Statement drop = database_.prepare("DELETE FROM lockout WHERE counter = 'device' AND subject = ?");
    for (const SecretHash& one : forgotten) drop.bind(1, device_subject(id, one)).run();
    return {};
  });
}

void SqliteAccountStore::write_recovery_codes(const PersonId& id, const std::vector<SecretHash>& codes) {
  database_.prepare("DELETE FROM recovery_code WHERE person = ?").bind(1, id.to_string()).run();
  Statement insert = database_.prepare("INSERT INTO recovery_code (person, code) VALUES (?, ?)");
  for (const SecretHash& code : codes) insert.bind(1, id.to_string()).bind(2, code.to_string()).run();
}

void SqliteAccountStore::write_second_factor(const PersonId& id, const accounts::Enrolment& enrolment) {
  const std::string key = id.to_string();
  const auto secret = database_.seal(bytes_as_text(enrolment.secret), {"second_factor", key, "secret"});
  database_
      .prepare("INSERT OR REPLACE INTO second_factor (person, secret, confirmed, newest_used) VALUES (?1, ?2, ?3, ?3)")
      .bind(1, key)
      .bind(2, std::span<const std::byte>{secret})
      .bind(3, static_cast<std::int64_t>(enrolment.confirmed))
      .run();
  write_recovery_codes(id, enrolment.recovery_codes);
}

std::size_t SqliteAccountStore::recovery_codes_left(const PersonId& id) {
  Statement row = database_.prepare("SELECT count(*) FROM recovery_code WHERE person = ?");
  row.bind(1, id.to_string()).step();
  return static_cast<std::size_t>(row.number(0));
}

Answer<void> SqliteAccountStore::set_second_factor(const PersonId& id, const accounts::Enrolment& enrolment) {
  return database_.change([&]() -> Answer<void> {
    if (const auto person = read_person(id); !person) return std::unexpected{person.error()};
    if (enrolment.secret.empty()) return std::unexpected{AccountError::Refused};
    write_second_factor(id, enrolment);
    return {};
  });
}

Answer<accounts::Authenticator> SqliteAccountStore::second_factor(const PersonId& id) {
  return database_.look([&]() -> Answer<accounts::Authenticator> {
    const std::string key = id.to_string();
    Statement row = database_.prepare("SELECT secret, confirmed, newest_used FROM second_factor WHERE person = ?");
    row.bind(1, key);
    if (!row.step()) return std::unexpected{AccountError::NotFound};
    const std::string secret = database_.open(row.blob(0), {"second_factor", key, "secret"});
    const auto bytes = std::as_bytes(std::span{secret});
    return accounts::Authenticator{.secret = {bytes.begin(), bytes.end()},
                                   .confirmed = static_cast<crypto::TotpStep>(row.number(1)),
                                   .newest_used = static_cast<crypto::TotpStep>(row.number(2)),
                                   .recovery_codes_left = recovery_codes_left(id)};
  });
}

Answer<bool> SqliteAccountStore::use_step(const PersonId& id, crypto::TotpStep step) {
  return database_.change([&]() -> Answer<bool> {
    if (step > static_cast<crypto::TotpStep>(std::numeric_limits<std::int64_t>::max())) return false;
    Statement update = database_.prepare(
        "UPDATE second_factor SET newest_used = ?1 WHERE person = ?2 AND newest_used < ?1 RETURNING 1");
    return update.bind(1, static_cast<std::int64_t>(step)).bind(2, id.to_string()).step();
  });
}

Answer<bool> SqliteAccountStore::use_recovery_code(const PersonId& id, const SecretHash& code) {
  return database_.change([&]() -> Answer<bool> {
    Statement used = database_.prepare("DELETE FROM recovery_code WHERE person = ? AND code = ? RETURNING 1");
    return used.bind(1, id.to_string()).bind(2, code.to_string()).step();
  });
}

Answer<void> SqliteAccountStore::set_recovery_codes(const PersonId& id, const std::vector<SecretHash>& codes) {
  return database_.change([&]() -> Answer<void> {
    Statement enrolled = database_.prepare("SELECT 1 FROM second_factor WHERE person = ?");
    if (!enrolled.bind(1, id.to_string()).step()) return std::unexpected{AccountError::NotFound};
    write_recovery_codes(id, codes);
    return {};
  });
}

Answer<void> SqliteAccountStore::remove_second_factor(const PersonId& id) {
  return database_.change([&]() -> Answer<void> {
    if (const auto person = read_person(id); !person) return std::unexpected{person.error()};
    database_.prepare("DELETE FROM second_factor WHERE person = ?").bind(1, id.to_string()).run();
    write_recovery_codes(id, {});
    return {};
  });
}

}  // namespace belfry::store
