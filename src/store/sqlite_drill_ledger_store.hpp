#pragma once

// The drills' ledger, in the file of the evidence, over a connection of its own.

#include "proof/drill_ledger_store.hpp"
#include "store/sqlite.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::store {

class SqliteDrillLedgerStore final : public proof::DrillLedgerStore {
 public:
  // Of a file that SqliteEvidenceStore::open() has brought up to date.
  static std::expected<std::unique_ptr<SqliteDrillLedgerStore>, SqliteError> open(
      const std::filesystem::path& file, std::chrono::milliseconds busy_timeout = std::chrono::seconds{5});

  std::expected<std::uint64_t, proof::StoreError> enter(std::string_view claim, base::WallTime begun) override;
  std::expected<void, proof::StoreError> note(std::uint64_t entry, const proof::Artefact& artefact) override;
  std::expected<void, proof::StoreError> strike(std::uint64_t entry) override;
  std::expected<std::vector<proof::LedgerEntry>, proof::StoreError> open_entries() override;

 private:
  explicit SqliteDrillLedgerStore(Sqlite database) : database_{std::move(database)} {}

  Sqlite database_;
};

}  // namespace belfry::store
