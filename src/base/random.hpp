#pragma once

// Random bytes fit for secrets are handed in like time, so that a test can know them.

#include <cstddef>
#include <cstdint>
#include <span>

namespace belfry::base {

class Random {
 public:
  virtual ~Random() = default;
  // Fills all of `out`. Never returns with less: a system without random bytes is a broken invariant and throws.
  virtual void fill(std::span<std::byte> out) = 0;

  std::uint64_t next_u64();
};

// getrandom(2). Any thread.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override;
};

// A known sequence, for tests. One thread.
class FakeRandom final : public Random {
 public:
  explicit FakeRandom(std::uint64_t seed = 1) : state_{seed} {}
  void fill(std::span<std::byte> out) override;

 private:
  std::uint64_t state_;
};

}  // namespace belfry::base
