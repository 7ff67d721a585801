#pragma once

// The drills' ledger in memory, for tests; it can be told to fail.

#include "proof/drill_ledger_store.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace belfry::proof {

class FakeDrillLedgerStore final : public DrillLedgerStore {
 public:
  bool readable = true;
  bool writable = true;
  std::vector<LedgerEntry> entries;

  std::expected<std::uint64_t, StoreError> enter(std::string_view claim, base::WallTime begun) override {
    if (!writable) return std::unexpected{StoreError::Unavailable};
    if (has_nul(claim)) return std::unexpected{StoreError::Refused};
    entries.push_back({.number = ++last_, .claim = std::string{claim}, .begun = begun, .artefacts = {}});
    return last_;
  }

  std::expected<void, StoreError> note(std::uint64_t entry, const Artefact& artefact) override {
    if (!writable) return std::unexpected{StoreError::Unavailable};
    const auto found = std::ranges::find(entries, entry, &LedgerEntry::number);
    if (found == entries.end() || has_nul(artefact.kind) || has_nul(artefact.name)) {
      return std::unexpected{StoreError::Refused};
    }
    std::vector<Artefact>& artefacts = found->artefacts;
    if (std::ranges::find(artefacts, artefact) != artefacts.end()) return {};
    if (artefacts.size() >= kArtefactsPerEntry) return std::unexpected{StoreError::Refused};
    artefacts.push_back(artefact);
    return {};
  }

  std::expected<void, StoreError> strike(std::uint64_t entry) override {
    if (!writable) return std::unexpected{StoreError::Unavailable};
    std::erase_if(entries, [&](const LedgerEntry& one) { return one.number == entry; });
    return {};
  }

  std::expected<std::vector<LedgerEntry>, StoreError> open_entries() override {
    if (!readable) return std::unexpected{StoreError::Unavailable};
    return entries;
  }

 private:
  static bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }
  std::uint64_t last_ = 0;
};

}  // namespace belfry::proof
