#include "inspect/ownership.hpp"

#include <gtest/gtest.h>

namespace belfry::inspect {
namespace {

OwnershipSecret secret(int fill) {
  OwnershipSecret bytes{};
  bytes.fill(static_cast<std::byte>(fill));
  return bytes;
}

TEST(OwnershipToken, IsOfOneCallerAndOneHost) {
  const auto token = ownership_token(secret(1), "a.test");
  EXPECT_EQ(token, ownership_token(secret(1), "a.test"));
  EXPECT_NE(token, ownership_token(secret(2), "a.test"));
  EXPECT_NE(token, ownership_token(secret(1), "b.test"));
  EXPECT_TRUE(token.starts_with("belfry-drill-"));
  EXPECT_EQ(token.size(), 13U + 32U);
}

TEST(OwnershipToken, IsFoundAsALineAlone) {
  const std::string token = "belfry-drill-00";
  for (const char* text : {"belfry-drill-00", "belfry-drill-00\n", "another\r\n belfry-drill-00\r\nthird"}) {
    EXPECT_TRUE(holds_token(text, token)) << text;
  }
  for (const char* text : {"", "belfry-drill-0", "belfry-drill-000", "x belfry-drill-00", "BELFRY-DRILL-00",
                           "you asked for /?q=belfry-drill-00", "belfry-drill-00,belfry-drill-00"}) {
    EXPECT_FALSE(holds_token(text, token)) << text;
  }
  EXPECT_FALSE(holds_token("\n", ""));
  EXPECT_FALSE(holds_token(token + std::string(kOwnershipFileBytes, '\n'), token));
}

TEST(LoopbackHost, IsOfThisMachineAlone) {
  for (const char* host : {"localhost", "app.localhost", "a.b.localhost", "127.0.0.1", "127.255.0.1", "[::1]", "::1"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
  for (const char* host : {"", "localhost.test", "notlocalhost", "127.1", "2130706433", "127.0.0.1.test", "0.0.0.0",
                           "[::]", "192.168.0.1", "[::1", "[fe80::1]", "example.com"}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

}  // namespace
}  // namespace belfry::inspect
