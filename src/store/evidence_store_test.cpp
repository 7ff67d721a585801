// The contract of proof::EvidenceStore, for every implementation; what only the one on disk promises follows.

#include "proof/evidence_store.hpp"

#include "base/temporary_folder_test_support.hpp"
#include "proof/fake_evidence_store.hpp"
#include "store/migrations.hpp"
#include "store/sqlite_evidence_store.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace belfry::store {
namespace {

using namespace std::chrono_literals;
using proof::Evidence;
using proof::EvidenceStore;
using proof::Lapse;
using proof::Outcome;
using proof::State;
using proof::StateChange;
using proof::StoreError;

const base::WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 12}};

class Folder : public base::TemporaryFolder {
 public:
  std::filesystem::path file() const { return *this / "evidence.db"; }
};

Evidence evidence(std::string claim, std::string part, Outcome outcome, base::WallTime observed = kNow) {
  return {.claim = std::move(claim),
          .part = std::move(part),
          .outcome = outcome,
          .finding = {"6 of 6", "6 sur 6\u00a0: d’accord"},
          .observed = observed};
}

std::unique_ptr<SqliteEvidenceStore> open(const std::filesystem::path& file) {
  auto store = SqliteEvidenceStore::open(file);
  if (!store) throw std::runtime_error{store.error().message};
  return std::move(*store);
}

enum class Kind { Memory, Sqlite };

class EvidenceStoreContract : public testing::TestWithParam<Kind> {
 protected:
  EvidenceStoreContract() {
    if (GetParam() == Kind::Memory) {
      store_ = std::make_unique<proof::FakeEvidenceStore>();
    } else {
      store_ = open(folder_.file());
    }
  }

  void append(std::vector<Evidence> more) { ASSERT_TRUE(store_->append(more)); }

  Folder folder_;
  std::unique_ptr<EvidenceStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Stores, EvidenceStoreContract, testing::Values(Kind::Memory, Kind::Sqlite),
                         [](const auto& kind) { return kind.param == Kind::Memory ? "Memory" : "Sqlite"; });

TEST_P(EvidenceStoreContract, IsEmptyAtFirst) {
  EXPECT_EQ(store_->latest().value(), std::vector<Evidence>{});
  EXPECT_EQ(store_->latest_changes().value(), std::vector<StateChange>{});
  EXPECT_EQ(store_->history("transit.hsts").value(), std::vector<StateChange>{});
}

TEST_P(EvidenceStoreContract, GivesBackWhatWasAppended) {
  const std::vector<Evidence> all{evidence("transit.hsts", "200", Outcome::Holds),
                                  evidence("transit.hsts", "404", Outcome::Broken),
                                  evidence("request.traced", "lookup", Outcome::Inconclusive)};
  append(all);
  EXPECT_EQ(store_->latest().value(), all);
}

TEST_P(EvidenceStoreContract, KnowsTheLatestByTheOrderOfAppendingNotByTheClock) {
  append({evidence("transit.hsts", "200", Outcome::Holds, kNow)});
  append({evidence("transit.hsts", "200", Outcome::Broken, kNow - 1h)});
  ASSERT_EQ(store_->latest().value().size(), 1U);
  EXPECT_EQ(store_->latest().value()[0].outcome, Outcome::Broken);
}

TEST_P(EvidenceStoreContract, KeepsHowMuchAFigureWasComputedFrom) {
  std::vector<Evidence> all{evidence("availability.target", "30 days", Outcome::Holds),
                            evidence("availability.target", "90 days", Outcome::Holds)};
  all[0].coverage = proof::Coverage{.observed = 0, .expected = std::numeric_limits<std::uint32_t>::max()};
  append(all);
  EXPECT_EQ(store_->latest().value(), all);
}

TEST_P(EvidenceStoreContract, KeepsTheLastLapseOfEachPartInStepWithTheEvidence) {
  EXPECT_EQ(store_->lapses().value(), std::vector<Lapse>{});
  append({evidence("transit.hsts", "200", Outcome::Broken), evidence("transit.hsts", "404", Outcome::Holds)});
  append({evidence("transit.hsts", "200", Outcome::Broken, kNow + 1min),
          evidence("transit.hsts", "200", Outcome::Inconclusive, kNow + 2min)});
  Lapse lapse{"transit.hsts", "200", kNow, std::nullopt, evidence("", "", Outcome::Broken).finding};
  EXPECT_EQ(store_->lapses().value(), std::vector{lapse});
  append({evidence("transit.hsts", "200", Outcome::Holds, kNow + 3min)});
  lapse.to = kNow + 3min;
  EXPECT_EQ(store_->lapses().value(), std::vector{lapse});
  append({evidence("transit.hsts", "200", Outcome::Broken, kNow + 4min)});
  lapse.from = kNow + 4min;
  lapse.to.reset();
  EXPECT_EQ(store_->lapses().value(), std::vector{lapse});
}

TEST_P(EvidenceStoreContract, KeepsNoLapseOfABatchThatItRefused) {
  Evidence bad = evidence("transit.hsts", "404", Outcome::Holds);
  bad.finding.en = std::string{"a\0b", 3};
  EXPECT_FALSE(store_->append(std::vector{evidence("transit.hsts", "200", Outcome::Broken), bad}));
  EXPECT_TRUE(store_->lapses().value().empty());
}

TEST_P(EvidenceStoreContract, KeepsEmptyTextAndQuotes) {
  Evidence odd = evidence("transit.hsts", "", Outcome::Holds);
  odd.finding = {"", "'; DROP TABLE evidence; --"};
  append({odd});
  EXPECT_EQ(store_->latest().value(), std::vector{odd});
}

TEST_P(EvidenceStoreContract, RefusesTextWithANulAndThenKeepsNothingOfTheBatch) {
  Evidence bad = evidence("transit.hsts", "200", Outcome::Holds);
  bad.finding.en = std::string{"holds\0 not", 10};
  const std::vector<Evidence> batch{evidence("transit.hsts", "404", Outcome::Holds), bad};
  EXPECT_EQ(store_->append(batch).error(), StoreError::Refused);
  EXPECT_TRUE(store_->latest().value().empty());
  const std::vector<StateChange> change{{std::string{"a\0b", 3}, State::Holds, kNow}};
  EXPECT_EQ(store_->append_changes(change).error(), StoreError::Refused);
  // And it goes on.
  append({evidence("transit.hsts", "404", Outcome::Holds)});
  EXPECT_EQ(store_->latest().value().size(), 1U);
}

TEST_P(EvidenceStoreContract, KeepsTheHistoryOfStatesInItsOrder) {
  const std::vector<StateChange> first{{"transit.hsts", State::Unknown, kNow}, {"request.traced", State::Holds, kNow}};
  const std::vector<StateChange> second{{"transit.hsts", State::Holds, kNow + 1min}};
  // The clock was stepped back meanwhile.
  const std::vector<StateChange> third{{"transit.hsts", State::Broken, kNow - 1h}};
  for (const auto& changes : {first, second, third}) ASSERT_TRUE(store_->append_changes(changes));
  EXPECT_EQ(store_->history("transit.hsts").value(), (std::vector{first[0], second[0], third[0]}));
  EXPECT_EQ(store_->latest_changes().value(), (std::vector{first[1], third[0]}));
}

TEST_P(EvidenceStoreContract, MakesEachChangeTheNextEntryOfTheChain) {
  EXPECT_EQ(store_->head().value(), proof::HistoryHead{});
  EXPECT_TRUE(store_->history_page(0, 10).value().empty());
  const std::vector<StateChange> first{{"transit.hsts", State::Unknown, kNow}, {"request.traced", State::Holds, kNow}};
  const std::vector<StateChange> second{{"transit.hsts", State::Holds, kNow - 1h}};
  for (const auto& changes : {first, second}) ASSERT_TRUE(store_->append_changes(changes));

  const auto entries = store_->history_page(0, 10).value();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(proof::verify_chain(entries, {}), std::nullopt);
  EXPECT_EQ(entries[2].claim, "transit.hsts");
  EXPECT_EQ(entries[2].state, State::Holds);
  EXPECT_EQ(entries[2].at, kNow - 1h);
  EXPECT_EQ(store_->head().value(), proof::head_of(entries[2]));
}

TEST_P(EvidenceStoreContract, GivesTheHistoryInPages) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(store_->append_changes(std::vector<StateChange>{{"transit.hsts", State::Holds, kNow}}));
  }
  const auto page = store_->history_page(2, 2).value();
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].number, 3U);
  EXPECT_EQ(page[1].number, 4U);
  EXPECT_EQ(store_->history_page(4, 2).value().size(), 1U);
  EXPECT_TRUE(store_->history_page(5, 2).value().empty());
  EXPECT_TRUE(store_->history_page(std::numeric_limits<std::uint64_t>::max(), 2).value().empty());
}

TEST_P(EvidenceStoreContract, RefusesAChangeWhoseClaimCannotStandInTheHistoryAndTheBatchWithIt) {
  const std::vector<StateChange> changes{{"transit.hsts", State::Holds, kNow}, {"a\nholds", State::Holds, kNow}};
  EXPECT_EQ(store_->append_changes(changes).error(), StoreError::Refused);
  EXPECT_EQ(store_->head().value(), proof::HistoryHead{});
}

TEST_P(EvidenceStoreContract, TakesAnEmptyBatch) {
  EXPECT_TRUE(store_->append({}));
  EXPECT_TRUE(store_->append_changes({}));
}

TEST(SqliteEvidenceStore, RemembersOverARestart) {
  const Folder folder;
  const std::vector<Evidence> all{evidence("transit.hsts", "200", Outcome::Holds)};
  const std::vector<StateChange> changes{{"transit.hsts", State::Holds, kNow}};
  {
    const auto store = open(folder.file());
    ASSERT_TRUE(store->append(all));
    ASSERT_TRUE(store->append_changes(changes));
  }
  const auto store = open(folder.file());
  EXPECT_EQ(store->latest().value(), all);
  EXPECT_EQ(store->history("transit.hsts").value(), changes);
}

TEST(SqliteEvidenceStore, KeepsSoMuchEvidenceOfEachPartAndDropsTheOlder) {
  const Folder folder;
  const auto store = open(folder.file());
  std::vector<Evidence> many;
  many.reserve(proof::kEvidenceKeptPerPart + 5);
  for (std::size_t i = 0; i < proof::kEvidenceKeptPerPart + 5; ++i) {
    many.push_back(evidence("transit.hsts", "200", Outcome::Holds, kNow + std::chrono::seconds{i}));
  }
  ASSERT_TRUE(store->append(std::vector{evidence("transit.hsts", "404", Outcome::Broken)}));
  ASSERT_TRUE(store->append(many));
  auto database = Sqlite::open(folder.file()).value();
  Statement count = database.prepare("SELECT count(*), min(observed) FROM evidence WHERE part = '200'");
  ASSERT_TRUE(count.step());
  EXPECT_EQ(count.number(0), static_cast<std::int64_t>(proof::kEvidenceKeptPerPart));
  EXPECT_EQ(count.number(1), (kNow + 5s).time_since_epoch().count());
  // The other part keeps its one.
  EXPECT_EQ(store->latest().value().size(), 2U);
}

TEST(SqliteEvidenceStore, LetsNobodyChangeOrDropTheHistoryOfStates) {
  const Folder folder;
  const auto store = open(folder.file());
  const std::vector<StateChange> changes{{"transit.hsts", State::Broken, kNow}};
  ASSERT_TRUE(store->append_changes(changes));
  auto database = Sqlite::open(folder.file()).value();
  EXPECT_THROW(database.execute("UPDATE history SET state = 'holds'"), SqliteFailure);
  EXPECT_THROW(database.execute("DELETE FROM history"), SqliteFailure);
  // Neither in another's place, nor before it, nor with a gap, nor beside the chain.
  for (const char* values : {"1, 'a', 'holds', 0, printf('%064d', 0), ''", "0, 'a', 'holds', 0, printf('%064d', 0), ''",
                             "3, 'a', 'holds', 0, (SELECT hash FROM history), ''", "2, 'a', 'holds', 0, '', ''"}) {
    EXPECT_THROW(database.execute("INSERT OR REPLACE INTO history VALUES (" + std::string{values} + ")"), SqliteFailure)
        << values;
  }
  EXPECT_EQ(store->history("transit.hsts").value(), changes);
}

// What the first released form of the tables held.
void write_version_1(const std::filesystem::path& file, std::string_view rows) {
  auto database = Sqlite::open(file).value();
  migrate(database, evidence_migrations().first(1));
  if (!rows.empty()) database.execute("INSERT INTO state_change (claim, state, at) VALUES " + std::string{rows});
}

TEST(SqliteEvidenceStore, ChainsTheHistoryOfAnEarlierVersion) {
  const Folder folder;
  write_version_1(folder.file(),
                  "('transit.hsts', 'unknown', 1773316800000), ('request.traced', 'holds', 1773316800001), "
                  "('transit.hsts', 'holds', 1773316700000)");
  const auto store = open(folder.file());
  const auto entries = store->history_page(0, 10).value();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(proof::verify_chain(entries, {}), std::nullopt);
  EXPECT_EQ(entries[1].claim, "request.traced");
  EXPECT_EQ(entries[2].at, base::WallTime{1773316700000ms});
  EXPECT_EQ(store->latest_changes().value().size(), 2U);
  ASSERT_TRUE(store->append_changes(std::vector<StateChange>{{"transit.hsts", State::Broken, kNow}}));
  EXPECT_EQ(proof::verify_chain(store->history_page(0, 10).value(), {}), std::nullopt);
  EXPECT_EQ(store->head().value().number, 4U);
  // Opened again, it stays as it is.
  EXPECT_EQ(open(folder.file())->head().value(), store->head().value());
}

// A part that broke and could not be told since, one that was repaired, and one that never broke.
constexpr std::string_view kEvidenceOfLapses =
    "INSERT INTO evidence (claim, part, outcome, finding_en, finding_fr, observed) VALUES "
    "('transit.hsts', '200', 'holds', 'well', 'bien', 1000), ('transit.hsts', '200', 'broken', 'bad', 'mal', 2000), "
    "('transit.hsts', '200', 'broken', 'worse', 'pire', 3000), ('transit.hsts', '200', 'inconclusive', '', '', 4000), "
    "('transit.hsts', '404', 'broken', 'bad', 'mal', 2000), ('transit.hsts', '404', 'holds', 'well', 'bien', 3000), "
    "('transit.hsts', '3xx', 'holds', 'well', 'bien', 2000)";

TEST(SqliteEvidenceStore, ReadsTheLapsesOffTheEvidenceOfEachEarlierVersion) {
  for (std::size_t version = 1; version < kLapseStep; ++version) {
    const Folder folder;
    {
      auto database = Sqlite::open(folder.file()).value();
      migrate(database, evidence_migrations().first(version));
      database.execute(std::string{kEvidenceOfLapses});
    }
    const auto store = open(folder.file());
    const auto at = [](int second) { return base::WallTime{std::chrono::seconds{second}}; };
    EXPECT_EQ(store->lapses().value(), (std::vector<Lapse>{{"transit.hsts", "200", at(2), std::nullopt, {"bad", "mal"}},
                                                           {"transit.hsts", "404", at(2), at(3), {"bad", "mal"}}}))
        << version;
    ASSERT_EQ(store->latest().value().size(), 3U);
    EXPECT_FALSE(store->latest().value()[0].coverage);
  }
}

TEST(SqliteEvidenceStore, KeepsALapseLongerThanItsEvidence) {
  const Folder folder;
  {
    const auto store = open(folder.file());
    ASSERT_TRUE(store->append(std::vector{evidence("transit.hsts", "200", Outcome::Broken)}));
    ASSERT_TRUE(store->append(std::vector<Evidence>(proof::kEvidenceKeptPerPart + 1,
                                                    evidence("transit.hsts", "200", Outcome::Inconclusive))));
  }
  const auto lapses = open(folder.file())->lapses().value();
  ASSERT_EQ(lapses.size(), 1U);
  EXPECT_FALSE(lapses.front().to);
}

TEST(SqliteEvidenceStore, ChainsWithoutGapsWhatAnEarlierVersionNumberedWithThem) {
  const Folder folder;
  write_version_1(folder.file(), "('transit.hsts', 'unknown', 0)");
  Sqlite::open(folder.file())
      .value()
      .execute("INSERT INTO state_change VALUES (7, 'transit.hsts', 'holds', 1), (9, 'transit.hsts', 'broken', 2)");
  const auto entries = open(folder.file())->history_page(0, 10).value();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(proof::verify_chain(entries, {}), std::nullopt);
}

TEST(SqliteEvidenceStore, LeavesAnEarlierVersionAsItIsWhereItsHistoryCannotBeChained) {
  const Folder folder;
  write_version_1(folder.file(), "('transit.hsts', 'holds', 0), ('no id', 'holds', 1)");
  EXPECT_FALSE(SqliteEvidenceStore::open(folder.file()));
  auto database = Sqlite::open(folder.file()).value();
  Statement version = database.prepare("PRAGMA user_version");
  ASSERT_TRUE(version.step());
  EXPECT_EQ(version.number(0), 1);
  Statement rows = database.prepare("SELECT count(*) FROM state_change");
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.number(0), 2);
}

TEST(SqliteEvidenceStore, OpensAnEarlierVersionWithoutHistory) {
  const Folder folder;
  write_version_1(folder.file(), "");
  EXPECT_EQ(open(folder.file())->head().value(), proof::HistoryHead{});
}

TEST(SqliteEvidenceStore, DoesNotHideThatARowWasChangedByHand) {
  const Folder folder;
  const auto store = open(folder.file());
  for (const State state : {State::Unknown, State::Broken, State::Holds}) {
    ASSERT_TRUE(store->append_changes(std::vector<StateChange>{{"transit.hsts", state, kNow}}));
  }
  auto database = Sqlite::open(folder.file()).value();
  database.execute("DROP TRIGGER history_stays; UPDATE history SET state = 'holds' WHERE number = 2");
  EXPECT_EQ(proof::verify_chain(store->history_page(0, 10).value(), {}), 2U);
}

TEST(SqliteEvidenceStore, IsReadOverASecondConnectionThatCannotWrite) {
  const Folder folder;
  const auto store = open(folder.file());
  auto reader = SqliteEvidenceStore::open_reader(folder.file(), 10ms).value();
  ASSERT_TRUE(store->append_changes(std::vector<StateChange>{{"transit.hsts", State::Holds, kNow}}));
  EXPECT_EQ(reader->head().value(), store->head().value());
  {
    // A writer does not hold it up.
    auto other = Sqlite::open(folder.file()).value();
    const Transaction holding{other};
    EXPECT_EQ(reader->history_page(0, 10).value(), store->history_page(0, 10).value());
  }
  auto& writing = dynamic_cast<proof::EvidenceStore&>(*reader);
  EXPECT_FALSE(writing.append_changes(std::vector<StateChange>{{"transit.hsts", State::Broken, kNow}}));
  EXPECT_EQ(store->head().value().number, 1U);
}

TEST(SqliteEvidenceStore, SaysThatItIsUnavailableWhileAnotherHoldsTheDatabase) {
  const Folder folder;
  const auto store = SqliteEvidenceStore::open(folder.file(), 10ms).value();
  auto other = Sqlite::open(folder.file()).value();
  {
    const Transaction holding{other};
    const auto result = store->append(std::vector{evidence("transit.hsts", "200", Outcome::Holds)});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(), StoreError::Unavailable);
  }
  EXPECT_TRUE(store->append(std::vector{evidence("transit.hsts", "200", Outcome::Holds)}));
}

TEST(SqliteEvidenceStore, SaysThatItIsUnavailableWhenTheDiskIsFull) {
  const Folder folder;
  const auto store = open(folder.file());
  // A page limit of the connection would be SQLite's own stand-in for a full disk; a limit of the process is nearer.
  Evidence large = evidence("transit.hsts", "200", Outcome::Holds);
  large.finding.en.assign(4 << 20, 'x');
  const rlimit before = [] {
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    return limit;
  }();
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 1 << 20;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto result = store->append(std::vector{large});
  ::setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_NE(std::signal(SIGXFSZ, old_handler), SIG_ERR);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), StoreError::Unavailable);
  EXPECT_TRUE(store->latest().value().empty());
  EXPECT_TRUE(store->append(std::vector{evidence("transit.hsts", "200", Outcome::Holds)}));
}

TEST(SqliteEvidenceStore, SaysThatAWordOfNobodyIsCorrupt) {
  const Folder folder;
  const auto store = open(folder.file());
  ASSERT_TRUE(store->append(std::vector{evidence("transit.hsts", "200", Outcome::Holds)}));
  auto database = Sqlite::open(folder.file()).value();
  database.execute("PRAGMA ignore_check_constraints = ON; UPDATE evidence SET outcome = 'splendid'");
  EXPECT_EQ(store->latest().error(), StoreError::Corrupt);
}

TEST(SqliteEvidenceStore, DoesNotOpenWhatIsNoDatabaseOrOfANewerVersion) {
  const Folder folder;
  std::ofstream{folder.file()} << std::string(8192, 'x');
  EXPECT_FALSE(SqliteEvidenceStore::open(folder.file()));
  EXPECT_FALSE(SqliteEvidenceStore::open(folder.file().parent_path() / "no" / "such" / "folder.db"));

  const Folder newer;
  {
    open(newer.file());
  }
  {
    Sqlite::open(newer.file()).value().execute("PRAGMA user_version = 99");
  }
  const auto refused = SqliteEvidenceStore::open(newer.file());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "written by a newer version (99 steps)");
}

// A process appends and says each time what was acknowledged, until it is killed in the middle of it.
TEST(SqliteEvidenceStore, KeepsWhatItAcknowledgedThroughAKill) {
  const Folder folder;
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t writer = ::fork();
  ASSERT_GE(writer, 0);
  if (writer == 0) {
    const auto store = open(folder.file());
    for (char round = 0;; round = static_cast<char>((round + 1) % 100)) {
      const auto observed = kNow + std::chrono::seconds{round};
      const std::vector<StateChange> change{{"transit.hsts", State::Holds, observed}};
      const bool written = store->append(std::vector{evidence("transit.hsts", "200", Outcome::Holds, observed)}) &&
                           store->append_changes(change);
      if (!written || ::write(pipe[1], &round, 1) != 1) ::_exit(1);
    }
  }
  ::close(pipe[1]);
  std::size_t acknowledged = 0;
  char last = 0;
  while (acknowledged < 40 && ::read(pipe[0], &last, 1) == 1) ++acknowledged;
  ::kill(writer, SIGKILL);
  while (::read(pipe[0], &last, 1) == 1) ++acknowledged;
  int status = 0;
  ::waitpid(writer, &status, 0);
  ::close(pipe[0]);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_GE(acknowledged, 40U);

  const auto store = open(folder.file());
  EXPECT_GE(store->history("transit.hsts").value().size(), acknowledged);
  ASSERT_EQ(store->latest().value().size(), 1U);
  const auto observed = store->latest().value()[0].observed;
  // The one that was under way may have been written too.
  EXPECT_TRUE(observed == kNow + std::chrono::seconds{last} ||
              observed == kNow + std::chrono::seconds{(last + 1) % 100});
}

}  // namespace
}  // namespace belfry::store
