#include "edge/proxy_protocol.hpp"

#include <gtest/gtest.h>

#include <string>

namespace belfry::edge {
namespace {

constexpr std::string_view kSignature{"\r\n\r\n\0\r\nQUIT\n", 12};

std::string v2(int version_and_command, int family, std::size_t length, std::string_view block) {
  std::string header{kSignature};
  header += static_cast<char>(version_and_command);
  header += static_cast<char>(family);
  header += static_cast<char>(length >> 8);
  header += static_cast<char>(length & 0xff);
  header += block;
  return header;
}
std::string v2(int version_and_command, int family, std::string_view block) {
  return v2(version_and_command, family, block.size(), block);
}
std::string tlv(int type, std::string_view value) {
  std::string out;
  out += static_cast<char>(type);
  out += static_cast<char>(value.size() >> 8);
  out += static_cast<char>(value.size() & 0xff);
  return out + std::string{value};
}

// 192.0.2.7:56324 to 198.51.100.1:443
constexpr std::string_view kTcp4Block{"\xc0\x00\x02\x07\xc6\x33\x64\x01\xdc\x04\x01\xbb", 12};
// [2001:db8::7]:56324 to [2001:db8::1]:443
constexpr std::string_view kTcp6Block{
    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\xdc\x04\x01\xbb", 36};

void expect_source(std::string_view bytes, std::string_view source) {
  const auto progress = parse_proxy_header(bytes);
  ASSERT_TRUE(progress) << bytes << ": " << to_string(progress.error());
  ASSERT_TRUE(progress->complete()) << bytes;
  ASSERT_TRUE(progress->source) << bytes;
  EXPECT_EQ(progress->source->to_string(), source);
  EXPECT_EQ(progress->size, bytes.size());
}

void expect_own_address(std::string_view bytes) {
  const auto progress = parse_proxy_header(bytes);
  ASSERT_TRUE(progress) << bytes << ": " << to_string(progress.error());
  ASSERT_TRUE(progress->complete()) << bytes;
  EXPECT_FALSE(progress->source) << bytes;
  EXPECT_EQ(progress->size, bytes.size());
}

TEST(ProxyProtocol, ReadsVersion1) {
  expect_source("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n", "192.0.2.7:56324");
  expect_source("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535");
  expect_source("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", "0.0.0.0:0");
  expect_source("PROXY TCP6 2001:db8::7 2001:DB8::1 56324 443\r\n", "[2001:db8::7]:56324");
  expect_source(
      "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
      "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
}

TEST(ProxyProtocol, ReadsVersion2) {
  expect_source(v2(0x21, 0x11, kTcp4Block), "192.0.2.7:56324");
  expect_source(v2(0x21, 0x21, kTcp6Block), "[2001:db8::7]:56324");
}

TEST(ProxyProtocol, FoldsMappedAddressesToIpv4) {
  expect_source("PROXY TCP6 ::ffff:192.0.2.7 ::1 1 443\r\n", "192.0.2.7:1");
  std::string block(10, '\0');
  block += "\xff\xff\xc0";
  block += std::string_view{"\0\x02\x07", 3};
  block += std::string(16, '\0') + std::string{"\xdc\x04\x01\xbb"};
  expect_source(v2(0x21, 0x21, block), "192.0.2.7:56324");
}

TEST(ProxyProtocol, KeepsTheConnectionsOwnAddressWhereTheProxyNamesNone) {
  expect_own_address("PROXY UNKNOWN\r\n");
  expect_own_address("PROXY UNKNOWN whatever stands here\r\n");
  expect_own_address(
      "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n");
  // LOCAL, whatever its family says.
  expect_own_address(v2(0x20, 0x00, ""));
  expect_own_address(v2(0x20, 0x11, kTcp4Block));
  expect_own_address(v2(0x20, 0x31, ""));
  expect_own_address(v2(0x20, 0xff, "\x01\x02"));
  // PROXY for nobody.
  expect_own_address(v2(0x21, 0x00, ""));
  expect_own_address(v2(0x21, 0x00, "ignored"));
}

TEST(ProxyProtocol, SkipsAttachmentsWithinTheirBounds) {
  const std::string block{kTcp4Block};
  expect_source(v2(0x21, 0x11, block + tlv(0x04, "")), "192.0.2.7:56324");
  expect_source(v2(0x21, 0x11, block + tlv(0x02, "example.com") + tlv(0xea, std::string(40, 'x'))), "192.0.2.7:56324");
  expect_source(v2(0x21, 0x11, block + tlv(0x04, std::string(536 - 12 - 3, '\0'))), "192.0.2.7:56324");
}

TEST(ProxyProtocol, LeavesWhatFollowsTheHeader) {
  for (const std::string& header : {std::string{"PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n"},
                                    v2(0x21, 0x11, kTcp4Block), std::string{"PROXY UNKNOWN\r\n"}}) {
    const auto progress = parse_proxy_header(header + "\x16\x03\x01PROXY \r\n\n");
    ASSERT_TRUE(progress);
    EXPECT_TRUE(progress->complete());
    EXPECT_EQ(progress->size, header.size());
  }
}

TEST(ProxyProtocol, AsksForNoByteThatMayNotBeTheHeaders) {
  for (const std::string& header :
       {std::string{"PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n"}, std::string{"PROXY UNKNOWN\r\n"},
        std::string{"PROXY TCP6 :: :: 0 0\r\n"}, v2(0x21, 0x11, kTcp4Block), v2(0x20, 0x00, ""),
        v2(0x21, 0x21, std::string{kTcp6Block} + tlv(0x04, "abc"))}) {
    for (std::size_t have = 0; have < header.size(); ++have) {
      const auto progress = parse_proxy_header(std::string_view{header}.substr(0, have));
      ASSERT_TRUE(progress) << have;
      ASSERT_FALSE(progress->complete()) << have;
      ASSERT_LE(have + progress->missing, header.size()) << have;
    }
    // And a reader that takes what it is told gets there.
    std::size_t have = 0;
    int reads = 0;
    while (have < header.size()) {
      have += parse_proxy_header(std::string_view{header}.substr(0, have))->missing;
      ASSERT_LE(++reads, 60);
    }
    EXPECT_TRUE(parse_proxy_header(header)->complete());
  }
}

struct Refused {
  std::string bytes;
  ProxyError error;
};

TEST(ProxyProtocol, RefusesWhatIsNoProperHeader) {
  using enum ProxyError;
  const std::string block4{kTcp4Block};
  const std::string block6{kTcp6Block};
  const Refused table[] = {
      // Not the protocol at all: TLS, HTTP, SSH, blanks.
      {"\x16\x03\x01", NotProxyProtocol},
      {"GET / HTTP/1.1\r\n", NotProxyProtocol},
      {"proxy TCP4 192.0.2.7 198.51.100.1 1 2\r\n", NotProxyProtocol},
      {" PROXY TCP4 192.0.2.7 198.51.100.1 1 2\r\n", NotProxyProtocol},
      {"PROXY\tTCP4 192.0.2.7 198.51.100.1 1 2\r\n", NotProxyProtocol},
      {"PROXYTCP4 192.0.2.7 198.51.100.1 1 2\r\n", NotProxyProtocol},
      {"\r\n\r\nPROXY UNKNOWN\r\n", NotProxyProtocol},
      {"\r\n\r\n\r\n", NotProxyProtocol},
      {std::string("\r\n\r\n\0\r\nQUIX", 11), NotProxyProtocol},
      // Version 1: the family.
      {"PROXY  TCP4 192.0.2.7 198.51.100.1 1 2\r\n", UnsupportedProtocol},
      {"PROXY \r\n", UnsupportedProtocol},
      {"PROXY UDP4 192.0.2.7 198.51.100.1 1 2\r\n", UnsupportedProtocol},
      {"PROXY TCP5", UnsupportedProtocol},
      {"PROXY tcp4 ", UnsupportedProtocol},
      {"PROXY UNKNOWNS\r\n", UnsupportedProtocol},
      {"PROXY UNIX_STREAM", UnsupportedProtocol},
      {"PROXY TCP4\r\n", Malformed},
      // Version 1: the line's end.
      {"PROXY TCP4 192.0.2.7 198.51.100.1 1 2\n", Malformed},
      {"PROXY TCP4 192.0.2.7 198.51.100.1 1 2\rX", Malformed},
      {"PROXY TCP4 192.0.2.7\n198.51.100.1 1 2\r\n", Malformed},
      {"PROXY UNKNOWN \r \r\n", Malformed},
      {"PROXY TCP4 192.0.2.7 198.51.100.1 1 2\r\r\n", Malformed},
      // Version 1: the addresses.
      {"PROXY TCP4 \r\n", Malformed},
      {"PROXY TCP4 192.0.2.7\r\n", Malformed},
      {"PROXY TCP4 192.0.2.7 198.51.100.1 1\r\n", Malformed},
      {"PROXY TCP4 192.0.2.7 198.51.100.1 1 2 \r\n", Malformed},
      {"PROXY TCP4 192.0.2.7 198.51.100.1 1 2 3\r\n", Malformed},
      {"PROXY TCP4  192.0.2.7 198.51.100.1 1 2\r\n", Malformed},
      {"PROXY TCP4 192.0.2.7  198.51.100.1 1 2\r\n", Malformed},
      {"PROXY TCP4 192.0.2.7\t198.51.100.1 1 2\r\n", Malformed},
      {"PROXY TCP4 192.0.2.256 198.51.100.1 1 2\r\n", Malformed},
      {"PROXY TCP4 192.0.2.07 198.51.100.1 1 2\r\n", Malformed},
      {"PROXY TCP4 192.0.2 198.51.100.1 1 2\r\n", Malformed},
      {"PROXY TCP4 192.0.2.7 198.51.100.1. 1 2\r\n", Malformed},
      {"PROXY TCP4 192.0.2.7 x 1 2\r\n", Malformed},
      {"PROXY TCP4 example.com 198.51.100.1 1 2\r\n", Malformed},
      {"PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n", Malformed},
      {"PROXY TCP4 192.0.2.7 2001:db8::1 1 2\r\n", Malformed},
      {"PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n", Malformed},
      {"PROXY TCP6 2001:db8::7 198.51.100.1 1 2\r\n", Malformed},
      {"PROXY TCP6 [2001:db8::7] 2001:db8::1 1 2\r\n", Malformed},
      {"PROXY TCP6 fe80::1%eth0 2001:db8::1 1 2\r\n", Malformed},
      {"PROXY TCP6 2001:db8:::7 2001:db8::1 1 2\r\n", Malformed},
      {std::string("PROXY TCP4 192.0.2.7\0 198.51.100.1 1 2\r\n", 40), Malformed},
      // Version 1: the ports.
      {"PROXY TCP4 192.0.2.7 198.51.100.1 65536 2\r\n", Malformed},
      {"PROXY TCP4 192.0.2.7 198.51.100.1 1 65536\r\n", Malformed},
      {"PROXY TCP4 192.0.2.7 198.51.100.1 01 2\r\n", Malformed},
      {"PROXY TCP4 192.0.2.7 198.51.100.1 -1 2\r\n", Malformed},
      {"PROXY TCP4 192.0.2.7 198.51.100.1 +1 2\r\n", Malformed},
      {"PROXY TCP4 192.0.2.7 198.51.100.1 0x1 2\r\n", Malformed},
      {"PROXY TCP4 192.0.2.7 198.51.100.1 1 2x\r\n", Malformed},
      // Version 1: the length; 105 and "\r\n" would fit, more would not.
      {"PROXY UNKNOWN " + std::string(92, 'x'), TooLong},
      {"PROXY UNKNOWN " + std::string(92, 'x') + "\r\n", TooLong},
      {"PROXY TCP4 " + std::string(500, '1'), TooLong},
      // Version 2.
      {v2(0x11, 0x11, block4), UnsupportedVersion},
      {v2(0x31, 0x11, block4), UnsupportedVersion},
      {v2(0x01, 0x11, block4), UnsupportedVersion},
      {std::string{kSignature} + "\x02", UnsupportedVersion},
      {v2(0x22, 0x11, block4), UnsupportedCommand},
      {v2(0x2f, 0x11, block4), UnsupportedCommand},
      {v2(0x21, 0x12, block4), UnsupportedProtocol},                  // UDP
      {v2(0x21, 0x22, block6), UnsupportedProtocol},                  // UDP
      {v2(0x21, 0x31, std::string(216, '\0')), UnsupportedProtocol},  // Unix
      {v2(0x21, 0x32, std::string(216, '\0')), UnsupportedProtocol},  // Unix
      {v2(0x21, 0x10, block4), UnsupportedProtocol},
      {v2(0x21, 0x01, block4), UnsupportedProtocol},
      {v2(0x21, 0x20, block6), UnsupportedProtocol},
      {v2(0x21, 0x41, block4), UnsupportedProtocol},
      {v2(0x21, 0x13, block4), UnsupportedProtocol},
      {v2(0x21, 0x11, block4.substr(0, 11)), Malformed},
      {v2(0x21, 0x11, ""), Malformed},
      {v2(0x21, 0x21, block4), Malformed},
      {v2(0x21, 0x21, block6.substr(0, 35)), Malformed},
      {v2(0x21, 0x11, 537, block4), TooLong},
      {v2(0x21, 0x11, 0xffff, block4), TooLong},
      {v2(0x20, 0x00, 537, ""), TooLong},
      {v2(0x21, 0x11, block4 + "\x04"), Malformed},
      {v2(0x21, 0x11, block4 + std::string("\x04\0", 2)), Malformed},
      {v2(0x21, 0x11, block4 + std::string("\x04\0\x01", 3)), Malformed},
      {v2(0x21, 0x11, block4 + tlv(0x04, "ok") + std::string("\x04\xff\xff", 3)), Malformed},
  };
  for (const auto& [bytes, error] : table) {
    const auto progress = parse_proxy_header(bytes);
    ASSERT_FALSE(progress) << bytes;
    EXPECT_EQ(to_string(progress.error()), to_string(error)) << bytes;
  }
}

TEST(ProxyProtocol, RefusesAsSoonAsNothingCanBecomeOfIt) {
  for (const std::string_view bytes : {"G", "PROXX", "PROXY X", "PROXY TCP7", "\x16", "\r\nX"}) {
    EXPECT_FALSE(parse_proxy_header(bytes)) << bytes;
  }
}

}  // namespace
}  // namespace belfry::edge
