#include "guard/address_set.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace belfry::guard {
namespace {

constexpr std::size_t kPrefixes = std::size_t{1} << 16;

std::size_t prefix_of(std::uint32_t key) {
  return key >> 16;
}
std::size_t prefix_of(const WideKey& key) {
  return static_cast<std::size_t>(key.high >> 48);
}

// The next address; undefined behind the last one of the family, which is asked about first.
std::uint32_t successor(std::uint32_t key) {
  return key + 1;
}
WideKey successor(const WideKey& key) {
  return {key.low == std::numeric_limits<std::uint64_t>::max() ? key.high + 1 : key.high, key.low + 1};
}
bool is_last(std::uint32_t key) {
  return key == std::numeric_limits<std::uint32_t>::max();
}
bool is_last(const WideKey& key) {
  return key.high == std::numeric_limits<std::uint64_t>::max() && key.low == std::numeric_limits<std::uint64_t>::max();
}

WideKey wide_key(const base::IpAddress::V6Bytes& bytes) {
  WideKey key;
  for (std::size_t i = 0; i < 8; ++i) {
    key.high = key.high << 8 | bytes[i];
    key.low = key.low << 8 | bytes[i + 8];
  }
  return key;
}

// Joins what overlaps or touches.
template <class Interval>
void merge_sorted(std::vector<Interval>& intervals) {
  std::size_t kept = 0;
  for (const Interval& next : intervals) {
    if (kept > 0) {
      Interval& previous = intervals[kept - 1];
      if (is_last(previous.last) || next.first <= successor(previous.last)) {
        previous.last = std::max(previous.last, next.last);
        continue;
      }
    }
    intervals[kept++] = next;
  }
  intervals.resize(kept);
}

}  // namespace

template <class Key>
IntervalSet<Key>::IntervalSet(std::vector<Interval> intervals) : intervals_{std::move(intervals)} {
  if (intervals_.empty()) {
    intervals_ = {};
    return;
  }
  std::sort(intervals_.begin(), intervals_.end(),
            [](const Interval& a, const Interval& b) { return a.first < b.first; });
  merge_sorted(intervals_);
  // Copying to give slack back needs both copies at once: only where there is much of it.
  if (intervals_.capacity() > intervals_.size() + intervals_.size() / 4) intervals_.shrink_to_fit();

  starts_.resize(kPrefixes + 1);
  std::size_t at = 0;
  for (std::size_t prefix = 0; prefix < kPrefixes; ++prefix) {
    while (at < intervals_.size() && prefix_of(intervals_[at].first) < prefix) ++at;
    starts_[prefix] = static_cast<std::uint32_t>(at);
  }
  starts_[kPrefixes] = static_cast<std::uint32_t>(intervals_.size());
}

template <class Key>
bool IntervalSet<Key>::contains(Key address) const {
  if (intervals_.empty()) return false;
  const std::size_t prefix = prefix_of(address);
  const auto begin = intervals_.begin() + starts_[prefix];
  const auto end = intervals_.begin() + starts_[prefix + 1];
  // The last interval that begins at or below the address; it may begin under an earlier prefix.
  const auto above = std::upper_bound(begin, end, address,
                                      [](const Key& key, const Interval& interval) { return key < interval.first; });
  return above != intervals_.begin() && address <= std::prev(above)->last;
}

template <class Key>
std::size_t IntervalSet<Key>::memory_bytes() const {
  return intervals_.capacity() * sizeof(Interval) + starts_.capacity() * sizeof(std::uint32_t);
}

template class IntervalSet<std::uint32_t>;
template class IntervalSet<WideKey>;

bool AddressSet::contains(const base::IpAddress& address) const {
  return address.is_v4() ? v4_.contains(address.v4_value()) : v6_.contains(wide_key(address.v6_bytes()));
}

void AddressSet::Builder::add(const base::AddressRange& range) {
  if (range.first.is_v4()) {
    v4_.push_back({range.first.v4_value(), range.last.v4_value()});
  } else {
    v6_.push_back({wide_key(range.first.v6_bytes()), wide_key(range.last.v6_bytes())});
  }
}

AddressSet AddressSet::Builder::build() {
  AddressSet set;
  set.v4_ = IntervalSet<std::uint32_t>{std::exchange(v4_, {})};
  set.v6_ = IntervalSet<WideKey>{std::exchange(v6_, {})};
  return set;
}

}  // namespace belfry::guard
