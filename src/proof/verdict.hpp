#pragma once

// The verdict on a claim is computed from its evidence and the time, at every look: nobody sets it, and it turns to
// `unknown` by itself when the evidence grows old. No state is kept that could be repainted.

#include "base/clock.hpp"
#include "proof/claims.hpp"
#include "proof/evidence.hpp"
#include "proof/lapse.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace belfry::proof {

// From best to worst: a claim has the state of its worst part.
enum class State : std::uint8_t { Holds, Unknown, Broken };
std::string_view to_string(State state);  // "holds", "unknown", "broken"

// Evidence may be from this far in the future (inclusive), as clocks of two machines differ. Beyond it the clock was
// stepped back, and no age can be told.
inline constexpr std::chrono::minutes kFutureTolerance{1};

// A claim's state became another one.
struct StateChange {
  std::string claim;  // id
  State state = State::Unknown;
  base::WallTime at;
  friend bool operator==(const StateChange&, const StateChange&) = default;
};

// Why a part, or a claim, is in its state.
enum class Reason : std::uint8_t {
  Evidence,      // fresh evidence says so: holds or broken
  NotBuilt,      // no check exists yet
  PartNotBuilt,  // none of one of the claim's parts
  NoEvidence,    // none was recorded yet
  Inconclusive,  // the last check could not tell
  Uncovered,     // the figure rests on less than the claim's minimum coverage
  Expired,       // the evidence is past its age limit
  FromFuture,    // the evidence is from the future: the clock was stepped back
  Unrecorded,    // what was found could not be written down
};

struct PartVerdict {
  const Part* part = nullptr;  // of the claim's static table
  State state = State::Unknown;
  Reason reason = Reason::NoEvidence;
  const Evidence* evidence = nullptr;  // nullptr where there is none; points into the row
  // When `evidence` stops counting.
  std::optional<base::WallTime> expires;
};

// The last time in which a claim was broken: what its parts' lapses, those that lay over one another, come to.
struct ClaimLapse {
  base::WallTime from;
  std::optional<base::WallTime> to;  // none while a part that broke has not held since
  // Of each part that had broken; empty while the lapse is open.
  Finding finding;
};

struct Verdict {
  State state = State::Unknown;
  // Of the worst part.
  Reason reason = Reason::NoEvidence;
  // One for each part of the claim, in the table's order.
  std::vector<PartVerdict> parts;
  // The time of the oldest evidence that the verdict rests on (a claim is as fresh as its stalest part), and when the
  // first of it stops counting. None where a part that has a check has no evidence at all.
  std::optional<base::WallTime> observed;
  std::optional<base::WallTime> expires;
  // All findings in one: "6 of 7 parts hold; 429: …". Empty where there is no evidence.
  Finding finding;
  // When the state became what it is; none where nobody knows.
  std::optional<base::WallTime> since;
  // None where nothing is known to have broken yet.
  std::optional<ClaimLapse> lapse;
};

// What is known of one claim.
struct ClaimRow {
  const Claim* claim = nullptr;
  // The latest evidence of each part that has any.
  std::vector<Evidence> latest;
  // The last lapse of each part that had any.
  std::vector<Lapse> lapses;
  // The last change that was recorded.
  std::optional<StateChange> recorded;
  // Evidence or a change could not be written: whatever `latest` says, nobody could verify it later.
  bool unrecorded = false;
};

// Whether the evidence rests on as much as its claim asks for. A measured claim's figure must say what it was computed
// from; of the other claims, evidence that says it is held to it.
bool is_covered(const Claim& claim, const Evidence& evidence);

// Never Holds unless every part of a claim that has a check has evidence that says so, at most the age limit old and
// not from the future, and covered.
Verdict judge(const ClaimRow& row, base::WallTime now);

// All rows, as one immutable snapshot: readers compute the verdicts with their own clock.
struct ClaimBoard {
  // In the order of claims().
  std::array<ClaimRow, kClaimCount> rows;
};

// Every claim, nothing known of any.
ClaimBoard empty_board();

}  // namespace belfry::proof
