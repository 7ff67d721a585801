#pragma once

// Where evidence and the history of states are kept. Blocking; called on one thread at a time, never on a worker's.

#include "proof/evidence.hpp"
#include "proof/verdict.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string_view>
#include <vector>

namespace belfry::proof {

enum class StoreError : std::uint8_t {
  Unavailable,  // disk full, locked for too long, input or output failed
  Corrupt,      // what is there cannot be read as what it should be
  Refused,      // the text holds a NUL, which a database may cut it at
};
std::string_view to_string(StoreError error);

// Evidence that is kept of each part, inclusive; older evidence is dropped. The history of states is never dropped.
inline constexpr std::size_t kEvidenceKeptPerPart = 1000;

class EvidenceStore {
 public:
  virtual ~EvidenceStore() = default;

  // All of it or, on an error, nothing. Once it returned, a crash or a power cut does not take it back.
  virtual std::expected<void, StoreError> append(std::span<const Evidence> evidence) = 0;
  // What was appended last for each claim and part.
  virtual std::expected<std::vector<Evidence>, StoreError> latest() = 0;

  virtual std::expected<void, StoreError> append_changes(std::span<const StateChange> changes) = 0;
  // What was appended last for each claim.
  virtual std::expected<std::vector<StateChange>, StoreError> latest_changes() = 0;
  // All changes of one claim, oldest first.
  virtual std::expected<std::vector<StateChange>, StoreError> history(std::string_view claim) = 0;
};

}  // namespace belfry::proof
