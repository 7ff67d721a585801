#pragma once

// Verifies the public history of a site from outside: fetches all of it, follows the chain from the first entry to the
// head that the site gives, and looks for heads that somebody kept earlier. A chain that was written anew from the
// start is sound by itself; a kept head is what finds it.
//
// Blocking, as the HttpClient is. Needs no trust in the site: whatever it answers ends in a result, within bounds.

#include "base/clock.hpp"
#include "net/http_client.hpp"
#include "proof/history.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::proof {

// Pages that are fetched at most, inclusive: ten million entries of a site that fills them.
inline constexpr std::size_t kHistoryPagesLimit = 10'000;

enum class HistoryFault : std::uint8_t {
  None,           // the chain fits, and every kept head is in it
  NoAnswer,       // a page or the head could not be fetched
  Unreadable,     // what was fetched is not of the agreed form
  TooLong,        // the head is not reached within kHistoryPagesLimit pages
  TooSlow,        // the head is not reached within kTotalTime, or kTotalWait was waited
  Incomplete,     // the site gives no entry for this number, though its head is further on
  ChainBroken,    // this entry does not follow from those before it
  HeadDiffers,    // the chain does not have the site's own head in it
  HeadBackwards,  // the site's head is before one that it gave earlier, or one that was kept
  KeptMissing,    // a kept head is not in the chain: it was written anew
};
std::string_view to_string(HistoryFault fault);  // snake_case: "chain_broken"

struct HistoryVerificationOptions {
  // For every call: where to connect, which CA to trust, deadline. Its url is the site's base,
  // "https://belfry.example", with or without a slash at its end.
  net::FetchRequest request;
  // Heads of earlier, in any order; `at` is not looked at. The head of an empty history (number 0) is in every chain.
  std::vector<HistoryHead> kept;
  // Called where the site is too busy (429, 503), with the time that it asked for or a second, at most kLongestWait; at
  // most kTriesPerCall - 1 times a call. false: give up. Without it nothing is asked for twice.
  std::function<bool(std::chrono::seconds)> wait;

  // Called after each page, with the entries verified so far and the site's head.
  std::function<void(std::uint64_t verified, std::uint64_t head)> progress;

  static constexpr std::chrono::seconds kLongestWait{60};
  static constexpr std::size_t kTriesPerCall = 5;
  // Of the whole verification: all of it, and what of it is waited at the site's wish. Inclusive.
  static constexpr std::chrono::minutes kTotalTime{10};
  static constexpr std::chrono::minutes kTotalWait{3};
};

// What an honest site does not write by itself, and a chain of hashes does not tell. It is no proof of a lie: a clock
// that was set back does the same.
enum class HistoryOddity : std::uint8_t {
  Backwards,  // more than kClockTolerance before the entry of the same claim that it follows
  Repeated,   // the state that the claim had already
};
struct OddEntry {
  std::uint64_t number = 0;
  HistoryOddity oddity = HistoryOddity::Backwards;
  friend bool operator==(const OddEntry&, const OddEntry&) = default;
};
std::string_view to_string(HistoryOddity oddity);  // snake_case: "backwards"

struct HistoryVerification {
  HistoryFault fault = HistoryFault::None;
  // The entry or head that does not fit; 0 where it is about none.
  std::uint64_t number = 0;
  // One sentence for an operator, without line break and without text of the site's; empty where all fits.
  std::string detail;
  // Up to where the chain was verified, whatever the fault. Keep it where there is none.
  HistoryHead verified;
  // Kept heads that were found in it.
  std::size_t kept_found = 0;
  // The first kOddEntries of them, and how many there are.
  std::vector<OddEntry> odd;
  std::size_t odd_count = 0;

  static constexpr std::chrono::minutes kClockTolerance{1};
  static constexpr std::size_t kOddEntries = 10;
  // Claims that are followed for it, many times those of any version; entries of more are not looked at for it.
  static constexpr std::size_t kFollowedClaims = 1'000;

  bool sound() const { return fault == HistoryFault::None; }
};

HistoryVerification verify_history(net::HttpClient& client, const base::Clock& clock,
                                   const HistoryVerificationOptions& options);

}  // namespace belfry::proof
