// The contract of proof::DrillLedgerStore, for every implementation.

#include "proof/drill_ledger_store.hpp"

#include "base/temporary_folder_test_support.hpp"
#include "proof/fake_drill_ledger_store.hpp"
#include "store/migrations.hpp"
#include "store/sqlite_drill_ledger_store.hpp"
#include "store/sqlite_evidence_store.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace belfry::store {
namespace {

using namespace std::chrono_literals;
using proof::DrillLedgerStore;
using proof::LedgerEntry;
using proof::StoreError;

const base::WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 12}};

enum class Kind { Memory, Sqlite };

class DrillLedgerContract : public testing::TestWithParam<Kind> {
 protected:
  DrillLedgerContract() {
    if (GetParam() == Kind::Memory) {
      ledger_ = std::make_unique<proof::FakeDrillLedgerStore>();
    } else {
      if (!SqliteEvidenceStore::open(file())) throw std::runtime_error{"open"};
      reopen();
    }
  }

  std::filesystem::path file() const { return folder_ / "proof.sqlite"; }
  // As after a restart; in memory nothing outlives one.
  void reopen() {
    if (GetParam() == Kind::Sqlite) ledger_ = SqliteDrillLedgerStore::open(file()).value();
  }

  base::TemporaryFolder folder_;
  std::unique_ptr<DrillLedgerStore> ledger_;
};

INSTANTIATE_TEST_SUITE_P(Ledgers, DrillLedgerContract, testing::Values(Kind::Memory, Kind::Sqlite),
                         [](const auto& kind) { return kind.param == Kind::Memory ? "Memory" : "Sqlite"; });

TEST_P(DrillLedgerContract, IsEmptyAtFirst) {
  EXPECT_TRUE(ledger_->open_entries().value().empty());
}

TEST_P(DrillLedgerContract, KeepsWhatIsNotStruckOffWithItsArtefacts) {
  const auto first = ledger_->enter("request.rate", kNow).value();
  const auto second = ledger_->enter("request.origin", kNow + 1min).value();
  EXPECT_NE(first, second);
  ASSERT_TRUE(ledger_->note(first, {"twin", "b"}));
  ASSERT_TRUE(ledger_->note(first, {"twin", "a"}));
  ASSERT_TRUE(ledger_->note(first, {"twin", "b"}));
  reopen();
  EXPECT_EQ(ledger_->open_entries().value(),
            (std::vector<LedgerEntry>{{first, "request.rate", kNow, {{"twin", "b"}, {"twin", "a"}}},
                                      {second, "request.origin", kNow + 1min, {}}}));
  ASSERT_TRUE(ledger_->strike(first));
  reopen();
  ASSERT_EQ(ledger_->open_entries().value().size(), 1U);
  EXPECT_EQ(ledger_->open_entries().value()[0].number, second);
  EXPECT_TRUE(ledger_->strike(first)) << "what is struck off stays so";
}

TEST_P(DrillLedgerContract, GivesNoNumberTwice) {
  const auto first = ledger_->enter("request.rate", kNow).value();
  ASSERT_TRUE(ledger_->strike(first));
  EXPECT_NE(ledger_->enter("request.rate", kNow).value(), first);
}

TEST_P(DrillLedgerContract, RefusesANoteOfNoEntry) {
  EXPECT_EQ(ledger_->note(1, {"twin", "a"}).error(), StoreError::Refused);
  const auto entry = ledger_->enter("request.rate", kNow).value();
  ASSERT_TRUE(ledger_->strike(entry));
  EXPECT_EQ(ledger_->note(entry, {"twin", "a"}).error(), StoreError::Refused);
}

TEST_P(DrillLedgerContract, RefusesTheArtefactAboveItsLimitAndTextWithANul) {
  const auto entry = ledger_->enter("request.rate", kNow).value();
  EXPECT_EQ(ledger_->note(entry, {"twin", std::string{"a\0b", 3}}).error(), StoreError::Refused);
  EXPECT_EQ(ledger_->enter(std::string_view{"a\0b", 3}, kNow).error(), StoreError::Refused);
  for (std::size_t i = 0; i < proof::kArtefactsPerEntry; ++i) {
    ASSERT_TRUE(ledger_->note(entry, {"twin", std::to_string(i)}));
  }
  EXPECT_EQ(ledger_->note(entry, {"twin", "one more"}).error(), StoreError::Refused);
  EXPECT_TRUE(ledger_->note(entry, {"twin", "0"})) << "it is noted already";
  EXPECT_EQ(ledger_->open_entries().value()[0].artefacts.size(), proof::kArtefactsPerEntry);
}

TEST(SqliteDrillLedgerStore, IsThereInADatabaseOfEachEarlierVersion) {
  const std::size_t steps = evidence_migrations().size();
  for (std::size_t version = 1; version < steps; ++version) {
    const base::TemporaryFolder folder;
    const auto file = folder / "proof.sqlite";
    {
      auto database = Sqlite::open(file).value();
      migrate(database, evidence_migrations().first(version));
    }
    EXPECT_TRUE(SqliteEvidenceStore::open(file)) << version;
    EXPECT_TRUE(SqliteDrillLedgerStore::open(file).value()->enter("request.rate", kNow)) << version;
  }
}

}  // namespace
}  // namespace belfry::store
