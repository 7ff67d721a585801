#pragma once

// The keys that session tickets are sealed under, shared by all threads so that a client that comes back on another
// core resumes. They live in memory only and are replaced on a schedule: whoever takes a key learns at most what was
// exchanged while it was accepted.
//
// A ticket is sealed under the current key; the previous one is still accepted. Readers hold a TicketKeys::View, which
// takes a lock only in the moment after a rotation.

#include "base/clock.hpp"
#include "base/random.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>

namespace belfry::edge {

struct TicketKey {
  std::array<unsigned char, 16> name;
  std::array<unsigned char, 32> cipher;  // AES-256-CBC
  std::array<unsigned char, 32> mac;     // HMAC-SHA-256

  TicketKey() = default;
  TicketKey(const TicketKey&) = default;
  TicketKey& operator=(const TicketKey&) = default;
  ~TicketKey();  // wiped
};

class TicketKeys {
 public:
  // A key seals for this long and is accepted for as long again.
  static constexpr std::chrono::hours kRotation{6};
  // What a ticket may promise: it is accepted at least this long whenever it was issued.
  static constexpr std::chrono::hours kTicketLifetime = kRotation;

  struct Generation {
    TicketKey current;
    TicketKey previous;
  };

  // One thread's sight of the keys. The TicketKeys must outlive it.
  class View {
   public:
    explicit View(const TicketKeys& keys) : keys_{keys} {}
    // Valid until the next call.
    const Generation& now();

   private:
    const TicketKeys& keys_;
    std::uint64_t number_ = 0;
    std::shared_ptr<const Generation> generation_;
  };

  // `random` and `clock` must outlive it.
  TicketKeys(base::Random& random, const base::Clock& clock);

  // Replaces the keys where kRotation has passed since the last time; after twice that, the previous one too. To be
  // called now and then (every minute, say) by one thread.
  void rotate_if_due();
  // Now, whatever the time. Twice in a row: no ticket of before is accepted.
  void rotate();

 private:
  TicketKey make_key();
  void rotate_at(base::SteadyTime time);

  base::Random& random_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  base::SteadyTime rotated_;                      // guarded by mutex_
  std::shared_ptr<const Generation> generation_;  // guarded by mutex_
  std::atomic<std::uint64_t> number_{1};
};

}  // namespace belfry::edge
