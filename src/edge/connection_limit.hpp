#pragma once

// How many connections one address (IPv6: one /64) holds open at a time, counted for the whole process, so that one
// client can't take all the places at the door. Another one counts streams of HTTP/2 in the same way.
//
// One table of fixed size shared by all worker threads: sets of eight 64-bit atomics, each a fingerprint of the address
// and its count; no lock, no allocation after construction. An address is found by a keyed hash, so nobody can aim at
// another's set. An entry is given to another address when its count is 0. Where a set has no such entry, the newcomer
// takes one of kOverflowPlaces that all newcomers share, and is counted; when those are taken too, it is refused.
//
// Exact: of any number of threads together exactly `cap` are admitted. In the moment in which an address's last
// connection ends, as many as there are threads may come in uncounted against each other.

#include "base/address_hash.hpp"
#include "base/ip_address.hpp"
#include "base/random.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

namespace belfry::edge {

class ConnectionLimit {
 public:
  // For a peer that speaks for many, such as a trusted proxy: counted, never refused for its own count.
  static constexpr std::uint32_t kNoCap = std::numeric_limits<std::uint32_t>::max();

  // 2^17 addresses with open connections, at 8 bytes each: 1 MiB. More open connections than one process has
  // descriptors for are needed to fill it.
  static constexpr std::size_t kDefaultEntries = std::size_t{1} << 17;

  // Connections of all addresses together that found no entry, inclusive. Enough that newcomers still come in while a
  // flood fills the table; few beside what the table holds, since nobody is told apart here.
  static constexpr std::uint32_t kOverflowPlaces = 1024;

  // One open connection's place, given back when it is destroyed; on any thread, not after the ConnectionLimit.
  class [[nodiscard]] Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept : place_{std::exchange(other.place_, nullptr)} {}
    Lease& operator=(Lease&& other) noexcept {
      if (this != &other) {
        release();
        place_ = std::exchange(other.place_, nullptr);
      }
      return *this;
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { release(); }

   private:
    friend class ConnectionLimit;
    explicit Lease(std::atomic<std::uint64_t>& place) : place_{&place} {}
    // The count is the low part of the word, and at least 1 while a lease on it is held.
    void release() noexcept {
      if (place_ != nullptr) std::exchange(place_, nullptr)->fetch_sub(1, std::memory_order_acq_rel);
    }

    std::atomic<std::uint64_t>* place_ = nullptr;
  };

  // `entries` is a power of two and at least 8.
  explicit ConnectionLimit(base::Random& random, std::size_t entries = kDefaultEntries);
  ConnectionLimit(const ConnectionLimit&) = delete;
  ConnectionLimit& operator=(const ConnectionLimit&) = delete;

  // nullopt: the address holds `cap` connections already (inclusive: the cap + 1st is refused). Any thread.
  std::optional<Lease> acquire(const base::IpAddress& address, std::uint32_t cap);

  // How many were asked of the shared places, since the start; admitted or not.
  std::uint64_t overflowed() const { return overflowed_.load(std::memory_order_relaxed); }
  std::size_t memory_bytes() const { return sizeof(*this) + set_count_ * sizeof(Set); }

 private:
  // A word: 40 bits of fingerprint (never 0), 24 bits of count.
  struct alignas(64) Set {
    std::array<std::atomic<std::uint64_t>, 8> slots{};
  };
  std::optional<Lease> acquire_overflow();

  std::size_t set_count_;
  std::unique_ptr<Set[]> sets_;
  base::AddressHash hash_;
  std::atomic<std::uint64_t> overflow_{0};
  std::atomic<std::uint64_t> overflowed_{0};
};

}  // namespace belfry::edge
