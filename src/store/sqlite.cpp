#include "store/sqlite.hpp"

#include "base/file_descriptor.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cstring>
#include <utility>

namespace belfry::store {

namespace {

[[noreturn]] void fail(sqlite3* database) {
  throw SqliteFailure{sqlite3_extended_errcode(database), sqlite3_errmsg(database)};
}

}  // namespace

bool SqliteFailure::corrupt() const {
  // The primary code stands in the low byte.
  const int primary = code_ & 0xff;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Sqlite::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Statement& Statement::bind(int index, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) throw NulInText{};
  // An empty view may have no address, which SQLite would take for NULL.
  const char* const data = text.data() != nullptr ? text.data() : "";
  if (sqlite3_bind_text64(statement_.get(), index, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8) != SQLITE_OK) {
    fail(sqlite3_db_handle(statement_.get()));
  }
  return *this;
}

Statement& Statement::bind(int index, std::int64_t number) {
  if (sqlite3_bind_int64(statement_.get(), index, number) != SQLITE_OK) fail(sqlite3_db_handle(statement_.get()));
  return *this;
}

Statement& Statement::bind(int index, std::span<const std::byte> bytes) {
  // As with text.
  const void* const data = bytes.data() != nullptr ? static_cast<const void*>(bytes.data()) : "";
  if (sqlite3_bind_blob64(statement_.get(), index, data, bytes.size(), SQLITE_TRANSIENT) != SQLITE_OK) {
    fail(sqlite3_db_handle(statement_.get()));
  }
  return *this;
}

Statement& Statement::bind(int index, std::optional<std::int64_t> number) {
  if (number) return bind(index, *number);
  if (sqlite3_bind_null(statement_.get(), index) != SQLITE_OK) fail(sqlite3_db_handle(statement_.get()));
  return *this;
}

bool Statement::step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  fail(sqlite3_db_handle(statement_.get()));
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() {
  // Its result is that of the last step(), which was thrown already.
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::string Statement::text(int column) const {
  const auto* const data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data != nullptr ? std::string(data, static_cast<std::size_t>(size)) : std::string{};
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::optional<std::int64_t> Statement::optional_number(int column) const {
  if (is_null(column)) return std::nullopt;
  return number(column);
}

std::vector<std::byte> Statement::blob(int column) const {
  const auto* const data = static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (data == nullptr) return {};
  return {data, data + size};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::expected<Sqlite, SqliteError> Sqlite::open(const std::filesystem::path& file,
                                                std::chrono::milliseconds busy_timeout) {
  // For the owner alone from its first byte on; SQLite gives its log and index the same mode. Only a file that was not
  // there: closing any descriptor of a database drops the locks that this process holds on it.
  const base::FileDescriptor made{
      ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  sqlite3* raw = nullptr;
  // One thread at a time (NOMUTEX); never through a symbolic link that somebody else laid.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
  const int result = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  Sqlite database{raw};
  if (result != SQLITE_OK) {
    return std::unexpected{SqliteError{result, raw != nullptr ? sqlite3_errmsg(raw) : sqlite3_errstr(result)}};
  }
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, static_cast<int>(busy_timeout.count()));
  // Refuses what only a hostile or damaged file would need.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  try {
    Statement journal = database.prepare("PRAGMA journal_mode = WAL");
    if (!journal.step() || journal.text(0) != "wal") {
      return std::unexpected{SqliteError{SQLITE_CANTOPEN, "no write-ahead log on this file system"}};
    }
    database.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
  } catch (const SqliteFailure& failure) {
    return std::unexpected{SqliteError{failure.code(), failure.what()}};
  }
  return database;
}

Statement Sqlite::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()), 0, &statement, nullptr) !=
      SQLITE_OK) {
    fail(database_.get());
  }
  return Statement{statement};
}

void Sqlite::execute(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(database_.get());
}

Transaction::Transaction(Sqlite& database) : database_{database} {
  database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (!open_) return;
  // It fails where SQLite rolled back by itself, as it does when the disk is full or input fails: that is as well.
  sqlite3_exec(database_.database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace belfry::store
