#include "app/canaries.hpp"

#include "accounts/canary.hpp"
#include "app/file_search.hpp"
#include "base/file.hpp"
#include "base/temporary_folder_test_support.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace belfry::app {
namespace {

class Notes final : public proof::ArtefactNotes {
 public:
  bool takes = true;
  std::vector<proof::Artefact> noted;
  std::expected<void, std::string> note(const proof::Artefact& artefact) override {
    if (!takes) return std::unexpected{"no ledger"};
    noted.push_back(artefact);
    return {};
  }
};

class CanariesTest : public testing::Test {
 protected:
  CanariesTest() {
    auto opened = AccountsOffice::open({.directory = folder_.path(),
                                        .site = "app.example.com",
                                        .belfry_host = "belfry.example.com",
                                        .mail_origin = "https://belfry.example.com",
                                        .options = {},
                                        .mail = {},
                                        .clock = clock_,
                                        .random = random_,
                                        .log = log_,
                                        .metrics = metrics_});
    if (!opened) throw std::runtime_error{opened.error()};
    office_ = std::move(*opened);
    canaries_ = std::make_unique<Canaries>(*office_, clock_, random_, notes_);
  }
  std::size_t kept() { return office_->store().canaries()->size(); }

  base::TemporaryFolder folder_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  std::ostringstream lines_;
  record::Log log_{clock_, record::LogLevel::Error, record::LogFormat::Text, lines_};
  record::Metrics metrics_;
  Notes notes_;
  std::unique_ptr<AccountsOffice> office_;
  std::unique_ptr<Canaries> canaries_;
};

TEST_F(CanariesTest, AreNotedBeforeTheyAreMadeAndErasedByTheirNote) {
  const proof::Canary canary = proof::new_canary(random_, proof::CanaryFactor::Enrolled);
  ASSERT_TRUE(canaries_->make(canary));
  ASSERT_EQ(notes_.noted.size(), 1U);
  EXPECT_EQ(notes_.noted[0].kind, "canary");
  EXPECT_EQ(kept(), 1U);
  EXPECT_TRUE(office_->store().people()->empty()) << "nowhere among people";
  EXPECT_TRUE(canaries_->password_hashes()->empty());
  ASSERT_TRUE(canaries_->clean_up(notes_.noted[0].name));
  EXPECT_EQ(kept(), 0U);
  EXPECT_TRUE(canaries_->clean_up(notes_.noted[0].name)) << "it is gone already";
}

TEST_F(CanariesTest, AreNotMadeWithoutANote) {
  notes_.takes = false;
  EXPECT_FALSE(canaries_->make(proof::new_canary(random_, proof::CanaryFactor::Absent)));
  EXPECT_EQ(kept(), 0U);
}

TEST_F(CanariesTest, AreMembersOrOfTheStaff) {
  using enum proof::CanaryRole;
  for (const auto role : {Member, Staff}) {
    const proof::Canary canary = proof::new_canary(random_, proof::CanaryFactor::Absent, role);
    ASSERT_TRUE(canaries_->make(canary));
    const auto person = office_->store().find(accounts::EmailAddress::parse(canary.email).value());
    EXPECT_EQ(person->role, role == Staff ? accounts::Role::Staff : accounts::Role::Member);
    EXPECT_FALSE(person->has_second_factor);
    EXPECT_TRUE(canaries_->clean_up(canary.email));
  }
}

TEST_F(CanariesTest, EraseNobodyElse) {
  const auto email = accounts::EmailAddress::parse("ann@example.com").value();
  ASSERT_TRUE(office_->store().add({.id = accounts::PersonId::random(random_),
                                    .email = email,
                                    .name = "Ann",
                                    .password_hash = "x",
                                    .second_factor = {}},
                                   accounts::Role::Member, accounts::PersonState::Active));
  for (const char* name : {"ann@example.com", "", "nobody", "ann@sub.drill.belfry.invalid"}) {
    EXPECT_FALSE(canaries_->clean_up(name)) << name;
  }
  EXPECT_EQ(office_->store().people()->size(), 1U);
  proof::Canary ann = proof::new_canary(random_, proof::CanaryFactor::Absent);
  ann.email = "bob@example.com";
  EXPECT_FALSE(canaries_->make(ann));
}

// Apache's bcrypt, which is of another hand than libxcrypt's.
TEST_F(CanariesTest, PasswordIsVerifiedByAnotherImplementation) {
  if (!std::filesystem::exists("/usr/bin/htpasswd")) GTEST_SKIP() << "no htpasswd (apache2-utils)";
  const proof::Canary canary = proof::new_canary(random_, proof::CanaryFactor::Absent);
  ASSERT_TRUE(canaries_->make(canary));
  std::string hash = canaries_->password_hash(canary).value();
  ASSERT_TRUE(hash.starts_with("$2b$12$"));
  hash[2] = 'y';  // the name that htpasswd has for the same function
  const auto file = folder_ / "htpasswd";
  ASSERT_TRUE(base::write_file(file, "canary:" + hash + "\n", base::FileMode::OwnerOnly));
  const auto verify = [&](const std::string& password) {
    const std::string command = "/usr/bin/htpasswd -vb '" + file.string() + "' canary '" + password + "' 2>/dev/null";
    return std::system(command.c_str());  // NOLINT(cert-env33-c,concurrency-mt-unsafe): a test of one thread
  };
  EXPECT_EQ(verify(canary.password), 0);
  EXPECT_NE(verify(canary.password + "x"), 0);
}

TEST(SearchFiles, FindsATextAcrossPiecesAndSaysWhatItLeftOut) {
  const base::TemporaryFolder folder;
  const std::string filling(1024 * 1024 - 3, 'a');
  ASSERT_TRUE(base::write_file(folder / "one", filling + "needle" + filling, base::FileMode::OwnerOnly));
  const std::vector<std::string> needle{"needle"};
  const std::vector<std::string> other{"noodle"};
  FileSearcher files;
  auto found = files.search(folder.path(), needle);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->is_found && found->is_complete);
  EXPECT_EQ(found->files, 1U);
  EXPECT_FALSE(files.search(folder.path(), other)->is_found);
  // At its end alone: enough for a log.
  EXPECT_FALSE(files.search(folder.path(), needle, 1000)->is_complete);
  EXPECT_FALSE(files.search(folder.path(), needle, 1000)->is_found);
  std::filesystem::rename(folder / "one", folder / "requests.log");
  EXPECT_TRUE(files.search(folder.path(), needle, 1000)->is_complete);
  EXPECT_FALSE(files.search(folder / "nowhere", needle));
}

// SQLite's locks are the process's, and go with the first descriptor of the file that is closed.
TEST(SearchFiles, LeavesTheLocksOfADatabaseWhereTheyAre) {
  const base::TemporaryFolder folder;
  ASSERT_TRUE(base::write_file(folder / "x.sqlite", "rows", base::FileMode::OwnerOnly));
  const base::FileDescriptor database{::open((folder / "x.sqlite").c_str(), O_RDWR | O_CLOEXEC)};
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  ASSERT_EQ(::fcntl(database.get(), F_SETLK, &lock), 0);
  FileSearcher files;
  const std::vector<std::string> text{"rows"};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(files.search(folder.path(), text)->is_found);
  const pid_t another = ::fork();
  if (another == 0) {
    struct flock theirs{};
    theirs.l_type = F_WRLCK;
    theirs.l_whence = SEEK_SET;
    const bool asked = ::fcntl(database.get(), F_GETLK, &theirs) == 0;
    ::_exit(asked && theirs.l_type != F_UNLCK ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(another, &status, 0), another);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace belfry::app
