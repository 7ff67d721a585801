#pragma once

// Random text that names or proves something: the id of a request, the nonce of a page's policy.

#include "base/random.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace belfry::crypto {

// Random bytes fetched 4 KiB at a time, so that a request costs no system call of its own. Bytes are wiped as they are
// handed out: none is given twice, and none is found in memory later. One thread; must not live across a fork.
class BufferedRandom final : public base::Random {
 public:
  // `source` must outlive this.
  explicit BufferedRandom(base::Random& source) : source_{source} {}
  ~BufferedRandom() override;
  BufferedRandom(const BufferedRandom&) = delete;
  BufferedRandom& operator=(const BufferedRandom&) = delete;

  void fill(std::span<std::byte> out) override;

 private:
  static constexpr std::size_t kBytes = 4096;

  base::Random& source_;
  std::array<std::byte, kBytes> bytes_{};
  std::size_t used_ = kBytes;
};

// 128 random bits in 32 lower-case hex digits. Holds its text, so that making one allocates nothing.
class RequestId {
 public:
  static constexpr std::size_t kDigits = 32;

  explicit RequestId(base::Random& random);
  std::string_view view() const { return {digits_.data(), digits_.size()}; }
  std::string to_string() const { return std::string{view()}; }

 private:
  std::array<char, kDigits> digits_;
};

// 128 random bits in base64 (24 characters), as CSP's nonce-source wants them (CSP Level 3, section 2.3.1).
std::string csp_nonce(base::Random& random);

// `Bits` random bits (a multiple of 8) in base64url without padding, for secrets that travel in URLs and cookies.
std::string random_token(base::Random& random, std::size_t bits = 256);

}  // namespace belfry::crypto
