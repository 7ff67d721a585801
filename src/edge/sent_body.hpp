#pragma once

// Holds a response's body to the length that its head announced. A length that is not kept would let the client take
// the next response for the rest of this one, or wait for bytes that never come.

#include "http/exchange.hpp"
#include "http/message.hpp"

#include <cstdint>

namespace belfry::edge {

class SentBody {
 public:
  void announce(http::BodyLength length) { announced_ = length; }
  // Counts a piece that is about to go out; false if the announced length would not be kept.
  [[nodiscard]] bool take(std::size_t bytes, http::More more) {
    bytes_ += bytes;
    if (announced_.kind != http::BodyLength::Kind::Known) return true;
    return more == http::More::Yes ? bytes_ <= announced_.bytes : bytes_ == announced_.bytes;
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  http::BodyLength announced_ = http::BodyLength::unknown();
  std::uint64_t bytes_ = 0;
};

}  // namespace belfry::edge
