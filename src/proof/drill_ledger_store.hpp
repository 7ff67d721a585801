#pragma once

// The drills' ledger, as it is kept: every drill is entered before it acts, whatever it makes is noted before it is
// made, and the entry is struck off after the clean-up. So whatever a kill -9 left behind is known at the next start.
// Blocking; called on one thread at a time, never on a worker's.

#include "base/clock.hpp"
#include "proof/store_error.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::proof {

// Something that a drill leaves unless it is cleaned up: a twin's folder, an account, a tenant.
struct Artefact {
  std::string kind;  // "twin"; says who can clean it up
  std::string name;
  friend bool operator==(const Artefact&, const Artefact&) = default;
};

struct LedgerEntry {
  std::uint64_t number = 0;
  std::string claim;  // id, of the drill
  base::WallTime begun;
  std::vector<Artefact> artefacts;
  friend bool operator==(const LedgerEntry&, const LedgerEntry&) = default;
};

// Of one entry, inclusive; a drill that makes more is refused.
inline constexpr std::size_t kArtefactsPerEntry = 64;

class DrillLedgerStore {
 public:
  virtual ~DrillLedgerStore() = default;

  // A new entry; its number. Once it returned, a crash or a power cut does not take it back, as with all of these.
  virtual std::expected<std::uint64_t, StoreError> enter(std::string_view claim, base::WallTime begun) = 0;
  // Refused where the entry is not there, or full. What is noted already stays noted once.
  virtual std::expected<void, StoreError> note(std::uint64_t entry, const Artefact& artefact) = 0;
  // With its artefacts. Nothing where there is no such entry.
  virtual std::expected<void, StoreError> strike(std::uint64_t entry) = 0;
  // What was not struck off, oldest first.
  virtual std::expected<std::vector<LedgerEntry>, StoreError> open_entries() = 0;
};

// Where whatever makes something for a drill says so first.
class ArtefactNotes {
 public:
  virtual ~ArtefactNotes() = default;
  // On an error, a line for the log, it must not be made. On the drills' thread, while a drill is under way.
  virtual std::expected<void, std::string> note(const Artefact& artefact) = 0;
};

}  // namespace belfry::proof
