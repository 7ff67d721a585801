#include "edge/connection_limit.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <tuple>

namespace belfry::edge {
namespace {

constexpr unsigned kCountBits = 24;
constexpr std::uint64_t kCountMask = (std::uint64_t{1} << kCountBits) - 1;

std::uint64_t count_of(std::uint64_t word) {
  return word & kCountMask;
}
std::uint64_t fingerprint_of(std::uint64_t word) {
  return word >> kCountBits;
}

}  // namespace

ConnectionLimit::ConnectionLimit(base::Random& random, std::size_t entries)
    : set_count_{entries / std::tuple_size_v<decltype(Set::slots)>}, hash_{random} {
  if (set_count_ == 0 || !std::has_single_bit(entries)) {
    throw std::invalid_argument{"a connection table's size is a power of two and at least 8"};
  }
  sets_ = std::make_unique<Set[]>(set_count_);
}

std::optional<ConnectionLimit::Lease> ConnectionLimit::acquire(const base::IpAddress& address, std::uint32_t cap) {
  const std::uint64_t hash = hash_(address);
  const std::uint64_t fingerprint = std::max<std::uint64_t>(hash >> kCountBits, 1);
  auto& slots = sets_[hash & (set_count_ - 1)].slots;
  // The count must not run into the fingerprint, whatever the cap.
  const std::uint64_t limit = std::min<std::uint64_t>(cap, kCountMask);

  for (;;) {
    std::atomic<std::uint64_t>* slot = nullptr;
    std::uint64_t seen = 0;
    bool found = false;
    std::uint64_t open = 0;
    for (auto& candidate : slots) {
      const std::uint64_t word = candidate.load(std::memory_order_acquire);
      if (fingerprint_of(word) == fingerprint) {
        // A race may have given the address a second entry; what is open there counts too.
        open += count_of(word);
        if (!found) {
          slot = &candidate;
          seen = word;
          found = true;
        }
      } else if (slot == nullptr && count_of(word) == 0) {
        // The first one, always: threads that bring the same new address then meet in the same place.
        slot = &candidate;
        seen = word;
      }
    }
    if (open >= limit) return std::nullopt;
    if (slot == nullptr) return acquire_overflow();
    const std::uint64_t next = found ? seen + 1 : (fingerprint << kCountBits | 1);
    if (slot->compare_exchange_strong(seen, next, std::memory_order_acq_rel)) return Lease{*slot};
    // Somebody else was faster: look again, since what they put there may be this address.
  }
}

std::optional<ConnectionLimit::Lease> ConnectionLimit::acquire_overflow() {
  overflowed_.fetch_add(1, std::memory_order_relaxed);
  std::uint64_t taken = overflow_.load(std::memory_order_acquire);
  while (taken < kOverflowPlaces) {
    if (overflow_.compare_exchange_weak(taken, taken + 1, std::memory_order_acq_rel)) return Lease{overflow_};
  }
  return std::nullopt;
}

}  // namespace belfry::edge
