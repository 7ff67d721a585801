#pragma once

// Keeps the drills' ledger: enters a drill before it acts, cleans up behind it, and strikes it off. What an earlier run
// of the program left is cleaned at the start. What could not be cleaned stays in the ledger and is tried again, and
// its drill does not run before that: it would act on top of its own remains. One drill at a time, one thread at a
// time.

#include "base/clock.hpp"
#include "proof/drill_ledger_store.hpp"

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::proof {

class DrillBook final : public ArtefactNotes {
 public:
  // Removes what has this name, or finds that it is gone; an error is a line for the log. It may be called again.
  using Cleaner = std::function<std::expected<void, std::string>(std::string_view name)>;
  // Gets a line for the operator.
  using Log = std::function<void(std::string_view)>;

  // Ledger and clock outlive the book.
  DrillBook(DrillLedgerStore& ledger, const base::Clock& clock, Log log);

  // Who cleans up artefacts of this kind. Before the rest; what nobody cleans up stays in the ledger.
  void clean_by(std::string kind, Cleaner cleaner);
  // Cleans up what was left, as far as that can be done now. At the start, and from time to time.
  void clean_up();

  // Enters a drill. An error, a line for the log: it must not act.
  std::expected<void, std::string> begin(std::string_view claim);
  std::expected<void, std::string> note(const Artefact& artefact) override;
  // The drill has ended: cleans up behind it and strikes it off. Nothing where none is under way.
  void end();

 private:
  bool is_left(std::string_view claim) const;
  // Whether it is clean and struck off.
  bool settle(const LedgerEntry& entry);
  std::expected<void, std::string> clean(const Artefact& artefact);

  DrillLedgerStore& ledger_;
  const base::Clock& clock_;
  Log log_;
  std::map<std::string, Cleaner, std::less<>> cleaners_;
  // Until the ledger could be read, nobody knows what is left.
  bool read_ = false;
  std::vector<LedgerEntry> left_;
  std::optional<LedgerEntry> under_way_;
};

}  // namespace belfry::proof
