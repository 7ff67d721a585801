#pragma once

// The public history of states: every change of every claim's state since the first, in one chain of hashes. Whoever
// kept a head (a number and its hash) can tell later whether anything up to it was changed, removed, reordered or
// added. Nothing of a person stands in it: claims' ids, states and times alone.
//
// The hash of an entry is the lower-case hex SHA-256 of this text, in UTF-8, each line ended by one LF (0x0a):
//
//   belfry-history-1
//   <number>              decimal, from 1, without leading zeros
//   <claim>               its id: 1 to 64 of a-z 0-9 . _
//   <state>               holds, unknown or broken
//   <at>                  RFC 3339 in UTC with milliseconds: 2026-03-12T14:03:22.123Z
//   <previous>            the hash of the entry before; 64 times "0" in the first
//
// The form is fixed for ever: docs/decisions/0007-public-history.md has it with a program that verifies it.

#include "base/clock.hpp"
#include "proof/verdict.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace belfry::proof {

inline constexpr std::string_view kNoHistoryHash = "0000000000000000000000000000000000000000000000000000000000000000";

struct HistoryEntry {
  std::uint64_t number = 0;
  std::string claim;
  State state = State::Unknown;
  base::WallTime at;
  std::string previous;
  std::string hash;
  friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

// Where a history ends. An empty one ends at number 0.
struct HistoryHead {
  std::uint64_t number = 0;
  std::string hash{kNoHistoryHash};
  // Of the last entry; none in an empty history, and where somebody kept number and hash alone.
  std::optional<base::WallTime> at{};
  friend bool operator==(const HistoryHead&, const HistoryHead&) = default;
};

HistoryHead head_of(const HistoryEntry& last);

// Whether an id may stand in the history: in the text that is hashed, a line break would let two entries look alike.
bool is_history_claim(std::string_view claim);
// 64 digits of lower-case hex.
bool is_history_hash(std::string_view text);

// What the entry's hash has to be; its own `hash` is not looked at.
std::string history_hash(const HistoryEntry& entry);

// The entry that a change becomes behind `head`. Its claim must be is_history_claim() (else std::invalid_argument).
HistoryEntry next_entry(const HistoryHead& head, const StateChange& change);

// The first number that does not follow from what stands before it, from `head` on: another number stands there, or
// another previous hash, or its hash is not its own. None where all fit.
std::optional<std::uint64_t> verify_chain(std::span<const HistoryEntry> entries, const HistoryHead& head);

}  // namespace belfry::proof
