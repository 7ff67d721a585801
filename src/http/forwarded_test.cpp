#include "http/forwarded.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace belfry::http {
namespace {

using base::IpAddress;

IpAddress ip(std::string_view text) {
  return *IpAddress::parse(text);
}

bool trusted(const IpAddress& address) {
  return address == ip("10.0.0.1") || address == ip("10.0.0.2") || address == ip("2001:db8::1");
}

std::expected<IpAddress, ForwardedError> client(std::string_view peer, std::initializer_list<std::string_view> lines) {
  Fields fields;
  for (const std::string_view line : lines) fields.add("X-Forwarded-For", line);
  return client_behind_proxies(fields, ip(peer), trusted);
}

TEST(ForwardedFor, IsNotBelievedFromAStranger) {
  EXPECT_EQ(client("192.0.2.9", {"198.51.100.1"}), ip("192.0.2.9"));
  EXPECT_EQ(client("192.0.2.9", {"garbage"}), ip("192.0.2.9"));
  EXPECT_EQ(client("192.0.2.9", {}), ip("192.0.2.9"));
}

TEST(ForwardedFor, IsReadFromTheRightUpToTheFirstStranger) {
  EXPECT_EQ(client("10.0.0.1", {"198.51.100.1"}), ip("198.51.100.1"));
  EXPECT_EQ(client("10.0.0.1", {"203.0.113.7, 198.51.100.1"}), ip("198.51.100.1"));
  EXPECT_EQ(client("10.0.0.1", {"203.0.113.7, 198.51.100.1, 10.0.0.2"}), ip("198.51.100.1"));
  EXPECT_EQ(client("10.0.0.1", {"203.0.113.7", "198.51.100.1", "10.0.0.2"}), ip("198.51.100.1"));
  EXPECT_EQ(client("10.0.0.1", {"198.51.100.1,,10.0.0.2 ,"}), ip("198.51.100.1"));
  EXPECT_EQ(client("10.0.0.1", {"10.0.0.2"}), ip("10.0.0.2"));
  EXPECT_EQ(client("10.0.0.1", {}), ip("10.0.0.1"));
  // What the client wrote itself stands left of its address, and may be anything.
  EXPECT_EQ(client("10.0.0.1", {"<script>, 127.0.0.1, unknown, 198.51.100.1"}), ip("198.51.100.1"));
}

TEST(ForwardedFor, ReadsAddressesWithPorts) {
  EXPECT_EQ(client("10.0.0.1", {"198.51.100.1:4711"}), ip("198.51.100.1"));
  EXPECT_EQ(client("10.0.0.1", {"2001:db8::9"}), ip("2001:db8::9"));
  EXPECT_EQ(client("10.0.0.1", {"[2001:db8::9]"}), ip("2001:db8::9"));
  EXPECT_EQ(client("10.0.0.1", {"198.51.100.2, [2001:db8::1]:4711"}), ip("198.51.100.2"));
  EXPECT_EQ(client("10.0.0.1", {"198.51.100.2, ::ffff:10.0.0.2"}), ip("198.51.100.2"));
}

TEST(ForwardedFor, RefusesWhatATrustedProxyCouldNotMean) {
  for (const std::string_view entry :
       {"unknown", "_hidden", "198.51.100", "198.51.100.1.1", "198.51.100.01", "198.51.100.1:x", "198.51.100.1:99999",
        "[198.51.100.1]", "[2001:db8::9", "2001:db8::9]", "[]", "for=198.51.100.1", "\"198.51.100.1\"",
        "198.51.100.1 10.0.0.2", "fe80::1%eth0", "localhost"}) {
    EXPECT_EQ(client("10.0.0.1", {entry}), std::unexpected{ForwardedError::Unreadable}) << entry;
  }
}

TEST(ForwardedFor, LooksAtABoundedNumberOfEntries) {
  std::string entries = "198.51.100.1";
  for (int i = 0; i < 31; ++i) entries += ", 10.0.0.2";
  EXPECT_EQ(client("10.0.0.1", {entries}), ip("198.51.100.1"));
  EXPECT_EQ(client("10.0.0.1", {entries + ", 10.0.0.2"}), std::unexpected{ForwardedError::TooMany});
}

TEST(Forwarded, IsWrittenAsTheStandardHasIt) {
  EXPECT_EQ(format_forwarded(ip("192.0.2.1"), "app.example.com", "https"),
            "for=192.0.2.1;host=app.example.com;proto=https");
  EXPECT_EQ(format_forwarded(ip("2001:db8::1"), "[2001:db8::2]:8443", "https"),
            "for=\"[2001:db8::1]\";host=\"[2001:db8::2]:8443\";proto=https");
  EXPECT_EQ(format_forwarded(ip("192.0.2.1"), "example.com:8443", "https"),
            "for=192.0.2.1;host=\"example.com:8443\";proto=https");
  EXPECT_EQ(format_forwarded(ip("192.0.2.1"), "", ""), "for=192.0.2.1");
}

}  // namespace
}  // namespace belfry::http
