#include "people/form_shares.hpp"

#include "base/random.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace belfry::people {
namespace {

base::IpAddress address(std::string_view text) {
  return base::IpAddress::parse(text).value();
}

TEST(FormShares, RefusesTheNinthFormOfAnAddress) {
  base::FakeRandom random;
  FormShares shares{random};
  std::vector<FormShares::Share> held;
  for (std::size_t i = 0; i < kFormsPerAddress; ++i) {
    auto share = shares.take(address("192.0.2.1"));
    ASSERT_TRUE(share) << i;
    held.push_back(std::move(*share));
  }
  EXPECT_FALSE(shares.take(address("192.0.2.1")));
  // Others have shares of their own.
  EXPECT_TRUE(shares.take(address("192.0.2.2")));
  // What was given back may be taken again, once.
  held.pop_back();
  const auto again = shares.take(address("192.0.2.1"));
  EXPECT_TRUE(again);
  EXPECT_FALSE(shares.take(address("192.0.2.1")));
}

TEST(FormShares, CountsANetworkOfOneSubscriberAsOneAddress) {
  base::FakeRandom random;
  FormShares shares{random};
  std::vector<FormShares::Share> held;
  for (std::size_t i = 0; i < kFormsPerAddress; ++i) {
    auto share = shares.take(address("2001:db8::" + std::to_string(i + 1)));
    ASSERT_TRUE(share) << i;
    held.push_back(std::move(*share));
  }
  EXPECT_FALSE(shares.take(address("2001:db8::ffff")));
  EXPECT_TRUE(shares.take(address("2001:db8:0:1::1")));
}

}  // namespace
}  // namespace belfry::people
