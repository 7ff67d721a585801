#include "guard/rate_limit.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

namespace belfry::guard {
namespace {

constexpr unsigned kTimeBits = 44;
constexpr std::uint64_t kTimeMask = (std::uint64_t{1} << kTimeBits) - 1;
constexpr auto kMaximumFillUs = static_cast<std::uint64_t>(RateLimit::kMaximumFill.count());
constexpr std::uint64_t kMinimumTenthUs = 10;
constexpr std::uint64_t kMaximumTenthUs = kMaximumFillUs / 10;
static_assert(kMinimumTenthUs * 10 * RateLimit::kMaximumRate == 1'000'000);
static_assert(kMaximumFillUs / kMinimumTenthUs <= 0xffff'ffff);

std::uint64_t microseconds_of(base::SteadyTime time) {
  return static_cast<std::uint64_t>(std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count());
}

// What the bucket has spent and not regained. An arrival time that is no longer ahead is a full bucket. Time is kept
// modulo 203 days; "ahead" therefore means: by no more than any configuration can put it there.
std::uint64_t spent_us(std::uint64_t slot, std::uint64_t now_us) {
  const std::uint64_t ahead = (slot - now_us) & kTimeMask;
  return ahead <= kMaximumFillUs ? ahead : 0;
}

std::uint64_t make_slot(std::uint64_t fingerprint, std::uint64_t arrival_us) {
  return fingerprint << kTimeBits | (arrival_us & kTimeMask);
}

std::chrono::seconds round_up_to_seconds(std::uint64_t wait_us) {
  const auto wait = std::chrono::microseconds{static_cast<std::chrono::microseconds::rep>(wait_us)};
  return std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds{1});
}

std::uint64_t pack_limits(const RateOptions& options) {
  // NaN compares false and ends at the slowest rate, like everything else that is no positive number.
  const double tenth = options.rate > 0 ? 100'000 / options.rate : static_cast<double>(kMaximumTenthUs);
  const auto tenth_us = static_cast<std::uint64_t>(
      std::clamp(std::round(tenth), static_cast<double>(kMinimumTenthUs), static_cast<double>(kMaximumTenthUs)));
  const std::uint64_t burst_tenths = std::clamp<std::uint64_t>(std::uint64_t{options.burst} * 10, 10,
                                                               std::max<std::uint64_t>(kMaximumFillUs / tenth_us, 10));
  return tenth_us << 32 | burst_tenths;
}

}  // namespace

RateLimit::RateLimit(const RateOptions& options, base::Random& random, std::size_t entries)
    : set_count_{entries / std::tuple_size_v<decltype(Set::slots)>}, hash_{random}, limits_{pack_limits(options)} {
  if (set_count_ == 0 || !std::has_single_bit(entries)) {
    throw std::invalid_argument{"a rate table's size is a power of two and at least 8"};
  }
  sets_ = std::make_unique<Set[]>(set_count_);
}

void RateLimit::configure(const RateOptions& options) {
  limits_.store(pack_limits(options), std::memory_order_relaxed);
}

RateLimit::Limits RateLimit::limits() const {
  const std::uint64_t word = limits_.load(std::memory_order_relaxed);
  const std::uint64_t tenth_us = word >> 32;
  return {tenth_us, tenth_us * (word & 0xffff'ffff)};
}

// Every word stands for itself, so relaxed order is enough: a compare-exchange acts on the newest value of its word.
std::expected<void, std::chrono::seconds> RateLimit::admit(const base::IpAddress& address, Cost cost,
                                                           base::SteadyTime now) {
  const auto [tenth_us, burst_us] = limits();
  const std::uint64_t cost_us = cost.tenths * tenth_us;
  const std::uint64_t now_us = microseconds_of(now);
  const std::uint64_t hash = hash_(address);
  const std::uint64_t fingerprint = std::max<std::uint64_t>(hash >> kTimeBits, 1);
  auto& slots = sets_[hash & (set_count_ - 1)].slots;

  for (;;) {
    std::atomic<std::uint64_t>* slot = nullptr;
    std::uint64_t seen = 0;
    for (auto& candidate : slots) {
      const std::uint64_t word = candidate.load(std::memory_order_relaxed);
      if (word >> kTimeBits == fingerprint) {
        slot = &candidate;
        seen = word;
        break;
      }
      // The first one, always: threads that bring the same new address then meet in the same place.
      if (slot == nullptr && spent_us(word, now_us) == 0) {
        slot = &candidate;
        seen = word;
      }
    }
    if (slot == nullptr) return admit_to_overflow(cost_us, burst_us, now_us);

    const std::uint64_t spent = spent_us(seen, now_us) + cost_us;
    if (spent > burst_us) return std::unexpected{round_up_to_seconds(spent - burst_us)};
    if (slot->compare_exchange_strong(seen, make_slot(fingerprint, now_us + spent), std::memory_order_relaxed)) {
      return {};
    }
    // Somebody else was faster: look again, since what they put there may be this address.
  }
}

std::expected<void, std::chrono::seconds> RateLimit::admit_to_overflow(std::uint64_t cost_us, std::uint64_t burst_us,
                                                                       std::uint64_t now_us) {
  overflowed_.fetch_add(1, std::memory_order_relaxed);
  // The bucket regains kOverflowShare times as fast and holds as much more: in units that are as much finer, a cost is
  // the same number and the burst is kOverflowShare times the number.
  const std::uint64_t now_fine = now_us * kOverflowShare;
  const std::uint64_t burst_fine = burst_us * kOverflowShare;
  std::uint64_t arrival = overflow_.load(std::memory_order_relaxed);
  for (;;) {
    const std::uint64_t next = std::max(arrival, now_fine) + cost_us;
    if (next - now_fine > burst_fine) {
      return std::unexpected{round_up_to_seconds((next - now_fine - burst_fine) / kOverflowShare)};
    }
    if (overflow_.compare_exchange_weak(arrival, next, std::memory_order_relaxed)) return {};
  }
}

}  // namespace belfry::guard
