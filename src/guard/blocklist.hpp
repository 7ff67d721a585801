#pragma once

// The addresses that are not let in: what the configured files list, without what the owner allows. Immutable once
// loaded, shared by all threads behind shared_ptr<const Blocklist>; a reload loads another one and swaps the pointer.

#include "base/address_range.hpp"
#include "guard/address_set.hpp"
#include "guard/options.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace belfry::guard {

struct BlocklistError {
  std::filesystem::path file;
  std::size_t line = 0;  // from 1; 0: the file as a whole
  std::string problem;

  // "/etc/belfry/drop.txt:12: …"
  std::string to_string() const;
};

class Blocklist {
 public:
  // Largest file, inclusive, and most ranges of all files together, inclusive.
  static constexpr std::uint64_t kFileLimit = 512ULL << 20;
  static constexpr std::size_t kRangeLimit = 8'000'000;

  // Blocks nobody.
  Blocklist() = default;
  Blocklist(AddressSet blocked, const std::vector<base::AddressRange>& allowed);

  // Reads the files: blocking, never on a worker's thread. A file that is missing or that has one unreadable line fails
  // it all, and the caller keeps the list that it has; at start there is none, and Belfry does not start.
  static std::expected<std::shared_ptr<const Blocklist>, BlocklistError> load(const BlocklistOptions& options);

  // What is allowed is not blocked, whatever lists it. Any thread; no allocation.
  bool blocks(const base::IpAddress& address) const {
    return blocked_.contains(address) && !allowed_.contains(address);
  }

  // Up to one address of each family that it blocks, chosen by `seed`. Empty where it blocks nobody, or where all that
  // was tried is allowed.
  std::vector<base::IpAddress> examples(std::uint64_t seed) const;

  // Blocked ranges after merging.
  std::size_t size() const { return blocked_.size(); }
  std::size_t memory_bytes() const { return blocked_.memory_bytes() + allowed_.memory_bytes(); }

 private:
  AddressSet blocked_;
  AddressSet allowed_;
};

}  // namespace belfry::guard
