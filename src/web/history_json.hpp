#pragma once

// The history of states for programs, one page at a time:
//   {"site", "after", "entries": [{"number", "claim", "state", "at", "previous", "hash"}], "head": {"number", "hash"},
//    "next"}
// `next` is the `after` of the page behind this one, null where the history ends here. And where it ends:
//   {"site", "number", "hash", "at"}
// with number 0 and `at` null while there is no entry. The values are those that proof/history.hpp hashes.

#include "http/message.hpp"
#include "proof/history.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::web {

// Entries of one page, inclusive.
inline constexpr std::size_t kHistoryPageEntries = 1000;

// The value of `after` in a query: decimal digits alone, up to the largest 63-bit number; 0 where it is not there.
// nullopt: it is something else, or there twice. Other names are passed over.
std::optional<std::uint64_t> history_after(std::string_view query);

struct HistoryJsonInput {
  std::string site;
  std::uint64_t after = 0;
  std::vector<proof::HistoryEntry> entries;
  // Read after the entries: it may be further on, never behind them.
  proof::HistoryHead head;
};

http::Response history_json(const HistoryJsonInput& input);
http::Response history_head_json(const std::string& site, const proof::HistoryHead& head);

}  // namespace belfry::web
