#include "guard/address_set.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>

namespace belfry::guard {
namespace {

base::IpAddress address(std::string_view text) {
  return base::IpAddress::parse(text).value();
}

AddressSet set_of(std::initializer_list<std::string_view> ranges) {
  AddressSet::Builder builder;
  for (const std::string_view text : ranges) builder.add(base::AddressRange::parse(text).value());
  return builder.build();
}

base::IpAddress v6_of(std::uint64_t high, std::uint64_t low) {
  base::IpAddress::V6Bytes bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
    bytes[i + 8] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
  }
  return base::IpAddress::v6(bytes);
}

TEST(AddressSet, IsEmptyAtFirst) {
  EXPECT_FALSE(AddressSet{}.contains(address("192.0.2.1")));
  EXPECT_FALSE(AddressSet{}.contains(address("2001:db8::1")));
  EXPECT_FALSE(set_of({}).contains(address("0.0.0.0")));
}

TEST(AddressSet, ContainsBothEndsOfARangeAndNothingBeyond) {
  const auto set = set_of({"192.0.2.0/24", "2001:db8::/48"});
  EXPECT_TRUE(set.contains(address("192.0.2.0")));
  EXPECT_TRUE(set.contains(address("192.0.2.255")));
  EXPECT_FALSE(set.contains(address("192.0.1.255")));
  EXPECT_FALSE(set.contains(address("192.0.3.0")));
  EXPECT_TRUE(set.contains(address("2001:db8::")));
  EXPECT_TRUE(set.contains(address("2001:db8:0:ffff:ffff:ffff:ffff:ffff")));
  EXPECT_FALSE(set.contains(address("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff")));
  EXPECT_FALSE(set.contains(address("2001:db8:1::")));
}

TEST(AddressSet, FindsARangeThatBeganUnderAnEarlierPrefix) {
  const auto set = set_of({"10.0.0.0/8", "2000::/3"});
  EXPECT_TRUE(set.contains(address("10.200.1.1")));
  EXPECT_FALSE(set.contains(address("11.0.0.0")));
  EXPECT_TRUE(set.contains(address("3fff::1")));
  EXPECT_FALSE(set.contains(address("4000::")));
}

TEST(AddressSet, ContainsTheWholeFamily) {
  const auto set = set_of({"0.0.0.0/0", "::/0", "255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"});
  EXPECT_EQ(set.size(), 2U);
  for (const std::string_view text :
       {"0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "2001:db8::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
    EXPECT_TRUE(set.contains(address(text))) << text;
  }
}

TEST(AddressSet, KeepsTheFamiliesApart) {
  EXPECT_FALSE(set_of({"::/0"}).contains(address("192.0.2.1")));
  EXPECT_FALSE(set_of({"0.0.0.0/0"}).contains(address("2001:db8::1")));
}

TEST(AddressSet, FindsMappedAddressesAsIpv4) {
  EXPECT_TRUE(set_of({"192.0.2.0/24"}).contains(address("::ffff:192.0.2.1")));
}

TEST(AddressSet, MergesWhatOverlapsOrTouches) {
  EXPECT_EQ(set_of({"192.0.2.0/25", "192.0.2.128/25"}).size(), 1U);
  EXPECT_EQ(set_of({"192.0.2.0/24", "192.0.2.7", "192.0.2.7"}).size(), 1U);
  EXPECT_EQ(set_of({"192.0.2.0", "192.0.2.2"}).size(), 2U);
  EXPECT_EQ(set_of({"2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:1::"}).size(), 1U);
  // A range inside an earlier, longer one must not shorten it.
  const auto nested = set_of({"10.0.0.0/8", "10.1.0.0/16"});
  EXPECT_TRUE(nested.contains(address("10.255.255.255")));
}

// The set against the definition: an address is in it if one of the ranges contains it.
TEST(AddressSet, AgreesWithALinearSearch) {
  std::mt19937_64 random{20260101};
  for (int round = 0; round < 40; ++round) {
    std::vector<base::AddressRange> ranges;
    AddressSet::Builder builder;
    std::vector<base::IpAddress> questions;
    for (int i = 0; i < 60; ++i) {
      // Few high bits, so that ranges meet; both ends are asked about, and their neighbours.
      const auto first4 = static_cast<std::uint32_t>(random() & 0x0003'03ffU) << 6;
      const auto last4 = first4 + static_cast<std::uint32_t>(random() % 4000);
      const std::uint64_t high = 0x2001'0db8'0000'0000ULL + random() % 4;
      const std::uint64_t low = random() % 3 == 0 ? ~std::uint64_t{0} - random() % 50 : random() % 1000;
      const bool spans = random() % 8 == 0;
      const std::uint64_t last_low = spans ? random() % 1000 : std::max(low, low + random() % 40);
      const base::AddressRange pair[] = {{base::IpAddress::v4(first4), base::IpAddress::v4(last4)},
                                         {v6_of(high, low), v6_of(spans ? high + 1 : high, last_low)}};
      for (const auto& range : pair) {
        ASSERT_LE(range.first, range.last);
        ranges.push_back(range);
        builder.add(range);
      }
      for (const std::uint32_t asked : {first4 - 1, first4, last4, last4 + 1}) {
        questions.push_back(base::IpAddress::v4(asked));
      }
      for (const std::uint64_t asked : {low - 1, low, last_low, last_low + 1}) questions.push_back(v6_of(high, asked));
    }
    const AddressSet set = builder.build();
    for (const auto& asked : questions) {
      const bool expected = std::any_of(ranges.begin(), ranges.end(), [&](const auto& r) { return r.contains(asked); });
      ASSERT_EQ(set.contains(asked), expected) << asked.to_string();
    }
  }
}

TEST(AddressSet, HoldsAMillionRangesIn64MiB) {
  constexpr std::size_t kRanges = 1'000'000;
  for (const bool v6 : {false, true}) {
    AddressSet::Builder builder;
    std::mt19937_64 random{7};
    for (std::size_t i = 0; i < kRanges; ++i) {
      if (v6) {
        const auto high = 0x2a00'0000'0000'0000ULL | (random() >> 12);
        builder.add({v6_of(high, 0), v6_of(high, ~std::uint64_t{0})});
      } else {
        const auto first = static_cast<std::uint32_t>(random()) & 0xffff'fff0U;
        builder.add({base::IpAddress::v4(first), base::IpAddress::v4(first | 3U)});
      }
    }
    const AddressSet set = builder.build();
    EXPECT_GT(set.size(), kRanges * 9 / 10);
    EXPECT_LE(set.memory_bytes(), std::size_t{64} << 20);
    EXPECT_GE(set.memory_bytes(), set.size() * (v6 ? 32 : 8));
  }
}

// A ratio, so that a slow machine or a sanitizer slows both sides: building is a sort and two passes.
TEST(AddressSet, BuildsInAboutTheTimeOfASort) {
  using Clock = std::chrono::steady_clock;
  std::mt19937_64 random{11};
  std::vector<std::uint64_t> plain(200'000);
  for (auto& value : plain) value = random();
  AddressSet::Builder builder;
  for (const auto value : plain) {
    const auto first = static_cast<std::uint32_t>(value);
    builder.add({base::IpAddress::v4(first), base::IpAddress::v4(first)});
  }
  const auto start = Clock::now();
  std::sort(plain.begin(), plain.end());
  const auto sorted = Clock::now();
  const AddressSet set = builder.build();
  const auto built = Clock::now();
  EXPECT_TRUE(std::is_sorted(plain.begin(), plain.end()));
  EXPECT_GT(set.size(), 0U);
  EXPECT_LT(built - sorted, 20 * (sorted - start) + std::chrono::milliseconds{200});
}

}  // namespace
}  // namespace belfry::guard
