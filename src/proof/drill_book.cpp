#include "proof/drill_book.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace belfry::proof {

DrillBook::DrillBook(DrillLedgerStore& ledger, const base::Clock& clock, Log log)
    : ledger_{ledger}, clock_{clock}, log_{std::move(log)} {}

void DrillBook::clean_by(std::string kind, Cleaner cleaner) {
  cleaners_.insert_or_assign(std::move(kind), std::move(cleaner));
}

void DrillBook::clean_up() {
  if (!read_) {
    auto entries = ledger_.open_entries();
    if (!entries) {
      log_("the drills' ledger cannot be read: " + std::string{to_string(entries.error())});
      return;
    }
    left_ = std::move(*entries);
    read_ = true;
  }
  std::erase_if(left_, [this](const LedgerEntry& entry) {
    if (!settle(entry)) return false;
    log_("cleaned up what an interrupted drill of " + entry.claim + " left: " + std::to_string(entry.artefacts.size()) +
         " artefacts");
    return true;
  });
}

std::expected<void, std::string> DrillBook::begin(std::string_view claim) {
  end();
  if (!read_ || is_left(claim)) clean_up();
  if (!read_) return std::unexpected{"the drills' ledger cannot be read"};
  if (is_left(claim)) {
    return std::unexpected{"what an earlier run left is not cleaned up"};
  }
  const base::WallTime now = clock_.wall_now();
  const auto number = ledger_.enter(claim, now);
  if (!number) {
    return std::unexpected{"it cannot be entered in the ledger: " + std::string{to_string(number.error())}};
  }
  under_way_ = LedgerEntry{.number = *number, .claim = std::string{claim}, .begun = now, .artefacts = {}};
  return {};
}

std::expected<void, std::string> DrillBook::note(const Artefact& artefact) {
  if (!under_way_) return std::unexpected{"no drill is under way"};
  if (const auto noted = ledger_.note(under_way_->number, artefact); !noted) {
    return std::unexpected{"it cannot be noted in the ledger: " + std::string{to_string(noted.error())}};
  }
  under_way_->artefacts.push_back(artefact);
  return {};
}

void DrillBook::end() {
  if (!under_way_) return;
  LedgerEntry entry = std::move(*under_way_);
  under_way_.reset();
  if (!settle(entry)) left_.push_back(std::move(entry));
}

bool DrillBook::is_left(std::string_view claim) const {
  return std::ranges::find(left_, claim, &LedgerEntry::claim) != left_.end();
}

bool DrillBook::settle(const LedgerEntry& entry) {
  bool clean_now = true;
  // The last that was made goes first: it may stand on the others.
  for (auto artefact = entry.artefacts.rbegin(); artefact != entry.artefacts.rend(); ++artefact) {
    if (const auto cleaned = clean(*artefact); !cleaned) {
      log_("what the drill of " + entry.claim + " left cannot be cleaned up: " + artefact->kind + " " + artefact->name +
           ": " + cleaned.error());
      clean_now = false;
    }
  }
  if (!clean_now) return false;
  const auto struck = ledger_.strike(entry.number);
  if (!struck) {
    log_("the drill of " + entry.claim + " cannot be struck off the ledger: " + std::string{to_string(struck.error())});
  }
  return struck.has_value();
}

std::expected<void, std::string> DrillBook::clean(const Artefact& artefact) {
  const auto cleaner = cleaners_.find(artefact.kind);
  if (cleaner == cleaners_.end()) return std::unexpected{"nobody cleans up such a thing"};
  try {
    return cleaner->second(artefact.name);
  } catch (const std::exception& error) {
    return std::unexpected{error.what()};
  }
}

}  // namespace belfry::proof
