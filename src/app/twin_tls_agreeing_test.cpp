#include "app/twin_tls_agreeing.hpp"

#include "inspect/tls_hello.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace belfry::twin {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

std::string number(std::size_t value, std::size_t octets) {
  std::string bytes;
  while (octets > 0) bytes.push_back(static_cast<char>(value >> (8 * --octets) & 0xffU));
  return bytes;
}

// A ClientHello in one record.
std::string hello(std::uint16_t version, const std::vector<std::uint16_t>& suites,
                  const std::string& compressions = std::string(1, '\0'),
                  const std::vector<std::uint16_t>& supported = {}) {
  std::string list;
  for (const std::uint16_t suite : suites) list += number(suite, 2);
  std::string body = number(version, 2) + std::string(32, 'r') + number(0, 1) + number(list.size(), 2) + list +
                     number(compressions.size(), 1) + compressions;
  if (!supported.empty()) {
    std::string versions;
    for (const std::uint16_t one : supported) versions += number(one, 2);
    const std::string extension =
        number(43, 2) + number(versions.size() + 1, 2) + number(versions.size(), 1) + versions;
    body += number(extension.size(), 2) + extension;
  }
  const std::string message = number(1, 1) + number(body.size(), 3) + body;
  return number(22, 1) + number(0x0301, 2) + number(message.size(), 2) + message;
}

// Version, suite and compression of the ServerHello that came.
std::string agreed(const std::string& bytes) {
  const auto answer = agree_to(bytes);
  if (!answer) return "nothing";
  EXPECT_THAT(*answer, SizeIs(47));
  EXPECT_EQ(answer->substr(5, 1), "\x02");
  std::string text;
  for (const std::size_t at : {9U, 10U, 44U, 45U, 46U}) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto octet = static_cast<unsigned char>((*answer)[at]);
    text += kDigits[octet >> 4U];
    text += kDigits[octet & 15U];
  }
  return text;
}

TEST(AgreeingServer, AgreesToWhatTheTwinsOpensslCannotSpeak) {
  EXPECT_EQ(agreed(hello(0x0300, {0xc009})), "0300c00900") << "SSL 3.0, whatever the suite";
  EXPECT_EQ(agreed(hello(0x0303, {0x0005})), "0303000500") << "RC4";
  EXPECT_EQ(agreed(hello(0x0301, {0x00ff, 0x000a})), "0301000a00") << "3DES, behind a signal";
  EXPECT_EQ(agreed(hello(0x0301, {0x0003})), "0301000300") << "export";
  EXPECT_EQ(agreed(hello(0x0303, {0x1a1a, 0x009c})), "0303009c00") << "static RSA, behind GREASE";
  EXPECT_EQ(agreed(hello(0x0303, {0xc02b}, std::string{"\x01\x00", 2})), "0303c02b01") << "compression";
  EXPECT_EQ(agreed(hello(0x0302, {0xc009, 0x5600})), "0302c00900") << "a fallback";
}

TEST(AgreeingServer, AnswersTheScansOwnTls12WithoutTheSignOfADowngrade) {
  std::string by_hand = hello(0x0303, {0xc02b, 0xc009});
  EXPECT_EQ(agreed(by_hand), "nothing");
  by_hand.replace(11, inspect::kHelloRandom.size(), inspect::kHelloRandom);
  EXPECT_EQ(agreed(by_hand), "0303c02b00");
  EXPECT_FALSE(agree_to(by_hand)->contains("DOWNGRD"));
  std::string weak = hello(0x0303, {0xc009});
  weak.replace(11, inspect::kHelloRandom.size(), inspect::kHelloRandom);
  EXPECT_EQ(agreed(weak), "nothing") << "OpenSSL does that by itself";
}

TEST(AgreeingServer, LeavesTheRestToOpenssl) {
  EXPECT_EQ(agreed(hello(0x0303, {0x1301, 0xc02b}, std::string(1, '\0'), {0x0304, 0x0303})), "nothing");
  EXPECT_EQ(agreed(hello(0x0301, {0xc009})), "nothing") << "TLS 1.0 with CBC is what OpenSSL has";
  EXPECT_EQ(agreed(hello(0x0303, {0x0005, 0xc02b})), "nothing") << "it would choose the other";
}

TEST(AgreeingServer, AnswersPlainHttpAndSsl2) {
  EXPECT_THAT(agree_to("GET / HTTP/1.1\r\n\r\n").value_or(""), StartsWith("HTTP/1.1 200 OK\r\n"));
  const std::string ssl2 = number(0x8000U | 30, 2) + number(1, 1) + number(2, 2) + number(3, 2) + number(0, 2) +
                           number(16, 2) + number(0x010080, 3) + std::string(16, 'c');
  const std::string answer = agree_to(ssl2).value_or("");
  ASSERT_GT(answer.size(), 13U);
  EXPECT_EQ(static_cast<unsigned char>(answer[0]) << 8U | static_cast<unsigned char>(answer[1]),
            0x8000U | (answer.size() - 2));
  EXPECT_EQ(answer[2], 4) << "SERVER-HELLO";
  EXPECT_THAT(answer, HasSubstr(number(0x010080, 3)));
}

TEST(AgreeingServer, LeavesWhatIsCutShortOrIsNoTls) {
  const std::string whole = hello(0x0300, {0x0005});
  ASSERT_NE(agreed(whole), "nothing");
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_EQ(agree_to(whole.substr(0, size)), std::nullopt);
  for (const std::string& bytes : {std::string{"SSH-2.0-OpenSSH"}, std::string{"get / HTTP/1.1"},
                                   std::string(100, '\0'), hello(0x0303, {}), hello(0x0303, {0x5600})}) {
    EXPECT_EQ(agree_to(bytes), std::nullopt);
  }
}

}  // namespace
}  // namespace belfry::twin
