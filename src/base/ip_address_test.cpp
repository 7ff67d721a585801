#include "base/ip_address.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace belfry::base {
namespace {

using namespace std::string_view_literals;

TEST(IpAddress, HasOneFormForEverySpelling) {
  struct Case {
    std::string_view text;
    std::string_view canonical;
  };
  for (const Case& c : {
           Case{"0.0.0.0", "0.0.0.0"},
           Case{"255.255.255.255", "255.255.255.255"},
           Case{"192.0.2.1", "192.0.2.1"},
           Case{"::", "::"},
           Case{"::1", "::1"},
           Case{"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
           Case{"2001:db8::0:1", "2001:db8::1"},
           Case{"2001:0db8:0000:1:0:0:0:1", "2001:db8:0:1::1"},
           Case{"::ffff:192.0.2.1", "192.0.2.1"},
           Case{"::ffff:c000:201", "192.0.2.1"},
           Case{"::FFFF:0.0.0.0", "0.0.0.0"},
           Case{"64:ff9b::192.0.2.1", "64:ff9b::c000:201"},
       }) {
    const auto address = IpAddress::parse(c.text);
    ASSERT_TRUE(address.has_value()) << c.text;
    EXPECT_EQ(address->to_string(), c.canonical);
    EXPECT_EQ(IpAddress::parse(address->to_string()), address);
  }
}

TEST(IpAddress, FoldsMappedAddresses) {
  const auto mapped = *IpAddress::parse("::ffff:127.0.0.1");
  EXPECT_TRUE(mapped.is_v4());
  EXPECT_EQ(mapped, IpAddress::v4(0x7f000001));
  EXPECT_EQ(mapped.v4_value(), 0x7f000001U);
  IpAddress::V6Bytes bytes{};
  bytes[10] = bytes[11] = 0xff;
  bytes[12] = 10;
  EXPECT_EQ(IpAddress::v6(bytes), IpAddress::v4(0x0a000000));
  // ::127.0.0.1 is not mapped (RFC 4291, section 2.5.5.1 has deprecated it).
  EXPECT_FALSE(IpAddress::parse("::127.0.0.1")->is_v4());
}

TEST(IpAddress, RefusesEverythingElse) {
  for (const std::string_view text : {""sv,
                                      " "sv,
                                      "1"sv,
                                      "1.2.3"sv,
                                      "1.2.3.4.5"sv,
                                      "1.2.3.256"sv,
                                      "01.2.3.4"sv,
                                      "1.2.3.04"sv,
                                      "0x7f.0.0.1"sv,
                                      "127.1"sv,
                                      "2130706433"sv,
                                      "1.2.3.4 "sv,
                                      " 1.2.3.4"sv,
                                      "1.2.3.4\0"sv,
                                      "1.2.3.4\n"sv,
                                      "1.2.3.4/32"sv,
                                      "1.2.3.4:80"sv,
                                      "[::1]"sv,
                                      "::1%lo"sv,
                                      ":::"sv,
                                      "1::2::3"sv,
                                      "12345::"sv,
                                      "1:2:3:4:5:6:7"sv,
                                      "1:2:3:4:5:6:7:8:9"sv,
                                      "::ffff:1.2.3"sv,
                                      "localhost"sv,
                                      "0000:0000:0000:0000:0000:ffff:0192.0168.0100.0228"sv}) {
    EXPECT_FALSE(IpAddress::parse(text).has_value()) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string(1000, '1')).has_value());
}

TEST(IpAddress, KnowsLoopback) {
  for (const std::string_view text : {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(IpAddress::parse(text)->is_loopback()) << text;
  }
  for (const std::string_view text : {"128.0.0.1", "126.255.255.255", "0.0.0.0", "::", "::2", "10.0.0.1"}) {
    EXPECT_FALSE(IpAddress::parse(text)->is_loopback()) << text;
  }
}

TEST(IpAddress, IsOrderedByItsNumber) {
  const auto ip = [](std::string_view text) { return *IpAddress::parse(text); };
  EXPECT_LT(ip("9.255.255.255"), ip("10.0.0.0"));
  EXPECT_LT(ip("127.0.0.1"), ip("128.0.0.1"));
  EXPECT_LT(ip("2001:db8::ff"), ip("2001:db8::100"));
  EXPECT_LT(ip("255.255.255.255"), ip("::"));
  EXPECT_NE(ip("0.0.0.0"), ip("::"));
}

TEST(Endpoint, IsWrittenAndReadWithItsPort) {
  for (const std::string_view text : {"192.0.2.1:443", "[2001:db8::1]:443", "0.0.0.0:0", "[::]:65535"}) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_TRUE(endpoint.has_value()) << text;
    EXPECT_EQ(endpoint->to_string(), text);
  }
  EXPECT_EQ(Endpoint::parse("[::ffff:192.0.2.1]:80")->to_string(), "192.0.2.1:80");
}

TEST(Endpoint, RefusesWhatIsNotClear) {
  for (const std::string_view text :
       {""sv, ":443"sv, "192.0.2.1"sv, "192.0.2.1:"sv, "192.0.2.1:65536"sv, "192.0.2.1:-1"sv, "192.0.2.1:+1"sv,
        "192.0.2.1: 80"sv, "192.0.2.1:80 "sv, "192.0.2.1:0x50"sv, "2001:db8::1:443"sv, "::1"sv, "[::1]"sv, "[::1]443"sv,
        "[192.0.2.1]:443"sv, "[]:443"sv, "localhost:443"sv, "192.0.2.1:80\0"sv}) {
    EXPECT_FALSE(Endpoint::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace belfry::base
