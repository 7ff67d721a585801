#pragma once

// What the stores share: the database's failures, words and times in the terms of the domain.

#include "base/clock.hpp"
#include "proof/store_error.hpp"
#include "store/sqlite.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace belfry::store {

// The database holds a word that no version of this program writes.
class UnknownWord : public std::runtime_error {
 public:
  UnknownWord() : std::runtime_error{"unknown word"} {}
};

template <class Enum, std::size_t Size>
Enum read_word(const std::string& word, const std::array<Enum, Size>& values) {
  for (const Enum value : values) {
    if (to_string(value) == word) return value;
  }
  throw UnknownWord{};
}

// Times are kept as milliseconds since 1970-01-01T00:00:00Z.
inline std::int64_t milliseconds_of(base::WallTime time) {
  return time.time_since_epoch().count();
}
inline base::WallTime time_of(std::int64_t milliseconds) {
  return base::WallTime{std::chrono::milliseconds{milliseconds}};
}

// The one place where the database's failures become the domain's errors.
template <class Work>
auto in_domain_terms(Work work) -> std::expected<std::invoke_result_t<Work>, proof::StoreError> {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
      work();
      return {};
    } else {
      return work();
    }
  } catch (const std::invalid_argument&) {
    // A NUL in the text, or what the domain itself does not take.
    return std::unexpected{proof::StoreError::Refused};
  } catch (const UnknownWord&) {
    return std::unexpected{proof::StoreError::Corrupt};
  } catch (const SqliteFailure& failure) {
    return std::unexpected{failure.corrupt() ? proof::StoreError::Corrupt : proof::StoreError::Unavailable};
  }
}

}  // namespace belfry::store
