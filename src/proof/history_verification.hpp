#pragma once

// Verifies the public history of a site from outside: fetches all of it, follows the chain from the first entry to the
// head that the site gives, and looks for heads that somebody kept earlier. A chain that was written anew from the
// start is sound by itself; a kept head is what finds it.
//
// Blocking, as the HttpClient is. Needs no trust in the site: whatever it answers ends in a result, within bounds.

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

  static constexpr std::chrono::seconds kLongestWait{60};
  static constexpr std::size_t kTriesPerCall = 5;
};

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

  bool sound() const { return fault == HistoryFault::None; }
};

HistoryVerification verify_history(net::HttpClient& client, const HistoryVerificationOptions& options);

}  // namespace belfry::proof
