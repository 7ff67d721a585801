#pragma once

// The evidence store in memory, for tests; it can be told to fail.

#include "proof/evidence_store.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace belfry::proof {

class FakeEvidenceStore final : public EvidenceStore {
 public:
  bool readable = true;
  bool writable = true;
  std::vector<Evidence> evidence;
  std::vector<Lapse> last_lapses;
  std::vector<StateChange> changes;
  std::vector<HistoryEntry> entries;

  std::expected<void, StoreError> append(std::span<const Evidence> more) override {
    if (!writable) return std::unexpected{StoreError::Unavailable};
    for (const Evidence& one : more) {
      if (has_nul({one.claim, one.part, one.finding.en, one.finding.fr})) return std::unexpected{StoreError::Refused};
    }
    evidence.insert(evidence.end(), more.begin(), more.end());
    for (const Evidence& one : more) {
      const auto found = std::ranges::find_if(
          last_lapses, [&](const Lapse& lapse) { return lapse.claim == one.claim && lapse.part == one.part; });
      std::optional<Lapse> lapse = follow(found == last_lapses.end() ? std::nullopt : std::optional{*found}, one);
      if (!lapse) continue;
      if (found != last_lapses.end()) last_lapses.erase(found);
      last_lapses.push_back(std::move(*lapse));
    }
    return {};
  }

  std::expected<std::vector<Evidence>, StoreError> latest() override {
    if (!readable) return std::unexpected{StoreError::Unavailable};
    std::vector<Evidence> found;
    for (const Evidence& one : evidence) {
      std::erase_if(found, [&](const Evidence& other) { return other.claim == one.claim && other.part == one.part; });
      found.push_back(one);
    }
    return found;
  }

  std::expected<std::vector<Lapse>, StoreError> lapses() override {
    if (!readable) return std::unexpected{StoreError::Unavailable};
    return last_lapses;
  }

  std::expected<void, StoreError> append_changes(std::span<const StateChange> more) override {
    if (!writable) return std::unexpected{StoreError::Unavailable};
    for (const StateChange& one : more) {
      if (!is_history_claim(one.claim)) return std::unexpected{StoreError::Refused};
    }
    for (const StateChange& one : more) {
      entries.push_back(next_entry(entries.empty() ? HistoryHead{} : head_of(entries.back()), one));
    }
    changes.insert(changes.end(), more.begin(), more.end());
    return {};
  }

  std::expected<std::vector<StateChange>, StoreError> latest_changes() override {
    if (!readable) return std::unexpected{StoreError::Unavailable};
    std::vector<StateChange> found;
    for (const StateChange& one : changes) {
      std::erase_if(found, [&](const StateChange& other) { return other.claim == one.claim; });
      found.push_back(one);
    }
    return found;
  }

  std::expected<std::vector<StateChange>, StoreError> history(std::string_view claim) override {
    if (!readable) return std::unexpected{StoreError::Unavailable};
    std::vector<StateChange> found;
    std::ranges::copy_if(changes, std::back_inserter(found),
                         [&](const StateChange& one) { return one.claim == claim; });
    return found;
  }

  std::expected<std::vector<HistoryEntry>, StoreError> history_page(std::uint64_t after, std::size_t limit) override {
    if (!readable) return std::unexpected{StoreError::Unavailable};
    std::vector<HistoryEntry> page;
    for (const HistoryEntry& entry : entries) {
      if (entry.number > after && page.size() < limit) page.push_back(entry);
    }
    return page;
  }

  std::expected<HistoryHead, StoreError> head() override {
    if (!readable) return std::unexpected{StoreError::Unavailable};
    return entries.empty() ? HistoryHead{} : head_of(entries.back());
  }

 private:
  static bool has_nul(std::initializer_list<std::string_view> texts) {
    return std::ranges::any_of(texts, [](std::string_view text) { return text.find('\0') != text.npos; });
  }
};

}  // namespace belfry::proof
