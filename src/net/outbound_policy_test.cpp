#include "net/outbound_policy.hpp"

#include <gtest/gtest.h>

namespace belfry::net {
namespace {

bool reachable(const char* text) {
  const auto address = base::IpAddress::parse(text);
  EXPECT_TRUE(address) << text;
  return address && is_public(*address);
}

TEST(OutboundPolicy, RefusesWhatIsNotOnThePublicInternet) {
  for (const char* text :
       {"0.0.0.0",         "0.1.2.3",        "10.0.0.0",        "10.255.255.255", "100.64.0.0",      "100.100.100.200",
        "100.127.255.255", "127.0.0.1",      "127.255.255.255", "169.254.0.0",    "169.254.169.254", "172.16.0.0",
        "172.31.255.255",  "192.0.0.1",      "192.0.2.1",       "192.88.99.1",    "192.168.0.0",     "192.168.255.255",
        "198.18.0.0",      "198.19.255.255", "198.51.100.7",    "203.0.113.7",    "224.0.0.1",       "239.255.255.255",
        "240.0.0.1",       "255.255.255.255"}) {
    EXPECT_FALSE(reachable(text)) << text;
  }
  for (const char* text : {"::",
                           "::1",
                           "::2",
                           "::127.0.0.1",
                           "::8.8.8.8",
                           "64:ff9b::127.0.0.1",
                           "64:ff9b::10.0.0.1",
                           "64:ff9b::169.254.169.254",
                           "64:ff9b:1::1",
                           "100::1",
                           "1fff:ffff::1",
                           "2001::1",
                           "2001:2::1",
                           "2001:10::1",
                           "2001:1ff:ffff::1",
                           "2001:db8::1",
                           "2001:db8:ffff::1",
                           "2002:7f00:1::1",
                           "3fff::1",
                           "3fff:fff::1",
                           "4000::1",
                           "fc00::1",
                           "fd00:ec2::254",
                           "fdff::1",
                           "fe80::1",
                           "febf::1",
                           "fec0::1",
                           "ff02::1",
                           "ffff::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "::ffff:169.254.169.254"}) {
    EXPECT_FALSE(reachable(text)) << text;
  }
}

TEST(OutboundPolicy, PermitsThePublicInternet) {
  for (const char* text :
       {"1.1.1.1",          "8.8.8.8",         "9.255.255.255",   "11.0.0.0",        "100.63.255.255",
        "100.128.0.0",      "126.255.255.255", "128.0.0.0",       "169.253.255.255", "169.255.0.0",
        "172.15.255.255",   "172.32.0.0",      "192.0.1.0",       "192.167.255.255", "192.169.0.0",
        "198.17.255.255",   "198.20.0.0",      "223.255.255.255", "2001:200::1",     "2001:4860:4860::8888",
        "2001:db7::1",      "2003::1",         "2606:4700::1111", "3ffe::1",         "3fff:1000::1",
        "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"}) {
    EXPECT_TRUE(reachable(text)) << text;
  }
}

TEST(OutboundPolicy, PermitsWhatItsOwnerLists) {
  const OutboundPolicy policy{{*base::AddressRange::parse("10.1.0.0/16"), *base::AddressRange::parse("::1")}};
  EXPECT_TRUE(policy.permits(*base::IpAddress::parse("10.1.2.3")));
  EXPECT_TRUE(policy.permits(*base::IpAddress::parse("::1")));
  EXPECT_TRUE(policy.permits(*base::IpAddress::parse("8.8.8.8")));
  EXPECT_FALSE(policy.permits(*base::IpAddress::parse("10.2.0.0")));
  EXPECT_FALSE(policy.permits(*base::IpAddress::parse("127.0.0.1")));
}

}  // namespace
}  // namespace belfry::net
