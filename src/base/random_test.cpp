#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <vector>

namespace belfry::base {
namespace {

TEST(SystemRandom, FillsEveryByte) {
  SystemRandom random;
  // More than the kernel gives uninterrupted (256 bytes). Each position is met by some non-zero byte within 20 tries,
  // but for one chance in 256^20.
  std::vector<std::byte> seen(10'000);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::byte> bytes(seen.size());
    random.fill(bytes);
    for (std::size_t i = 0; i < seen.size(); ++i) seen[i] |= bytes[i];
  }
  EXPECT_TRUE(std::ranges::none_of(seen, [](std::byte byte) { return byte == std::byte{0}; }));
  random.fill({});
}

TEST(SystemRandom, DoesNotRepeatItself) {
  SystemRandom random;
  std::set<std::uint64_t> numbers;
  for (int i = 0; i < 1000; ++i) numbers.insert(random.next_u64());
  EXPECT_EQ(numbers.size(), 1000U);
}

TEST(FakeRandom, IsTheSameForTheSameSeedAndDiffersForAnother) {
  FakeRandom one{7};
  FakeRandom same{7};
  FakeRandom other{8};
  std::set<std::uint64_t> numbers;
  for (int i = 0; i < 100; ++i) {
    const auto number = one.next_u64();
    EXPECT_EQ(number, same.next_u64());
    EXPECT_NE(number, other.next_u64());
    numbers.insert(number);
  }
  EXPECT_EQ(numbers.size(), 100U);
}

TEST(FakeRandom, DoesNotDependOnHowMuchIsAskedAtOnce) {
  FakeRandom one{3};
  FakeRandom same{3};
  std::array<std::byte, 12> whole{};
  std::array<std::byte, 12> pieces{};
  one.fill(whole);
  same.fill(std::span{pieces}.first(5));
  same.fill(std::span{pieces}.subspan(5));
  EXPECT_EQ(whole, pieces);
}

}  // namespace
}  // namespace belfry::base
