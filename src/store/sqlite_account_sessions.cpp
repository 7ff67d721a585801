// Sessions.

#include "store/domain_terms.hpp"
#include "store/sqlite_account_store.hpp"

#include <array>
#include <span>

namespace belfry::store {

namespace {

using accounts::AccountError;
using accounts::Answer;
using accounts::PersonId;
using accounts::Proven;
using accounts::SecretHash;
using accounts::Session;

constexpr std::array kProven{Proven::Password, Proven::SecondFactor};

constexpr std::string_view kSessions =
    "SELECT token, person, proven, host, device, address, created, created_running, used, used_running, parent "
    "FROM session ";

accounts::RunningTime running_time_of(std::int64_t milliseconds) {
  return accounts::RunningTime{std::chrono::milliseconds{milliseconds}};
}

std::int64_t milliseconds_of(accounts::RunningTime time) {
  return time.time_since_epoch().count();
}

}  // namespace

// nullopt for one that is over.
std::optional<Session> SqliteAccountStore::session_of_row(const Statement& row) {
  const std::string key = row.text(0);
  const auto token = SecretHash::parse(key);
  const auto person = PersonId::parse(row.text(1));
  if (!token || !person) throw UnknownWord{};
  Session session{.token = *token,
                  .person = *person,
                  .parent = std::nullopt,
                  .proven = read_word(row.text(2), kProven),
                  .host = row.text(3),
                  .device = {},
                  .address = {},
                  .created = {time_of(row.number(6)), running_time_of(row.number(7))},
                  .used = {time_of(row.number(8)), running_time_of(row.number(9))}};
  if (is_over(session, limits_.sessions, database_.now())) return std::nullopt;
  if (!row.is_null(10)) {
    session.parent = SecretHash::parse(row.text(10));
    if (!session.parent) throw UnknownWord{};
  }
  session.device = database_.open(row.blob(4), {"session", key, "device"});
  session.address = database_.open(row.blob(5), {"session", key, "address"});
  return session;
}

std::vector<Session> SqliteAccountStore::read_sessions(const std::optional<PersonId>& id) {
  Statement rows = database_.prepare(std::string{kSessions} +
                                     "WHERE ?1 IS NULL OR person = ?1 ORDER BY used_running DESC, number DESC");
  // What is not bound is NULL.
  if (id) rows.bind(1, id->to_string());
  std::vector<Session> sessions;
  while (rows.step()) {
    if (auto session = session_of_row(rows)) sessions.push_back(std::move(*session));
  }
  return sessions;
}

Answer<Session> SqliteAccountStore::read_session(const SecretHash& token) {
  Statement row = database_.prepare(std::string{kSessions} + "WHERE token = ?");
  row.bind(1, token.to_string());
  if (row.step()) {
    if (auto session = session_of_row(row)) return std::move(*session);
  }
  return std::unexpected{AccountError::NotFound};
}

void SqliteAccountStore::drop_sessions(const PersonId& id, const std::optional<SecretHash>& kept) {
  database_.prepare("DELETE FROM session WHERE person = ? AND token <> ?")
      .bind(1, id.to_string())
      .bind(2, kept ? kept->to_string() : std::string{})
      .run();
}

Answer<accounts::Moment> SqliteAccountStore::now() {
  return database_.look([&]() -> Answer<accounts::Moment> { return database_.now(); });
}

Answer<Session> SqliteAccountStore::open_session(const Session& session) {
  return database_.change([&]() -> Answer<Session> {
    const auto person = read_person(session.person);
    if (!person) return std::unexpected{person.error()};
    if (person->state != accounts::PersonState::Active || session.device.size() > accounts::kDeviceTextLimit) {
      return std::unexpected{AccountError::Refused};
    }
    Session opened = session;
    opened.created = opened.used = database_.now();
    if (session.parent) {
      const auto parent = read_session(*session.parent);
      if (!parent) return std::unexpected{parent.error()};
      if (parent->person != session.person) return std::unexpected{AccountError::NotFound};
      if (parent->parent) return std::unexpected{AccountError::Refused};
      opened.created = parent->created;
    }
    const std::string key = session.token.to_string();
    const std::string id = session.person.to_string();
    const auto device = database_.seal(session.device, {"session", key, "device"});
    const auto address = database_.seal(session.address, {"session", key, "address"});
    Statement insert = database_.prepare(
        "INSERT INTO session (token, person, proven, host, device, address, created, created_running, used, "
        "used_running, parent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, key)
        .bind(2, id)
        .bind(3, to_string(session.proven))
        .bind(4, session.host)
        .bind(5, std::span<const std::byte>{device})
        .bind(6, std::span<const std::byte>{address})
        .bind(7, store::milliseconds_of(opened.created.wall))
        .bind(8, milliseconds_of(opened.created.running))
        .bind(9, store::milliseconds_of(opened.used.wall))
        .bind(10, milliseconds_of(opened.used.running));
    // What is not bound is NULL.
    if (session.parent) insert.bind(11, session.parent->to_string());
    insert.run();
    // Those that are over take no place from those that are not.
    database_.prepare("DELETE FROM session WHERE created_running <= ? OR used_running <= ?")
        .bind(1, milliseconds_of(opened.used.running - limits_.sessions.absolute))
        .bind(2, milliseconds_of(opened.used.running - limits_.sessions.idle))
        .run();
    // The parent keeps its place, however long ago it was used: it would take this one along.
    Statement push_out = database_.prepare(
        "WITH pushed_out AS (SELECT token FROM session WHERE person = ?1 "
        "ORDER BY token IS ?3 DESC, used_running DESC, number DESC LIMIT -1 OFFSET ?2) "
        "DELETE FROM session WHERE token IN pushed_out OR parent IN pushed_out");
    push_out.bind(1, id).bind(2, static_cast<std::int64_t>(accounts::kSessionsPerPerson));
    if (session.parent) push_out.bind(3, session.parent->to_string());
    push_out.run();
    return opened;
  });
}

Answer<Session> SqliteAccountStore::session(const SecretHash& token) {
  return database_.look([&] { return read_session(token); });
}

Answer<void> SqliteAccountStore::use_sessions(const std::vector<SecretHash>& tokens) {
  return database_.change([&]() -> Answer<void> {
    Statement find = database_.prepare(std::string{kSessions} + "WHERE token = ?");
    Statement update = database_.prepare("UPDATE session SET used = ?, used_running = ? WHERE token = ?");
    for (const SecretHash& token : tokens) {
      const bool is_there = find.bind(1, token.to_string()).step() && session_of_row(find);
      find.reset();
      if (!is_there) continue;
      update.bind(1, store::milliseconds_of(database_.now().wall))
          .bind(2, milliseconds_of(database_.now().running))
          .bind(3, token.to_string())
          .run();
    }
    return {};
  });
}

Answer<std::vector<Session>> SqliteAccountStore::sessions(const PersonId& id) {
  return database_.look([&]() -> Answer<std::vector<Session>> { return read_sessions(id); });
}

Answer<std::vector<Session>> SqliteAccountStore::sessions() {
  return database_.look([&]() -> Answer<std::vector<Session>> { return read_sessions(std::nullopt); });
}

Answer<void> SqliteAccountStore::end_session(const PersonId& id, const SecretHash& token) {
  return database_.change([&]() -> Answer<void> {
    Statement ended = database_.prepare("DELETE FROM session WHERE person = ? AND token = ? RETURNING 1");
    if (!ended.bind(1, id.to_string()).bind(2, token.to_string()).step()) {
      return std::unexpected{AccountError::NotFound};
    }
    database_.prepare("DELETE FROM session WHERE parent = ?").bind(1, token.to_string()).run();
    return {};
  });
}

Answer<void> SqliteAccountStore::end_sessions(const PersonId& id, const std::optional<SecretHash>& kept) {
  return database_.change([&]() -> Answer<void> {
    drop_sessions(id, kept);
    return {};
  });
}

}  // namespace belfry::store
