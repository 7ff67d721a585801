#pragma once

// A thin facade over sqlite3 that leaves no unsafe way open: values are always bound, text with a NUL is refused
// (readers cut it there), every write stands in a BEGIN IMMEDIATE transaction (a deferred one loses its place when it
// is upgraded under load), and what was committed is on the disk (WAL with synchronous=FULL).
//
// One Sqlite is one connection, used by one thread at a time. A statement that fails throws SqliteFailure: the code
// that speaks to the domain turns it into the domain's error in one place.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace belfry::store {

struct SqliteError {
  int code = 0;  // SQLite's extended result code
  std::string message;
};

class SqliteFailure : public std::runtime_error {
 public:
  SqliteFailure(int code, const std::string& message) : std::runtime_error{message}, code_{code} {}
  // SQLite's extended result code.
  int code() const { return code_; }
  // The file itself cannot be trusted any more, or is not a database.
  bool corrupt() const;

 private:
  int code_;
};

// Text that was to be bound holds a NUL.
class NulInText : public std::invalid_argument {
 public:
  NulInText() : std::invalid_argument{"text with a NUL byte"} {}
};

// A prepared statement; its columns are read after step() gave true. Counted from 1 (bind) and 0 (column) as in SQLite.
class Statement {
 public:
  // `text` is bound by copy.
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, std::int64_t number);
  // A blob, by copy; an empty one is not NULL.
  Statement& bind(int index, std::span<const std::byte> bytes);
  // NULL where there is none.
  Statement& bind(int index, std::optional<std::int64_t> number);

  // true: a row is there; false: the end.
  bool step();
  // Runs to the end, dropping rows.
  void run();
  // Ready to be bound and stepped again.
  void reset();

  std::string text(int column) const;
  std::int64_t number(int column) const;
  std::optional<std::int64_t> optional_number(int column) const;
  std::vector<std::byte> blob(int column) const;
  bool is_null(int column) const;

 private:
  friend class Sqlite;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_{statement} {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Sqlite {
 public:
  // Opens or creates the file: WAL, synchronous=FULL, foreign keys on; a lock is waited for this long.
  static std::expected<Sqlite, SqliteError> open(const std::filesystem::path& file,
                                                 std::chrono::milliseconds busy_timeout = std::chrono::seconds{5});

  Statement prepare(std::string_view sql);
  // One or more statements without values and without rows wanted. For literals of our own alone.
  void execute(const std::string& sql);

 private:
  friend class Transaction;
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Sqlite(sqlite3* database) : database_{database} {}

  std::unique_ptr<sqlite3, Close> database_;
};

// BEGIN IMMEDIATE; rolled back at the end of its life unless commit() returned.
class Transaction {
 public:
  explicit Transaction(Sqlite& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Sqlite& database_;
  bool open_ = true;
};

}  // namespace belfry::store
