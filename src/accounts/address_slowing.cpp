#include "accounts/address_slowing.hpp"

#include <algorithm>
#include <span>
#include <stdexcept>

namespace belfry::accounts {

// What led to a block has run out with it, so that an entry whose last failure is so old says nothing any more.
static_assert(kBlockedFor == kFailureWindow);
static_assert(0 < kAccountsToSlow && kAccountsToSlow < kAccountsToBlock);

AddressSlowing::AddressSlowing(const base::Clock& clock, base::Random& random, std::size_t capacity)
    : clock_{clock}, capacity_{capacity}, hash_{random}, subject_key_{random.next_u64(), random.next_u64()} {
  if (capacity == 0) throw std::invalid_argument{"AddressSlowing: room for nobody"};
}

AddressSlowing::Judgement AddressSlowing::judge(const base::IpAddress& address) const {
  const std::lock_guard lock{mutex_};
  const base::SteadyTime now = clock_.steady_now();
  const auto found = by_address_.find(hash_(address));
  if (found == by_address_.end()) return Free{};
  const Entry& entry = *found->second;
  if (entry.blocked_until && now < *entry.blocked_until) {
    return Blocked{std::chrono::ceil<std::chrono::seconds>(*entry.blocked_until - now)};
  }
  const auto accounts = static_cast<std::size_t>(std::ranges::count_if(
      entry.failures, [now](const Failure& failure) { return now - failure.at < kFailureWindow; }));
  if (accounts < kAccountsToSlow) return Free{};
  return Slowed{kSlowingStep * static_cast<std::chrono::milliseconds::rep>(accounts - kAccountsToSlow + 1)};
}

void AddressSlowing::failed(const base::IpAddress& address, std::string_view subject) {
  const std::uint64_t account =
      base::sip_hash(subject_key_, std::span{reinterpret_cast<const std::uint8_t*>(subject.data()), subject.size()});
  const std::lock_guard lock{mutex_};
  // Read under the lock: what is put in front is never older than what stands there.
  const base::SteadyTime now = clock_.steady_now();
  // Those whose block is over among them.
  while (!entries_.empty() && now - entries_.back().last >= kFailureWindow) drop_oldest();
  const std::uint64_t key = hash_(address);
  const auto found = by_address_.find(key);
  if (found == by_address_.end()) {
    if (entries_.size() >= capacity_) drop_oldest();
    entries_.push_front({.address = key, .last = now, .blocked_until = std::nullopt, .failures = {}});
    by_address_.emplace(key, entries_.begin());
  } else {
    if (found->second->blocked_until) return;
    entries_.splice(entries_.begin(), entries_, found->second);
  }
  Entry& entry = entries_.front();
  entry.last = now;
  std::erase_if(entry.failures, [&](const Failure& failure) {
    return failure.subject == account || now - failure.at >= kFailureWindow;
  });
  entry.failures.push_back({account, now});
  if (entry.failures.size() >= kAccountsToBlock) {
    entry.failures = {};
    entry.blocked_until = now + kBlockedFor;
  }
}

void AddressSlowing::drop_oldest() {
  by_address_.erase(entries_.back().address);
  entries_.pop_back();
}

std::size_t AddressSlowing::size() const {
  const std::lock_guard lock{mutex_};
  return entries_.size();
}

}  // namespace belfry::accounts
