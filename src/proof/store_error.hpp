#pragma once

// What may go wrong where evidence, history and ledger are kept.

#include <cstdint>
#include <string_view>

namespace belfry::proof {

enum class StoreError : std::uint8_t {
  Unavailable,  // disk full, locked for too long, input or output failed
  Corrupt,      // what is there cannot be read as what it should be
  Refused,      // the text holds a NUL, which a database may cut it at, or the claim's id cannot stand in the history
};
std::string_view to_string(StoreError error);

}  // namespace belfry::proof
