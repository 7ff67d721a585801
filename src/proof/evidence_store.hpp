#pragma once

// Where evidence and the history of states are kept. Blocking; called on one thread at a time, never on a worker's.
//
// The history is a chain (proof/history.hpp) that only grows: the store makes each change the next entry of it.

#include "proof/evidence.hpp"
#include "proof/history.hpp"
#include "proof/lapse.hpp"
#include "proof/store_error.hpp"
#include "proof/verdict.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string_view>
#include <vector>

namespace belfry::proof {

// Evidence that is kept of each part, inclusive; older evidence is dropped. The history of states is never dropped.
inline constexpr std::size_t kEvidenceKeptPerPart = 1000;

// What the public sees of the history. Entries come as they are kept, not verified: verify_chain() tells whether
// somebody changed them.
class HistoryReader {
 public:
  virtual ~HistoryReader() = default;

  // The entries behind number `after`, in their order, at most `limit`.
  virtual std::expected<std::vector<HistoryEntry>, StoreError> history_page(std::uint64_t after, std::size_t limit) = 0;
  virtual std::expected<HistoryHead, StoreError> head() = 0;
};

class EvidenceStore : public HistoryReader {
 public:
  // With what it makes of the lapses (follow()). All of it or, on an error, nothing. Once it returned, a crash or a
  // power cut does not take it back.
  virtual std::expected<void, StoreError> append(std::span<const Evidence> evidence) = 0;
  // What was appended last for each claim and part.
  virtual std::expected<std::vector<Evidence>, StoreError> latest() = 0;
  // The last lapse of each claim and part that had any; kept as long as no other takes its place.
  virtual std::expected<std::vector<Lapse>, StoreError> lapses() = 0;

  // Each becomes the entry behind the one before, in this order. All or nothing, and for good, as in append().
  virtual std::expected<void, StoreError> append_changes(std::span<const StateChange> changes) = 0;
  // What was appended last for each claim.
  virtual std::expected<std::vector<StateChange>, StoreError> latest_changes() = 0;
  // All changes of one claim, oldest first.
  virtual std::expected<std::vector<StateChange>, StoreError> history(std::string_view claim) = 0;
};

}  // namespace belfry::proof
