#include "inspect/tls_hello.hpp"

#include "inspect/tls_bytes_test_support.hpp"
#include "inspect/tls_recipes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace belfry::inspect {
namespace {

using testing_support::ClientHelloParts;
using testing_support::read_client_hello;
using testing_support::with_length;

constexpr int kServerName = 0;
constexpr int kGroups = 10;
constexpr int kSupportedVersions = 43;
constexpr int kKeyShare = 51;
constexpr int kScsv = 0x00ff;

ClientHelloParts parts_of(Offer offer, std::string_view name = "site.example") {
  return read_client_hello(client_hello(recipe_of(offer, name)));
}

const CipherSuite& suite_of(int code) {
  const CipherSuite* const suite = find_suite(static_cast<std::uint16_t>(code));
  if (suite == nullptr) throw std::out_of_range{"a suite without a name is offered"};
  return *suite;
}

// Every suite that `offer` says but the signal of RFC 5746, which is none.
void expect_all(Offer offer, auto predicate) {
  const ClientHelloParts parts = parts_of(offer);
  ASSERT_GT(parts.suites.size(), 1U) << id_of(offer);
  EXPECT_EQ(parts.suites.back(), kScsv) << id_of(offer);
  for (const int code : parts.suites) {
    if (code != kScsv) {
      EXPECT_TRUE(predicate(suite_of(code))) << id_of(offer) << " offers " << suite_of(code).name;
    }
  }
}

TEST(TlsHello, SaysEachVersionInItsOwnWay) {
  const auto old = parts_of(Offer::Ssl3);
  EXPECT_EQ(old.record_version, 0x0300);
  EXPECT_EQ(old.version, 0x0300);
  EXPECT_TRUE(old.extensions.empty());
  EXPECT_EQ(parts_of(Offer::Tls10).version, 0x0301);
  EXPECT_EQ(parts_of(Offer::Tls11).version, 0x0302);
  EXPECT_EQ(parts_of(Offer::Modern12).version, 0x0303);
  EXPECT_EQ(parts_of(Offer::Modern12).record_version, 0x0301);
  EXPECT_FALSE(parts_of(Offer::Modern12).has(kSupportedVersions));

  const auto modern = parts_of(Offer::Modern13);
  EXPECT_EQ(modern.version, 0x0303);
  EXPECT_EQ(modern.content(kSupportedVersions), std::string("\x02\x03\x04", 3)) << "TLS 1.3 and nothing else";
  EXPECT_EQ(modern.session.size(), 32U);
  EXPECT_TRUE(modern.has(kKeyShare));
  EXPECT_EQ(modern.suites, (std::vector{0x1301, 0x1302, 0x1303, 0x1304, 0x1305}));
}

TEST(TlsHello, SaysWhoAsks) {
  EXPECT_EQ(parts_of(Offer::Modern12).random, "Belfry looks at this site's TLS.");
}

TEST(TlsHello, OffersNothingButTheWeakThing) {
  expect_all(Offer::StaticRsa, [](const CipherSuite& suite) {
    return !has_forward_secrecy(suite) && suite.exchange != KeyExchange::Anonymous && suite.bits >= 128;
  });
  expect_all(Offer::Cbc, [](const CipherSuite& suite) {
    return suite.name.find("_CBC_") != std::string_view::npos && has_forward_secrecy(suite);
  });
  expect_all(Offer::Rc4, [](const CipherSuite& suite) { return suite.name.find("RC4_128") != std::string_view::npos; });
  expect_all(Offer::TripleDes, [](const CipherSuite& suite) {
    return suite.kind == CipherKind::Block64 && !suite.exportable && suite.exchange != KeyExchange::Anonymous;
  });
  expect_all(Offer::Export, [](const CipherSuite& suite) { return suite.exportable; });
  expect_all(Offer::Null, [](const CipherSuite& suite) { return suite.bits == 0; });
  expect_all(Offer::Anonymous, [](const CipherSuite& suite) {
    return suite.name.find("_anon_") != std::string_view::npos && suite.bits > 0 && !suite.exportable;
  });
  expect_all(Offer::Modern12, [](const CipherSuite& suite) {
    return suite.name.starts_with("TLS_ECDHE_") && suite.kind == CipherKind::Aead;
  });
}

TEST(TlsHello, OldVersionsComeWithSuitesOfTheirTime) {
  for (const Offer offer : {Offer::Ssl3, Offer::Tls10, Offer::Tls11}) {
    expect_all(offer, [](const CipherSuite& suite) {
      return !suite.name.ends_with("SHA256") && !suite.name.ends_with("SHA384") && !suite.exportable && suite.bits > 0;
    });
    const auto suites = parts_of(offer).suites;
    for (const int common : {0x002f, 0x0035, 0x0033, 0x000a, 0x0005}) {
      EXPECT_NE(std::ranges::find(suites, common), suites.end()) << id_of(offer) << ' ' << common;
    }
  }
}

TEST(TlsHello, SaysCompressionAndFallbackWhereTheyAreOffered) {
  EXPECT_EQ(parts_of(Offer::Compression).compression, std::string("\x01\x00", 2));
  EXPECT_EQ(parts_of(Offer::Modern12).compression, std::string(1, '\0'));
  EXPECT_EQ(parts_of(Offer::Fallback).suites.back(), 0x5600);
  const auto suites = parts_of(Offer::LegacyRenegotiation).suites;
  EXPECT_EQ(std::ranges::count(suites, 0x5600), 0);
}

TEST(TlsHello, NamesTheSiteUnlessItIsAnAddress) {
  EXPECT_EQ(parts_of(Offer::Modern12).content(kServerName),
            with_length(std::string(1, 0) + with_length("site.example", 2), 2));
  EXPECT_FALSE(parts_of(Offer::Modern12, "").has(kServerName));
  EXPECT_FALSE(parts_of(Offer::Modern12, "192.0.2.1").has(kServerName));
  EXPECT_FALSE(parts_of(Offer::Modern13, "2001:db8::1").has(kServerName));
}

TEST(TlsHello, CanLeaveTheKeyShareToTheServer) {
  HelloRecipe recipe = recipe_of(Offer::Modern13, "site.example");
  recipe.groups = {24};
  recipe.key_share = HelloRecipe::KeyShare::None;
  const auto parts = read_client_hello(client_hello(recipe));
  EXPECT_EQ(parts.content(kKeyShare), std::string(2, '\0'));
  EXPECT_EQ(parts.content(kGroups), std::string("\x00\x02\x00\x18", 4));
}

TEST(TlsHello, SaysProtocolsAndStatusAndTickets) {
  HelloRecipe recipe = recipe_of(Offer::Modern12, "");
  recipe.protocols = {"h2", "http/1.1"};
  recipe.status_request = true;
  recipe.session_ticket = true;
  const auto parts = read_client_hello(client_hello(recipe));
  EXPECT_EQ(parts.content(16), std::string("\x00\x0c\x02h2\x08http/1.1", 14));
  EXPECT_EQ(parts.content(5), std::string("\x01\x00\x00\x00\x00", 5));
  EXPECT_TRUE(parts.has(35));
}

TEST(TlsHello, HasNoExtensionTwice) {
  for (const Offer offer : {Offer::Modern13, Offer::Modern12, Offer::Tls10, Offer::Compression}) {
    auto parts = parts_of(offer);
    std::vector<int> types;
    types.reserve(parts.extensions.size());
    for (const auto& [type, content] : parts.extensions) types.push_back(type);
    std::ranges::sort(types);
    EXPECT_EQ(std::ranges::adjacent_find(types), types.end()) << id_of(offer);
  }
}

TEST(TlsHello, RefusesARecipeThatFitsNoRecord) {
  HelloRecipe recipe;
  recipe.suites.assign(9'000, 0x002f);
  EXPECT_THROW(client_hello(recipe), std::length_error);
  recipe.suites.assign(40'000, 0x002f);
  EXPECT_THROW(client_hello(recipe), std::length_error);
  recipe = {.protocols = {std::string(300, 'x')}};
  EXPECT_THROW(client_hello(recipe), std::length_error);
  recipe = {.version = TlsVersion::Ssl2};
  EXPECT_THROW(client_hello(recipe), std::invalid_argument);
  EXPECT_THROW(recipe_of(Offer::Plaintext, ""), std::invalid_argument);
}

TEST(TlsHello, SaysSsl2ByteForByte) {
  const std::string expected =
      std::string{"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10", 11} +
      std::string{"\x01\0\x80\x02\0\x80\x03\0\x80\x04\0\x80\x05\0\x80\x06\0\x40\x07\0\xc0", 21} + "Belfry looks at ";
  EXPECT_EQ(ssl2_client_hello(), expected);
}

}  // namespace
}  // namespace belfry::inspect
