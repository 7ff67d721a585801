#include "inspect/tls_names.hpp"

#include <gtest/gtest.h>

#include <set>

namespace belfry::inspect {
namespace {

TEST(TlsNames, NoSuiteHasTwoRows) {
  std::set<std::uint16_t> codes;
  std::set<std::string_view> names;
  for (const CipherSuite& suite : cipher_suites()) {
    EXPECT_TRUE(codes.insert(suite.code).second) << suite.name;
    EXPECT_TRUE(names.insert(suite.name).second) << suite.name;
  }
}

TEST(TlsNames, NamesAreIanas) {
  EXPECT_EQ(suite_name(0x1301), "TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(suite_name(0xc02f), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  EXPECT_EQ(suite_name(0xcca9), "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
  EXPECT_EQ(suite_name(0x000a), "TLS_RSA_WITH_3DES_EDE_CBC_SHA");
  EXPECT_EQ(suite_name(0xfefe), "0xfefe");
  EXPECT_EQ(group_name(29), "X25519");
  EXPECT_EQ(group_name(24), "P-384");
  EXPECT_EQ(group_name(0x1234), "0x1234");
  EXPECT_EQ(alert_name(40), "handshake_failure");
  EXPECT_EQ(alert_name(86), "inappropriate_fallback");
  EXPECT_EQ(alert_name(200), "alert 200");
  EXPECT_EQ(to_string(TlsVersion::Ssl3), "SSL 3.0");
  EXPECT_EQ(tls_version(0x0304), TlsVersion::Tls13);
  EXPECT_FALSE(tls_version(0x0305));
}

// What a name says and what its row says are the same, for each of them.
TEST(TlsNames, RowsSayWhatTheirNamesSay) {
  for (const CipherSuite& suite : cipher_suites()) {
    const std::string name{suite.name};
    const auto says = [&](std::string_view part) { return name.find(part) != std::string::npos; };
    EXPECT_EQ(suite.exportable, says("EXPORT")) << name;
    EXPECT_EQ(suite.kind == CipherKind::Null, says("NULL")) << name;
    EXPECT_EQ(suite.kind == CipherKind::Rc4, says("RC4")) << name;
    EXPECT_EQ(suite.kind == CipherKind::Block64, says("DES") || says("IDEA") || says("RC2")) << name;
    EXPECT_EQ(suite.kind == CipherKind::Aead, says("GCM") || says("CCM") || says("CHACHA20")) << name;
    EXPECT_EQ(suite.exchange == KeyExchange::Anonymous, says("_anon_")) << name;
    EXPECT_EQ(suite.exchange == KeyExchange::Ecdhe, says("_ECDHE_")) << name;
    EXPECT_EQ(suite.exchange == KeyExchange::Dhe, says("_DHE_")) << name;
    EXPECT_EQ(suite.exchange == KeyExchange::Tls13, !says("_WITH_")) << name;
    EXPECT_EQ(suite.exchange == KeyExchange::StaticRsa, name.starts_with("TLS_RSA_")) << name;
    EXPECT_EQ(has_forward_secrecy(suite), says("DHE_") || !says("_WITH_")) << name;
    if (says("256_CBC") || says("256_GCM") || says("256_CCM") || says("CHACHA20")) {
      EXPECT_EQ(suite.bits, 256) << name;
    }
    if (says("_40_") || says("DES40")) {
      EXPECT_EQ(suite.bits, 40) << name;
    }
    if (says("3DES")) {
      EXPECT_EQ(suite.bits, 112) << name;
    }
  }
}

TEST(TlsNames, SuitesFitTheirVersions) {
  const auto suite = [](std::uint16_t code) { return *find_suite(code); };
  EXPECT_TRUE(fits(suite(0x1301), TlsVersion::Tls13));
  EXPECT_FALSE(fits(suite(0x1301), TlsVersion::Tls12));
  EXPECT_FALSE(fits(suite(0xc02f), TlsVersion::Tls13));
  EXPECT_TRUE(fits(suite(0xc02f), TlsVersion::Tls12));
  EXPECT_FALSE(fits(suite(0xc02f), TlsVersion::Tls11)) << "AEAD came with TLS 1.2";
  EXPECT_FALSE(fits(suite(0xc027), TlsVersion::Tls11)) << "so did the suites with SHA-256";
  EXPECT_TRUE(fits(suite(0xc013), TlsVersion::Tls10));
  EXPECT_FALSE(fits(suite(0xc013), TlsVersion::Ssl3)) << "no curves without extensions";
  EXPECT_TRUE(fits(suite(0x000a), TlsVersion::Ssl3));
}

}  // namespace
}  // namespace belfry::inspect
