#pragma once

// The evidence store in one SQLite file.

#include "proof/evidence_store.hpp"
#include "store/sqlite.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::store {

class SqliteEvidenceStore final : public proof::EvidenceStore {
 public:
  // Opens or creates the file (its folder must be there) and brings its tables up to date.
  static std::expected<std::unique_ptr<SqliteEvidenceStore>, SqliteError> open(
      const std::filesystem::path& file, std::chrono::milliseconds busy_timeout = std::chrono::seconds{5});
  // A second connection to a file that open() has brought up to date, for another thread; it cannot write.
  static std::expected<std::unique_ptr<proof::HistoryReader>, SqliteError> open_reader(
      const std::filesystem::path& file, std::chrono::milliseconds busy_timeout = std::chrono::seconds{5});

  std::expected<void, proof::StoreError> append(std::span<const proof::Evidence> evidence) override;
  std::expected<std::vector<proof::Evidence>, proof::StoreError> latest() override;
  std::expected<std::vector<proof::Lapse>, proof::StoreError> lapses() override;
  std::expected<void, proof::StoreError> append_changes(std::span<const proof::StateChange> changes) override;
  std::expected<std::vector<proof::StateChange>, proof::StoreError> latest_changes() override;
  std::expected<std::vector<proof::StateChange>, proof::StoreError> history(std::string_view claim) override;
  std::expected<std::vector<proof::HistoryEntry>, proof::StoreError> history_page(std::uint64_t after,
                                                                                  std::size_t limit) override;
  std::expected<proof::HistoryHead, proof::StoreError> head() override;

 private:
  explicit SqliteEvidenceStore(Sqlite database) : database_{std::move(database)} {}

  Sqlite database_;
};

}  // namespace belfry::store
