#pragma once

// How many attempts in a row somebody has before a lock, and how long that lasts. A value: who counts what under which
// name, and that a reservation is kept before the answer is known, is the store's (accounts/account_store.hpp).
//
// An attempt is spent when it is reserved, before anything is hashed, so that parallel guesses cannot all be admitted
// on a count that none of them has raised yet. The last of them locks as it is reserved; whoever proves to be right
// takes back his attempt, those before it, and with them the lock, if fewer than a row are left.

#include "accounts/running_time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace belfry::accounts {

struct LockoutPolicy {
  // In a row; this one locks. At least 1. NIST SP 800-63B-4, section 3.2.2, allows no more than 100.
  std::uint32_t attempts = 5;
  // The first lock; each that follows without a success in between lasts twice as long as the one before.
  std::chrono::milliseconds first = std::chrono::minutes{15};
  std::chrono::milliseconds longest = std::chrono::hours{24};
};

// How long the lock with this number lasts, counted from 1.
std::chrono::milliseconds lock_duration(const LockoutPolicy& policy, std::uint32_t lock);

struct Lockout {
  std::uint64_t reserved = 0;  // attempts ever; the number of the last
  std::uint64_t forgiven = 0;  // up to this one, they count no more
  std::uint32_t locks = 0;     // in a row
  std::optional<RunningTime> until;

  // Spends an attempt and gives its number, or nullopt: it is locked, and nothing was spent. The lock is over at its
  // end.
  std::optional<std::uint64_t> reserve(const LockoutPolicy& policy, RunningTime now);
  // The attempt with this number was right. One that counts no more changes nothing; one that was never reserved is
  // std::invalid_argument.
  void succeed(const LockoutPolicy& policy, std::uint64_t attempt);
  // As if nobody had tried.
  void lift();
  bool is_locked(RunningTime now) const { return until && now < *until; }

  friend bool operator==(const Lockout&, const Lockout&) = default;
};

}  // namespace belfry::accounts
