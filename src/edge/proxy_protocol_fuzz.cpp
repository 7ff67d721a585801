// A header says the same however its bytes come: every beginning of a good one waits for more and never for too many,
// and what was refused once stays refused.

#include "edge/proxy_protocol.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using belfry::edge::parse_proxy_header;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto whole = parse_proxy_header(bytes);
  if (whole && whole->complete()) {
    require(whole->size <= size);
    require(whole->size <=
            (bytes.starts_with('P') ? belfry::edge::kProxyVersion1Limit : belfry::edge::kProxyVersion2Limit));
  }
  if (whole && !whole->complete()) {
    require(size + whole->missing <= belfry::edge::kProxyVersion2Limit);
  }
  // All there is to learn from lies within the longest header.
  const std::size_t end = std::min(size, belfry::edge::kProxyVersion2Limit + 1);
  for (std::size_t have = 0; have < end; ++have) {
    const auto part = parse_proxy_header(bytes.substr(0, have));
    if (!part) {
      require(!whole);
    } else if (part->complete()) {
      require(whole && whole->complete() && whole->size == part->size && whole->source == part->source);
    } else if (whole && whole->complete()) {
      require(have < whole->size && have + part->missing <= whole->size);
    }
  }
  return 0;
}
