#include "guard/address_set.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace belfry::guard {
namespace {

// The index has at most 2^20 places, 4 MiB.
constexpr unsigned kIndexBits = 20;

// What the index looks at. Monotone: a smaller address has no larger leading part.
std::uint64_t leading(std::uint32_t key) {
  return key;
}
std::uint64_t leading(const WideKey& key) {
  return key.high;
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

  base_ = leading(intervals_.front().first);
  const std::uint64_t span = leading(intervals_.back().first) - base_;
  const unsigned bits = std::min(static_cast<unsigned>(std::bit_width(intervals_.size())), kIndexBits);
  const auto span_bits = static_cast<unsigned>(std::bit_width(span));
  shift_ = span_bits > bits ? span_bits - bits : 0;
  const auto buckets = static_cast<std::size_t>(span >> shift_) + 1;
  starts_.reserve(buckets + 1);
  for (std::size_t at = 0; at < intervals_.size(); ++at) {
    const auto bucket = static_cast<std::size_t>((leading(intervals_[at].first) - base_) >> shift_);
    while (starts_.size() <= bucket) starts_.push_back(static_cast<std::uint32_t>(at));
  }
  starts_.push_back(static_cast<std::uint32_t>(intervals_.size()));
}

template <class Key>
std::size_t IntervalSet<Key>::bucket_of(const Key& key) const {
  // What lies behind the last beginning belongs to the last bucket.
  const std::uint64_t bucket = (leading(key) - base_) >> shift_;
  return static_cast<std::size_t>(std::min<std::uint64_t>(bucket, starts_.size() - 2));
}

template <class Key>
bool IntervalSet<Key>::contains(Key address) const {
  if (intervals_.empty() || address < intervals_.front().first) return false;
  const std::size_t bucket = bucket_of(address);
  const auto begin = intervals_.begin() + starts_[bucket];
  const auto end = intervals_.begin() + starts_[bucket + 1];
  // The last interval that begins at or below the address; it may begin in an earlier bucket.
  const auto above = std::upper_bound(begin, end, address,
                                      [](const Key& key, const Interval& interval) { return key < interval.first; });
  return address <= std::prev(above)->last;
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

std::vector<base::IpAddress> AddressSet::examples(std::uint64_t seed) const {
  std::vector<base::IpAddress> found;
  if (v4_.size() > 0) found.push_back(base::IpAddress::v4(v4_.first_of(seed % v4_.size())));
  if (v6_.size() > 0) {
    const WideKey key = v6_.first_of(seed % v6_.size());
    base::IpAddress::V6Bytes bytes{};
    for (unsigned i = 0; i < 8; ++i) {
      bytes[i] = static_cast<std::uint8_t>(key.high >> (56 - 8 * i));
      bytes[8 + i] = static_cast<std::uint8_t>(key.low >> (56 - 8 * i));
    }
    found.push_back(base::IpAddress::v6(bytes));
  }
  return found;
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
