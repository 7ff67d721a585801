#pragma once

// A set of address ranges that is built once and then only asked: the ranges of each family sorted and merged, with an
// index over the leading bits of the address, about as long as the list, so that a look-up searches the few ranges that
// begin near it and allocates nothing. A range takes 8 bytes (IPv4) or 32 (IPv6), and at most 4 in the index: a million
// IPv6 ranges stay below 64 MiB, while they are built too. Immutable; any thread.

#include "base/address_range.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace belfry::guard {

// The sorted ranges of one family. Key is an unsigned integer, the address as a number.
template <class Key>
class IntervalSet {
 public:
  struct Interval {
    Key first;
    Key last;  // inclusive
  };

  IntervalSet() = default;
  // Sorts and merges in place: what `intervals` holds is the only memory used beside the index.
  explicit IntervalSet(std::vector<Interval> intervals);

  bool contains(Key address) const;
  // Of the range at this place, below size().
  Key first_of(std::size_t place) const { return intervals_[place].first; }
  std::size_t size() const { return intervals_.size(); }
  std::size_t memory_bytes() const;

 private:
  std::vector<Interval> intervals_;
  std::size_t bucket_of(const Key& key) const;

  // The span between the first and the last interval's beginning in buckets of 2^shift_ of the leading bits.
  // starts_[b]: the place of the first interval that begins in bucket b or a later one. Empty for an empty set.
  std::uint64_t base_ = 0;
  unsigned shift_ = 0;
  std::vector<std::uint32_t> starts_;
};

// An IPv6 address as a number.
struct WideKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const WideKey&, const WideKey&) = default;
};

class AddressSet {
 public:
  class Builder;

  // The empty set.
  AddressSet() = default;

  bool contains(const base::IpAddress& address) const;

  // The first address of one range of each family that has any, chosen by `seed`.
  std::vector<base::IpAddress> examples(std::uint64_t seed) const;

  // Ranges after merging.
  std::size_t size() const { return v4_.size() + v6_.size(); }
  // All memory that the set holds, by capacity.
  std::size_t memory_bytes() const { return sizeof(*this) + v4_.memory_bytes() + v6_.memory_bytes(); }

 private:
  IntervalSet<std::uint32_t> v4_;
  IntervalSet<WideKey> v6_;
};

class AddressSet::Builder {
 public:
  void add(const base::AddressRange& range);
  // Ranges added so far.
  std::size_t size() const { return v4_.size() + v6_.size(); }
  // Empties the builder.
  AddressSet build();

 private:
  std::vector<IntervalSet<std::uint32_t>::Interval> v4_;
  std::vector<IntervalSet<WideKey>::Interval> v6_;
};

}  // namespace belfry::guard
