#include "base/address_range.hpp"

#include <gtest/gtest.h>

#include <string>

namespace belfry::base {
namespace {

struct Accepted {
  std::string_view text;
  std::string_view first;
  std::string_view last;
};

TEST(AddressRange, ReadsCidrsAndSingleAddresses) {
  const Accepted table[] = {
      {"192.0.2.1", "192.0.2.1", "192.0.2.1"},
      {"192.0.2.0/24", "192.0.2.0", "192.0.2.255"},
      {"192.0.2.128/25", "192.0.2.128", "192.0.2.255"},
      {"192.0.2.1/32", "192.0.2.1", "192.0.2.1"},
      {"128.0.0.0/1", "128.0.0.0", "255.255.255.255"},
      {"0.0.0.0/0", "0.0.0.0", "255.255.255.255"},
      {"2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"2001:db8::/33", "2001:db8::", "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"},
      {"2001:db8::1/128", "2001:db8::1", "2001:db8::1"},
      {"2001:DB8::1", "2001:db8::1", "2001:db8::1"},
      {"::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
  };
  for (const auto& [text, first, last] : table) {
    const auto range = AddressRange::parse(text);
    ASSERT_TRUE(range) << text;
    EXPECT_EQ(range->first.to_string(), first) << text;
    EXPECT_EQ(range->last.to_string(), last) << text;
    EXPECT_EQ(range->first, *IpAddress::parse(first)) << text;
  }
}

TEST(AddressRange, FoldsMappedRangesToIpv4) {
  EXPECT_EQ(AddressRange::parse("::ffff:192.0.2.7"), AddressRange::parse("192.0.2.7"));
  EXPECT_EQ(AddressRange::parse("::ffff:192.0.2.0/120"), AddressRange::parse("192.0.2.0/24"));
  EXPECT_EQ(AddressRange::parse("::ffff:0.0.0.0/96"), AddressRange::parse("0.0.0.0/0"));
  EXPECT_EQ(AddressRange::parse("::ffff:c000:207/128"), AddressRange::parse("192.0.2.7"));
}

TEST(AddressRange, RefusesWhatIsUnclear) {
  for (const std::string_view text : {"",
                                      "/",
                                      "/24",
                                      "192.0.2.0/",
                                      "192.0.2.0/33",
                                      "192.0.2.0/-1",
                                      "192.0.2.0/+8",
                                      "192.0.2.0/024",
                                      "192.0.2.0/00",
                                      "192.0.2.0/24/24",
                                      "192.0.2.0/24 ",
                                      " 192.0.2.0/24",
                                      "192.0.2.0 /24",
                                      "192.0.2.0/ 24",
                                      "192.0.2.1/24",
                                      "192.0.2/24",
                                      "192.0.2.0/255.255.255.0",
                                      "192.0.2.0-192.0.2.9",
                                      "0300.0.2.1",
                                      "192.0.2.01",
                                      "1.2.3.4.5",
                                      "2001:db8::1/64",
                                      "2001:db8::/129",
                                      "2001:db8::/1000",
                                      "2001:db8::/0x20",
                                      "[2001:db8::]/32",
                                      "fe80::1%eth0",
                                      "fe80::%1/64",
                                      "::ffff:192.0.2.0/95",
                                      "::ffff:0.0.0.0/0",
                                      "::ffff:192.0.2.1/120",
                                      "::ffff:192.0.2.0/129",
                                      "example.com",
                                      "192.0.2.0/24\n",
                                      "0.0.0.0/0x0"}) {
    EXPECT_FALSE(AddressRange::parse(text)) << '"' << text << '"';
  }
  EXPECT_FALSE(AddressRange::parse(std::string("192.0.2.1\0", 10)));
}

TEST(AddressRange, ContainsBothEndsAndNothingBeyond) {
  const auto range = *AddressRange::parse("192.0.2.64/26");
  EXPECT_TRUE(range.contains(*IpAddress::parse("192.0.2.64")));
  EXPECT_TRUE(range.contains(*IpAddress::parse("192.0.2.127")));
  EXPECT_TRUE(range.contains(*IpAddress::parse("::ffff:192.0.2.100")));
  EXPECT_FALSE(range.contains(*IpAddress::parse("192.0.2.63")));
  EXPECT_FALSE(range.contains(*IpAddress::parse("192.0.2.128")));
}

TEST(AddressRange, NeverContainsAddressesOfTheOtherFamily) {
  EXPECT_FALSE(AddressRange::parse("::/0")->contains(*IpAddress::parse("192.0.2.1")));
  EXPECT_FALSE(AddressRange::parse("0.0.0.0/0")->contains(*IpAddress::parse("2001:db8::1")));
}

}  // namespace
}  // namespace belfry::base
