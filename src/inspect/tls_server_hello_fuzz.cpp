// A flight says the same however its bytes come: what a beginning decides, good or bad, the whole decides too, and what
// is read of a ServerHello lies within what its sender can say.

#include "inspect/tls_server_hello.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

using belfry::inspect::Flight;
using belfry::inspect::ServerHello;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_decided(const auto& result) {
  return !result || result->index() != 0;
}

void beginnings_agree(std::string_view bytes, auto parse) {
  const auto whole = parse(bytes);
  bool decided = false;
  // All there is to learn from lies near the beginning; the rest in strides.
  for (std::size_t have = 0; have <= bytes.size(); have += have < 256 ? 1 : 61) {
    const auto part = parse(bytes.substr(0, have));
    if (is_decided(part)) {
      require(part == whole);
      decided = true;
    } else {
      require(!decided);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  beginnings_agree(bytes, belfry::inspect::parse_flight);
  beginnings_agree(bytes, belfry::inspect::parse_ssl2_flight);

  const auto flight = belfry::inspect::parse_flight(bytes);
  if (flight) {
    if (const auto* const hello = std::get_if<ServerHello>(&*flight)) {
      require(hello->protocol.size() <= 255);
      require(hello->version >= belfry::inspect::TlsVersion::Ssl3);
      require(!hello->retry_request || hello->version == belfry::inspect::TlsVersion::Tls13);
      auto sorted = hello->extensions;
      std::ranges::sort(sorted);
      require(std::ranges::adjacent_find(sorted) == sorted.end());
    }
  }
  const auto exchange = belfry::inspect::parse_key_exchange(bytes);
  if (exchange && *exchange) {
    require((*exchange)->dh_bits.value_or(0) <= 65'535U * 8);
    // Only behind a ServerHello, or instead of one that an alert took the place of.
    require(flight && flight->index() != 0);
  }
  return 0;
}
