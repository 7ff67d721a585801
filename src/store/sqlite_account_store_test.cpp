// What only the account store on disk promises: seals, keys, versions, and a kill in the middle of it.

#include "store/sqlite_account_store.hpp"

#include "store/account_store_test_support.hpp"
#include "store/migrations.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <iterator>

namespace belfry::store {
namespace {

using namespace std::chrono_literals;
using accounts::AccountError;
using accounts::Person;
using accounts::PersonState;
using accounts::Role;

class SqliteAccountStoreTest : public AccountStoreTest {
 protected:
  void execute(const std::string& sql) { Sqlite::open(file()).value().execute(sql); }
  std::string content_of_files() const {
    std::string content;
    for (const auto& entry : std::filesystem::directory_iterator{folder_.path()}) {
      std::ifstream stream{entry.path(), std::ios::binary};
      content.append(std::istreambuf_iterator<char>{stream}, {});
    }
    return content;
  }
};

TEST_F(SqliteAccountStoreTest, HasNoPersonalDataNorSecretInItsFiles) {
  const Person ann = add("ann.personal@example.com");
  auto enrolled = enrolment();
  const std::string_view key = "an authenticator's key";
  const auto bytes = std::as_bytes(std::span{key});
  enrolled.secret.assign(bytes.begin(), bytes.end());
  ASSERT_TRUE(store_->set_second_factor(ann.id, enrolled));
  ASSERT_TRUE(store_->open_session(new_session(ann, "token")));
  ASSERT_TRUE(invite("invitation", "bob.personal@example.com", Role::Member));
  ASSERT_TRUE(store_->offer_sign_up(secret("sign-up"), email("eve.personal@example.com")));
  const std::string content = content_of_files();
  EXPECT_NE(content.find(ann.id.to_string()), std::string::npos);
  for (const char* text :
       {"personal", "Arc", "$2b$", "authenticator", "Firefox", "192.0.2.1", "token is", "example.com"}) {
    // The host of a session is the site's own name.
    const std::size_t found = content.find(text);
    if (std::string_view{text} == "example.com") {
      EXPECT_EQ(content.substr(found - 7, 7), "belfry.");
    } else {
      EXPECT_EQ(found, std::string::npos) << text;
    }
  }
}

TEST_F(SqliteAccountStoreTest, SaysThatAMovedOrChangedSealIsCorrupt) {
  const Person ann = add("ann@example.com");
  const Person bob = add("bob@example.com");
  const std::string ids = "('" + ann.id.to_string() + "', '" + bob.id.to_string() + "')";
  // Bob's password for Ann's: he would sign in as her.
  execute("UPDATE person SET password = (SELECT password FROM person WHERE id = '" + bob.id.to_string() +
          "') WHERE id = '" + ann.id.to_string() + "'");
  EXPECT_EQ(store_->password_hash(ann.id).error(), AccountError::Corrupt);
  EXPECT_EQ(store_->reserve_password(ann.email, std::nullopt).error(), AccountError::Corrupt);
  EXPECT_TRUE(store_->password_hash(bob.id));
  // One column for another of the same row.
  execute("UPDATE person SET name = email WHERE id = '" + bob.id.to_string() + "'");
  EXPECT_EQ(store_->find(bob.id).error(), AccountError::Corrupt);
  execute("UPDATE person SET name = x'00' WHERE id IN " + ids);
  EXPECT_EQ(store_->people().error(), AccountError::Corrupt);
}

TEST_F(SqliteAccountStoreTest, SaysThatAMarkAsACanaryThatTheEmailDeniesIsCorrupt) {
  const Person ann = add("ann@example.com");
  const Person one = store_->add_canary(new_person("one@drill.belfry.invalid"), Role::Member).value();
  // She would go on signing in, and be in no list.
  execute("UPDATE person SET canary = 1 WHERE id = '" + ann.id.to_string() + "'");
  EXPECT_EQ(store_->find(ann.id).error(), AccountError::Corrupt);
  EXPECT_EQ(store_->open_session(new_session(ann, "token")).error(), AccountError::Corrupt);
  EXPECT_EQ(store_->canaries().error(), AccountError::Corrupt);
  execute("UPDATE person SET canary = 0");
  EXPECT_EQ(store_->people().error(), AccountError::Corrupt);
  execute("UPDATE person SET canary = 1 WHERE id = '" + one.id.to_string() + "'");
  EXPECT_EQ(store_->people().value(), std::vector{ann});
  EXPECT_THROW(execute("UPDATE person SET role = 'administrator' WHERE canary = 1"), SqliteFailure);
}

TEST_F(SqliteAccountStoreTest, OpensUnderItsMasterKeyAlone) {
  const Person ann = add("ann@example.com");
  store_.reset();
  const auto refusal = [&](const crypto::KeyRing& master) {
    const auto store = SqliteAccountStore::open(file(), master, clock_, random_, {.boot = "boot"});
    return store ? std::string{} : store.error().message;
  };
  EXPECT_EQ(refusal(crypto::KeyRing{2, crypto::Key256::random(random_)}),
            "the database was sealed under another master key than this one");
  EXPECT_EQ(refusal(crypto::KeyRing{1, crypto::Key256::random(random_)}),
            "a key of the database does not open under the master key: it was changed");
  EXPECT_EQ(refusal(master_), "");
  execute("DELETE FROM data_key WHERE purpose = 'lookup'");
  EXPECT_EQ(refusal(master_), "the database has lost its keys");
}

TEST_F(SqliteAccountStoreTest, IsWrappedAnewByARotatedMasterKey) {
  const Person ann = add("ann@example.com");
  crypto::KeyRing both{2, crypto::Key256::random(random_)};
  both.add_earlier(1, master_.find(1)->copy());
  const crypto::KeyRing only_new{2, both.find(2)->copy()};
  // Without the earlier one there is nothing to wrap.
  EXPECT_EQ(store_->rewrap(only_new).error(), AccountError::Corrupt);
  ASSERT_TRUE(store_->rewrap(both));
  EXPECT_EQ(store_->find(ann.email).value(), ann);
  store_.reset();
  EXPECT_FALSE(SqliteAccountStore::open(file(), master_, clock_, random_, {.boot = "boot"}));
  const auto store = SqliteAccountStore::open(file(), only_new, clock_, random_, {.boot = "boot"});
  ASSERT_TRUE(store);
  EXPECT_EQ((*store)->find(ann.email).value(), ann);
}

TEST_F(SqliteAccountStoreTest, MigratesFromEachEarlierVersion) {
  for (std::size_t version = 0; version <= account_migrations().size(); ++version) {
    const auto path = folder_ / ("version-" + std::to_string(version));
    {
      auto database = Sqlite::open(path).value();
      migrate(database, account_migrations().first(version), [&](std::size_t step) {
        if (step == kDataKeyStep) make_data_keys(database, master_, random_);
      });
    }
    const auto store = SqliteAccountStore::open(path, master_, clock_, random_, {.boot = "boot"});
    ASSERT_TRUE(store) << version;
    const auto ann = (*store)->add(new_person("ann@example.com"), Role::Member, PersonState::Active);
    ASSERT_TRUE(ann) << version;
    ASSERT_TRUE((*store)->open_session(new_session(*ann, "parent"))) << version;
    auto handed_over = new_session(*ann, "child");
    handed_over.parent = secret("parent");
    EXPECT_TRUE((*store)->open_session(handed_over)) << version;
    EXPECT_TRUE((*store)->offer_sign_up(secret("token"), email("bob@example.com"))) << version;
    EXPECT_TRUE((*store)->accept_sign_up(secret("token"), new_person("bob@example.com"), PersonState::Active));
    EXPECT_TRUE((*store)->add_canary(new_person("a@drill.belfry.invalid"), Role::Member)) << version;
  }
}

TEST_F(SqliteAccountStoreTest, KeepsLinksOfEarlierVersions) {
  for (std::size_t version = 1; version <= account_migrations().size(); ++version) {
    const auto path = folder_ / ("version-" + std::to_string(version));
    {
      auto database = Sqlite::open(path).value();
      migrate(database, account_migrations().first(version), [&](std::size_t step) {
        if (step == kDataKeyStep) make_data_keys(database, master_, random_);
      });
      const std::string now = std::to_string(clock_.wall_now().time_since_epoch().count());
      database.execute(
          "INSERT INTO link (number, token, step, role, issued, issued_running) VALUES "
          "(7, '" +
          secret("token").to_string() + "', 'first administrator', 'administrator', " + now + ", 0)");
    }
    const auto store = SqliteAccountStore::open(path, master_, clock_, random_, {.boot = "boot"});
    ASSERT_TRUE(store) << version;
    EXPECT_TRUE((*store)->link(accounts::LinkStep::FirstAdministrator, secret("token"))) << version;
    // Behind it, and not in its place.
    const auto ann = (*store)->add(new_person("ann@example.com"), Role::Administrator, PersonState::Active);
    ASSERT_TRUE((*store)->invite(secret("later"), email("bob@example.com"), Role::Member, ann->id));
    auto database = Sqlite::open(path).value();
    Statement newest = database.prepare("SELECT max(number) FROM link");
    ASSERT_TRUE(newest.step());
    EXPECT_EQ(newest.number(0), 8) << version;
  }
}

TEST_F(SqliteAccountStoreTest, LeavesNothingOfASignUpThatIsOver) {
  ASSERT_TRUE(store_->offer_sign_up(secret("token"), email("ann@example.com")));
  clock_.advance(1h);
  ASSERT_TRUE(store_->offer_sign_up(secret("another"), email("bob@example.com")));
  ASSERT_TRUE(store_->accept_sign_up(secret("another"), new_person("bob@example.com"), PersonState::Active));
  store_.reset();
  auto database = Sqlite::open(file()).value();
  Statement count = database.prepare("SELECT count(*) FROM link");
  ASSERT_TRUE(count.step());
  EXPECT_EQ(count.number(0), 0);
}

// Behind a link that an earlier version sent, name and password are chosen anew.
TEST_F(SqliteAccountStoreTest, ForgetsWhatStrangersTypedWhereTheySignedUpInEarlierVersions) {
  for (const std::size_t version : {std::size_t{3}, std::size_t{4}}) {
    const auto path = folder_ / ("version-" + std::to_string(version));
    {
      auto database = Sqlite::open(path).value();
      migrate(database, account_migrations().first(version), [&](std::size_t step) {
        if (step == kDataKeyStep) make_data_keys(database, master_, random_);
      });
      const std::string now = std::to_string(clock_.wall_now().time_since_epoch().count());
      const std::string token = secret("token").to_string();
      database.execute("INSERT INTO link (token, step, role, issued, issued_running) VALUES ('" + token +
                       "', 'sign-up', 'member', " + now + ", 0)");
      database.execute("INSERT INTO sign_up (token, person, name, password) VALUES ('" + token +
                       "', 'person', x'00', x'00')");
    }
    const auto store = SqliteAccountStore::open(path, master_, clock_, random_, {.boot = "boot"});
    ASSERT_TRUE(store) << version;
    EXPECT_TRUE((*store)->link(accounts::LinkStep::SignUp, secret("token"))) << version;
    auto database = Sqlite::open(path).value();
    EXPECT_FALSE(database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sign_up'").step()) << version;
  }
}

TEST_F(SqliteAccountStoreTest, DoesNotOpenWhatIsNoDatabaseOrOfANewerVersion) {
  const auto refusal = [&](const std::filesystem::path& path) {
    const auto store = SqliteAccountStore::open(path, master_, clock_, random_, {.boot = "boot"});
    return store ? std::string{} : store.error().message;
  };
  std::ofstream{folder_ / "text"} << std::string(8192, 'x');
  EXPECT_NE(refusal(folder_ / "text"), "");
  EXPECT_NE(refusal(folder_ / "no/such/folder.db"), "");
  store_.reset();
  execute("PRAGMA user_version = 99");
  EXPECT_EQ(refusal(file()), "written by a newer version (99 steps)");
}

TEST_F(SqliteAccountStoreTest, SaysThatItIsUnavailableWhileAnotherHoldsTheDatabase) {
  store_ = SqliteAccountStore::open(file(), master_, clock_, random_, {.boot = "boot"}, 10ms).value();
  auto other = Sqlite::open(file()).value();
  const Transaction held{other};
  EXPECT_EQ(store_->reserve_password(email("ann@example.com"), std::nullopt).error(), AccountError::Unavailable);
}

TEST_F(SqliteAccountStoreTest, SaysThatAWordOfNobodyIsCorrupt) {
  const Person ann = add("ann@example.com");
  execute("PRAGMA ignore_check_constraints = ON; UPDATE person SET role = 'root'");
  EXPECT_EQ(store_->find(ann.id).error(), AccountError::Corrupt);
}

// A process takes people in, spends an attempt of each and lets others sign up, and says each time what was
// acknowledged, until it is killed in the middle of it.
TEST_F(SqliteAccountStoreTest, KeepsWhatItAcknowledgedThroughAKill) {
  store_.reset();
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t writer = ::fork();
  ASSERT_GE(writer, 0);
  if (writer == 0) {
    const auto store = open();
    for (int number = 1;; ++number) {
      const auto person = new_person("person" + std::to_string(number) + "@example.com");
      const bool written = store->add(person, Role::Member, PersonState::Active) &&
                           store->reserve_password(person.email, std::nullopt) &&
                           store->set_second_factor(person.id, enrolment()) && store->use_step(person.id, 101) &&
                           store->offer_sign_up(secret("sign-up " + std::to_string(number)),
                                                email("new" + std::to_string(number) + "@example.com"));
      const char acknowledged = 1;
      if (!written || ::write(pipe[1], &acknowledged, 1) != 1) ::_exit(1);
    }
  }
  ::close(pipe[1]);
  int acknowledged = 0;
  char byte = 0;
  while (acknowledged < 40 && ::read(pipe[0], &byte, 1) == 1) ++acknowledged;
  ::kill(writer, SIGKILL);
  while (::read(pipe[0], &byte, 1) == 1) ++acknowledged;
  int status = 0;
  ::waitpid(writer, &status, 0);
  ::close(pipe[0]);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_GE(acknowledged, 40);

  store_ = open();
  for (int number = 1; number <= acknowledged; ++number) {
    const auto address = email("person" + std::to_string(number) + "@example.com");
    const auto person = store_->find(address);
    ASSERT_TRUE(person) << number;
    EXPECT_EQ(store_->second_factor(person->id).value().newest_used, crypto::TotpStep{101});
    EXPECT_EQ(store_->reserve_password(address, std::nullopt).value().number, 2U);
    const auto link = store_->link(accounts::LinkStep::SignUp, secret("sign-up " + std::to_string(number)));
    ASSERT_TRUE(link) << number;
    EXPECT_EQ(link->email, email("new" + std::to_string(number) + "@example.com"));
  }
  // The one that was under way may be there too.
  EXPECT_LE(store_->people().value().size(), static_cast<std::size_t>(acknowledged) + 1);
}

}  // namespace
}  // namespace belfry::store
