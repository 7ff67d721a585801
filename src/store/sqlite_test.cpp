#include "store/sqlite.hpp"

#include "base/temporary_folder_test_support.hpp"
#include "store/migrations.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>

namespace belfry::store {
namespace {

class SqliteTest : public testing::Test {
 protected:
  Sqlite open() { return Sqlite::open(folder_ / "test.db").value(); }
  static std::string ask(Sqlite& database, std::string_view sql) {
    Statement statement = database.prepare(sql);
    return statement.step() ? statement.text(0) : "";
  }

  base::TemporaryFolder folder_;
};

TEST_F(SqliteTest, KeepsWhatIsCommittedOnTheDisk) {
  Sqlite database = open();
  EXPECT_EQ(ask(database, "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(ask(database, "PRAGMA synchronous"), "2");  // FULL
  EXPECT_EQ(ask(database, "PRAGMA foreign_keys"), "1");
}

TEST_F(SqliteTest, MakesItsFilesForTheOwnerAlone) {
  Sqlite database = open();
  database.execute("CREATE TABLE t (x TEXT) STRICT");
  for (const char* name : {"test.db", "test.db-wal", "test.db-shm"}) {
    const auto mode = std::filesystem::status(folder_ / name).permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write) << name;
  }
}

TEST_F(SqliteTest, KeepsNumbersAndTextWhole) {
  Sqlite database = open();
  database.execute("CREATE TABLE t (number INTEGER NOT NULL, text TEXT NOT NULL) STRICT");
  const std::string text = "d’accord; \"quoted\" '";
  Statement insert = database.prepare("INSERT INTO t VALUES (?, ?)");
  insert.bind(1, std::int64_t{0x7fff'ffff'ffff'fffe}).bind(2, text).run();
  insert.bind(1, std::int64_t{-1}).bind(2, std::string_view{}).run();
  Statement rows = database.prepare("SELECT number, text FROM t ORDER BY number DESC");
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.number(0), 0x7fff'ffff'ffff'fffe);
  EXPECT_EQ(rows.text(1), text);
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.number(0), -1);
  EXPECT_EQ(rows.text(1), "");
  EXPECT_FALSE(rows.step());
}

TEST_F(SqliteTest, KeepsBytesWhole) {
  Sqlite database = open();
  database.execute("CREATE TABLE t (bytes BLOB NOT NULL) STRICT");
  std::vector<std::byte> all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::byte>(i);
  Statement insert = database.prepare("INSERT INTO t VALUES (?)");
  insert.bind(1, std::span<const std::byte>{all}).run();
  insert.bind(1, std::span<const std::byte>{}).run();
  Statement rows = database.prepare("SELECT bytes, NULL FROM t ORDER BY rowid");
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.blob(0), all);
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.blob(0), std::vector<std::byte>{});
  EXPECT_FALSE(rows.is_null(0));
  EXPECT_TRUE(rows.is_null(1));
}

TEST_F(SqliteTest, RefusesTextWithANul) {
  Sqlite database = open();
  Statement statement = database.prepare("SELECT ?");
  EXPECT_THROW(statement.bind(1, std::string_view{"a\0b", 3}), NulInText);
}

TEST_F(SqliteTest, RollsBackWhatWasNotCommitted) {
  Sqlite database = open();
  database.execute("CREATE TABLE t (number INTEGER) STRICT");
  {
    const Transaction transaction{database};
    database.execute("INSERT INTO t VALUES (1)");
  }
  EXPECT_EQ(ask(database, "SELECT count(*) FROM t"), "0");
  {
    Transaction transaction{database};
    database.execute("INSERT INTO t VALUES (1)");
    transaction.commit();
  }
  EXPECT_EQ(ask(database, "SELECT count(*) FROM t"), "1");
}

TEST_F(SqliteTest, ThrowsWhatTheDatabaseSays) {
  Sqlite database = open();
  EXPECT_THROW(database.execute("NO SUCH STATEMENT"), SqliteFailure);
  EXPECT_THROW(database.prepare("SELECT * FROM nowhere"), SqliteFailure);
  database.execute("CREATE TABLE t (number INTEGER NOT NULL) STRICT");
  EXPECT_THROW(database.prepare("INSERT INTO t VALUES (NULL)").run(), SqliteFailure);
  EXPECT_THROW(database.prepare("INSERT INTO t VALUES ('text')").run(), SqliteFailure);
}

TEST_F(SqliteTest, DoesNotFollowALink) {
  {
    open();
  }
  std::filesystem::create_symlink(folder_ / "test.db", folder_ / "link.db");
  EXPECT_FALSE(Sqlite::open(folder_ / "link.db"));
}

TEST_F(SqliteTest, MigratesByTheStepsThatAreMissing) {
  Sqlite database = open();
  constexpr std::array<std::string_view, 2> kSteps{"CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1)",
                                                   "CREATE TABLE b (x INTEGER) STRICT"};
  migrate(database, std::span{kSteps}.first(1));
  EXPECT_EQ(ask(database, "PRAGMA user_version"), "1");
  migrate(database, kSteps);
  migrate(database, kSteps);
  EXPECT_EQ(ask(database, "PRAGMA user_version"), "2");
  EXPECT_EQ(ask(database, "SELECT count(*) FROM a"), "1");
  EXPECT_EQ(ask(database, "SELECT count(*) FROM b"), "0");
}

TEST_F(SqliteTest, MigratesAllTheWayOrNotAtAll) {
  Sqlite database = open();
  constexpr std::array<std::string_view, 2> kSteps{"CREATE TABLE a (x INTEGER) STRICT", "CREATE NONSENSE"};
  EXPECT_THROW(migrate(database, kSteps), SqliteFailure);
  EXPECT_EQ(ask(database, "PRAGMA user_version"), "0");
  EXPECT_EQ(ask(database, "SELECT count(*) FROM sqlite_schema"), "0");
}

}  // namespace
}  // namespace belfry::store
