#include "proof/history.hpp"

#include "crypto/digest.hpp"
#include "crypto/encode.hpp"
#include "record/timestamp.hpp"

#include <stdexcept>

namespace belfry::proof {

HistoryHead head_of(const HistoryEntry& last) {
  return {.number = last.number, .hash = last.hash, .at = last.at};
}

bool is_history_claim(std::string_view claim) {
  constexpr std::size_t kLongest = 64;
  return !claim.empty() && claim.size() <= kLongest &&
         claim.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._") == std::string_view::npos;
}

bool is_history_hash(std::string_view text) {
  return text.size() == kNoHistoryHash.size() && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string history_hash(const HistoryEntry& entry) {
  std::string text{"belfry-history-1\n"};
  text.append(std::to_string(entry.number)).append("\n");
  text.append(entry.claim).append("\n");
  text.append(to_string(entry.state)).append("\n");
  text.append(record::timestamp(entry.at)).append("\n");
  text.append(entry.previous).append("\n");
  return crypto::to_hex(crypto::sha256(text));
}

HistoryEntry next_entry(const HistoryHead& head, const StateChange& change) {
  if (!is_history_claim(change.claim)) throw std::invalid_argument{"not the id of a claim"};
  HistoryEntry entry{.number = head.number + 1,
                     .claim = change.claim,
                     .state = change.state,
                     .at = change.at,
                     .previous = head.hash,
                     .hash = {}};
  entry.hash = history_hash(entry);
  return entry;
}

std::optional<std::uint64_t> verify_chain(std::span<const HistoryEntry> entries, const HistoryHead& head) {
  std::uint64_t expected = head.number + 1;
  std::string_view previous = head.hash;
  for (const HistoryEntry& entry : entries) {
    const bool fits = entry.number == expected && entry.previous == previous && is_history_claim(entry.claim) &&
                      entry.hash == history_hash(entry);
    if (!fits) return expected;
    previous = entry.hash;
    ++expected;
  }
  return std::nullopt;
}

}  // namespace belfry::proof
