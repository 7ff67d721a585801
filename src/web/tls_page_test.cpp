#include "web/tls_page.hpp"

#include "web/tls_json.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace belfry::web {
namespace {

using testing::HasSubstr;
using testing::Not;

const base::WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 12} + std::chrono::hours{14}};

inspect::TlsFacts facts() {
  inspect::TlsFacts facts;
  facts.server_name = "app.example.com";
  facts.address = "192.0.2.1:443";
  facts.observed = kNow;
  for (const auto offers : {inspect::good_offers(), inspect::weak_offers()}) {
    for (const inspect::Offer offer : offers) {
      inspect::OfferResult result;
      result.offer = offer;
      result.answer = inspect::OfferAnswer::Refused;
      result.reason = inspect::OfferReason::Alert;
      result.alert = 40;
      facts.offers.push_back(std::move(result));
    }
  }
  facts.offers.front().answer = inspect::OfferAnswer::Accepted;
  facts.versions = {
      {.version = inspect::TlsVersion::Tls13, .suites = {0x1301, 0x1302}, .server_preference = {}, .complete = {}},
      {.version = inspect::TlsVersion::Tls12, .suites = {0x009c}, .server_preference = {}, .complete = {}}};
  facts.groups = {29, 23};
  net::CertificateFacts leaf;
  leaf.subject = "CN=<script>alert(1)</script>";
  leaf.issuer = "CN=<script>alert(2)</script>";
  leaf.names = {"app.example.com", "<b>"};
  leaf.fingerprint = "00ff";
  leaf.not_before = kNow - std::chrono::days{1};
  leaf.not_after = kNow + std::chrono::days{89};
  leaf.key_type = "EC";
  leaf.key_bits = 256;
  leaf.signature = "ecdsa-with-SHA256";
  net::HandshakeFacts handshake;
  handshake.chain.certificates = {leaf};
  handshake.chain.verification = "self-signed certificate in certificate chain";
  facts.handshake = std::move(handshake);
  return facts;
}

std::shared_ptr<const proof::TlsReport> report(inspect::Letter letter = inspect::Letter::T) {
  auto report = std::make_shared<proof::TlsReport>();
  report->taken = kNow;
  proof::AddressReport one;
  one.facts = facts();
  one.grade.letter = letter;
  one.grade.without_trust = inspect::Letter::APlus;
  one.grade.scores = {.protocol = 100, .key_exchange = 90, .cipher = 80, .total = 89};
  one.grade.rules = {{.id = "untrusted",
                      .effect = inspect::RuleEffect::Replace,
                      .cap = inspect::Letter::T,
                      .source = "SSL Server Rating Guide, 2009q",
                      .sentence = {"The chain is not trusted.", "La chaîne n’est pas reconnue."}}};
  one.grade.not_judged = {{"No browser was simulated.", "Aucun navigateur n’a été simulé."}};
  report->addresses.push_back(std::move(one));
  return report;
}

TlsPageInput input() {
  return {.site = "app.example.com", .language = Language::En, .report = report(), .now = kNow, .nonce = "bm9uY2U="};
}

TEST(TlsPage, ShowsTheGradeItsRulesAndWhatWasFound) {
  const http::Response response = tls_page(input());
  EXPECT_EQ(response.head.status, 200);
  for (const std::string_view words :
       {"A+", "the grade, trust left aside", "The chain is not trusted.", "SSL Server Rating Guide, 2009q",
        "No browser was simulated.", "192.0.2.1:443", "TLS 1.3", "TLS_AES_128_GCM_SHA256", "no forward secrecy",
        "X25519, P-256", "89 days left", "EC 256, ecdsa-with-SHA256", "00ff",
        "self-signed certificate in certificate chain", "16/16", "SSL 3.0", "/tls.json"}) {
    EXPECT_THAT(response.body, HasSubstr(words));
  }
}

TEST(TlsPage, SpeaksFrench) {
  TlsPageInput page = input();
  page.language = Language::Fr;
  const http::Response response = tls_page(page);
  EXPECT_EQ(response.head.fields.get("content-language"), "fr");
  for (const std::string_view words : {"Comment ce site est chiffré", "La chaîne n’est pas reconnue.",
                                       "89 jours restants", "confidentialité persistante"}) {
    EXPECT_THAT(response.body, HasSubstr(words));
  }
  EXPECT_THAT(response.body, Not(HasSubstr("[[")));
}

TEST(TlsPage, SaysThatNothingWasLookedAtYet) {
  TlsPageInput page = input();
  page.report.reset();
  const std::string html = tls_page(page).body;
  EXPECT_THAT(html, HasSubstr("Nothing was looked at yet."));
  EXPECT_THAT(html, Not(HasSubstr("<section")));
}

TEST(TlsPage, ShowsOneLetterWhereTrustChangesNothing) {
  TlsPageInput page = input();
  page.report = report(inspect::Letter::APlus);
  EXPECT_THAT(tls_page(page).body, Not(HasSubstr("trust left aside")));
}

TEST(TlsPage, SaysTheSameOfSeveralAddressesOnce) {
  auto two = std::make_shared<proof::TlsReport>(*report());
  two->addresses.push_back(two->addresses.front());
  two->addresses.back().facts.address = "[2001:db8::1]:443";
  TlsPageInput page = input();
  page.report = two;
  EXPECT_THAT(tls_page(page).body, HasSubstr("192.0.2.1:443, [2001:db8::1]:443"));
  two->addresses.back().facts.offers.back().answer = inspect::OfferAnswer::Accepted;
  EXPECT_THAT(tls_page(page).body, Not(HasSubstr("192.0.2.1:443, [2001:db8::1]:443")));
}

TEST(TlsPage, TakesNoMarkupFromACertificate) {
  const std::string html = tls_page(input()).body;
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<b>,")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;"));
}

TEST(TlsJson, IsWhatTheDrillReads) {
  const auto shown = report();
  const http::Response response = tls_json({.site = "app.example.com", .report = shown, .now = kNow});
  const auto read = proof::parse_report(response.body);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(*read, proof::reported(*shown));
}

TEST(TlsJson, HasTheAgreedForm) {
  const auto page =
      boost::json::parse(tls_json({.site = "app.example.com", .report = report(), .now = kNow}).body).as_object();
  EXPECT_EQ(page.at("taken").as_string(), "2026-03-12T14:00:00.000Z");
  const auto& address = page.at("addresses").as_array().at(0).as_object();
  std::vector<std::string> keys;
  for (const auto& pair : address) keys.emplace_back(pair.key());
  EXPECT_EQ(keys, (std::vector<std::string>{"address", "name", "grade", "grade_without_trust", "scores", "rules",
                                            "not_judged", "protocols", "groups", "certificate", "offers", "port_80"}));
  EXPECT_EQ(address.at("certificate").at("days_left").as_int64(), 89);
  EXPECT_EQ(address.at("offers").as_array().size(), 18U);
  EXPECT_TRUE(address.at("port_80").is_null());
}

TEST(TlsJson, SaysThatNothingWasLookedAtYet) {
  const auto page = boost::json::parse(tls_json({.site = "a", .report = nullptr, .now = kNow}).body).as_object();
  EXPECT_TRUE(page.at("taken").is_null());
  EXPECT_TRUE(page.at("addresses").as_array().empty());
}

}  // namespace
}  // namespace belfry::web
