#pragma once

// Addresses that fail on many accounts are slowed, then blocked: whoever tries stolen pairs of e-mail and password
// takes another account each time, so that no account's own lock (accounts/lockout.hpp) ever closes. What is counted of
// an address (IPv6: one /64) is therefore how many different accounts it failed on within the last hour. One person's
// mistakes are one account, however many they are.
//
// Nothing is forgiven for a success: a stranger with an account of his own could otherwise begin anew at will. Nobody
// can have another blocked either, as it counts only where a connection came from: an address that fails for itself.
//
// A table in memory of bounded size, found by a keyed hash (base/address_hash.hpp); what it knew is lost at a restart.
// One mutex, held for the look at one address's failures: each failure stands behind a password that was hashed. Any
// thread.

#include "base/address_hash.hpp"
#include "base/clock.hpp"
#include "base/ip_address.hpp"
#include "base/random.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace belfry::accounts {

// The steps are the "graduated response to abuse" of the OWASP Credential Stuffing Prevention Cheat Sheet, which wants
// no address blocked at once or for good: many people share one, and a list that nobody clears turns them away for
// ever.

// A failure counts until it is this old; exclusive. By the steady clock.
inline constexpr std::chrono::milliseconds kFailureWindow = std::chrono::hours{1};
// Different accounts, inclusive: this one slows. More than a family or a small office mistypes in an hour.
inline constexpr std::size_t kAccountsToSlow = 10;
// And this one blocks. A company's people behind one address hardly mistype so much in an hour; whoever tries a list of
// stolen pairs is there in a minute or two.
inline constexpr std::size_t kAccountsToBlock = 50;
// By how much each account from kAccountsToSlow on makes the wait longer. The first is hardly felt, and for the last, 5
// s, a person still waits.
inline constexpr std::chrono::milliseconds kSlowingStep{125};
// From the failure that blocked; exclusive. As long as the window, so that what led to it has run out by then.
inline constexpr std::chrono::milliseconds kBlockedFor = kFailureWindow;
// Addresses that are held, inclusive. One takes some 200 bytes and 1 KiB before it is blocked: 10 MiB at the most.
inline constexpr std::size_t kSlowedAddresses = 10'000;

class AddressSlowing {
 public:
  struct Free {};
  // The attempt may be made, and is answered this much later.
  struct Slowed {
    std::chrono::milliseconds delay;
  };
  // It is refused and nothing hashed. Rounded up, at least 1 s.
  struct Blocked {
    std::chrono::seconds retry_after;
  };
  using Judgement = std::variant<Free, Slowed, Blocked>;

  // `clock` outlives this. `capacity`: at least 1; beyond it, the address whose last failure is the longest ago goes.
  AddressSlowing(const base::Clock& clock, base::Random& random, std::size_t capacity = kSlowedAddresses);

  // Before each attempt, of the address that made the connection. Counts nothing: attempts that are under way at the
  // same time are judged alike, so that an address may fail on as many more accounts as passwords are hashed at a time.
  Judgement judge(const base::IpAddress& address) const;

  // An attempt failed. `subject`: the canonical e-mail, or where it is none what was typed; somebody's or nobody's.
  // While the address is blocked nothing is counted: the attempt was admitted before.
  void failed(const base::IpAddress& address, std::string_view subject);

  std::size_t size() const;

 private:
  // The last on one account.
  struct Failure {
    std::uint64_t subject;
    base::SteadyTime at;
  };
  struct Entry {
    std::uint64_t address;
    base::SteadyTime last;
    std::optional<base::SteadyTime> blocked_until;
    std::vector<Failure> failures;  // fewer than kAccountsToBlock; none once it is blocked
  };
  using Entries = std::list<Entry>;

  // With `mutex_` held.
  void drop_oldest();

  const base::Clock& clock_;
  const std::size_t capacity_;
  const base::AddressHash hash_;
  const base::SipKey subject_key_;

  mutable std::mutex mutex_;
  Entries entries_;  // the one that failed last first
  std::unordered_map<std::uint64_t, Entries::iterator> by_address_;
};

}  // namespace belfry::accounts
