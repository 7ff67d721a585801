#pragma once

// How much one address (IPv6: one /64) may ask for, counted for the whole process: token buckets in the form of the
// generic cell rate algorithm (ITU-T I.371), which needs one number for a bucket, the theoretical arrival time. It lies
// ahead of now by what the address has spent and not yet regained.
//
// All worker threads share one table of fixed size: sets of eight 64-bit atomics, each a fingerprint of the address and
// its arrival time; no lock, no allocation after construction. An address is found by a keyed hash, so nobody can aim
// at another's set. An entry is given to another address only when its bucket is full again, since nothing is forgotten
// by that. Where a set has no such entry, the newcomer draws from one overflow bucket that all newcomers share, and it
// is counted: however many addresses there are, memory and the time of an answer stay the same, and whoever is in the
// table keeps an own bucket.
//
// Exact while the clock stands still: of any number of threads together exactly the burst is admitted. In the moment in
// which an entry expires, as many requests as there are threads may pass uncounted.

#include "base/address_hash.hpp"
#include "base/clock.hpp"
#include "base/ip_address.hpp"
#include "base/random.hpp"
#include "guard/options.hpp"
#include "guard/subject.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>

namespace belfry::guard {

class RateLimit {
 public:
  // Largest rate (pages a second), and longest time in which an empty bucket fills (burst / rate), both inclusive; what
  // is configured beyond is brought down to it, and a rate that is no positive number to one page in kMaximumFill. A
  // tenth of a page is counted in whole microseconds, so a rate is kept within 5 %, below 1,000 within 0.5 %.
  static constexpr double kMaximumRate = 10'000;
  static constexpr std::chrono::microseconds kMaximumFill = std::chrono::hours{1};

  // The overflow bucket is this many times an address's own, in rate and in burst. It has to carry all newcomers
  // together, so one address's share would shut out everybody new during a flood; and it has to stay far below what the
  // application can bear, since the flood drinks from it too.
  static constexpr std::uint32_t kOverflowShare = 64;

  // 2^18 addresses whose bucket is not full, at 8 bytes each: 2 MiB. At the default rate an address that asked for one
  // page occupies its entry for 20 ms, so it takes 13 million requests a second from different addresses to fill them.
  static constexpr std::size_t kDefaultEntries = std::size_t{1} << 18;

  // `entries` is a power of two and at least 8.
  RateLimit(const RateOptions& options, base::Random& random, std::size_t entries = kDefaultEntries);

  // Takes the cost from the address's bucket, or takes nothing and tells how long to wait (at least 1 s, rounded up).
  // A cost above the burst is never admitted. Any thread.
  std::expected<void, std::chrono::seconds> admit(const base::IpAddress& address, Cost cost, base::SteadyTime now);

  // New rate and burst from now on; what was spent stays spent, counted in the time that it takes to regain. Any
  // thread.
  void configure(const RateOptions& options);

  // Requests that drew from the overflow bucket, since the start; admitted or not.
  std::uint64_t overflowed() const { return overflowed_.load(std::memory_order_relaxed); }
  std::size_t memory_bytes() const { return sizeof(*this) + set_count_ * sizeof(Set); }

 private:
  // One word each, so that a change is seen whole or not at all:
  //   slot:   20 bits of fingerprint (never 0), 44 bits of arrival time in microseconds (modulo 203 days)
  //   limits: 32 bits of microseconds that a tenth of a page takes to regain, 32 bits of burst in tenths of a page
  struct alignas(64) Set {
    std::array<std::atomic<std::uint64_t>, 8> slots{};
  };
  struct Limits {
    std::uint64_t tenth_us;
    std::uint64_t burst_us;
  };
  Limits limits() const;
  std::expected<void, std::chrono::seconds> admit_to_overflow(std::uint64_t cost_us, std::uint64_t burst_us,
                                                              std::uint64_t now_us);

  std::size_t set_count_;
  std::unique_ptr<Set[]> sets_;
  base::AddressHash hash_;
  std::atomic<std::uint64_t> limits_;
  // Arrival time in units of 1/kOverflowShare of a microsecond.
  std::atomic<std::uint64_t> overflow_{0};
  std::atomic<std::uint64_t> overflowed_{0};
};

}  // namespace belfry::guard
