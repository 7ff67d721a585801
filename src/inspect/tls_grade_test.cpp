#include "inspect/tls_grade.hpp"

#include "inspect/tls_grade_rules.hpp"
#include "inspect/tls_scores.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace belfry::inspect {
namespace {

using namespace std::chrono_literals;

constexpr base::WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};
constexpr HstsFact kLongHsts{.present = Observed::Yes, .max_age = std::chrono::days{365}};

// What a well kept site says: the letter A+.
TlsFacts good_facts() {
  TlsFacts facts;
  facts.server_name = "site.example";
  facts.versions = {
      {TlsVersion::Tls13, {0x1301, 0x1302, 0x1303}, Observed::Yes, Observed::Yes},
      {TlsVersion::Tls12, {0xc02f, 0xc030, 0xcca8}, Observed::Yes, Observed::Yes},
  };
  facts.groups = {29, 23, 24};
  net::CertificateFacts certificate;
  certificate.subject = "CN=site.example";
  certificate.key_type = "RSA";
  certificate.key_bits = 2048;
  certificate.signature = "sha256WithRSAEncryption";
  certificate.not_before = kNow - std::chrono::days{30};
  certificate.not_after = kNow + std::chrono::days{60};
  net::HandshakeFacts handshake;
  handshake.chain = {
      .certificates = {certificate}, .in_order = true, .trusted = true, .verification = "ok", .name_matches = true};
  facts.handshake = handshake;
  facts.secure_renegotiation = Observed::Yes;
  facts.client_renegotiation = Observed::No;
  facts.compression = Observed::No;
  facts.complete = Observed::Yes;
  return facts;
}

net::CertificateFacts& leaf(TlsFacts& facts) {
  return facts.handshake->chain.certificates.front();
}

std::vector<std::string_view> ids(const TlsGrade& grade) {
  std::vector<std::string_view> list;
  list.reserve(grade.rules.size());
  for (const GradeRule& rule : grade.rules) list.push_back(rule.id);
  return list;
}

struct Case {
  const char* what;
  std::function<void(TlsFacts&)> change;
  Letter letter;
  std::vector<std::string_view> rules;  // but for the score; the worst first
  HstsFact hsts = kLongHsts;
};

const std::vector<std::uint16_t> kRsaCbc{0x002f, 0x0035};

std::vector<Case> cases() {
  using Facts = TlsFacts&;
  return {
      {"a well kept site", [](Facts) {}, Letter::APlus, {"exceptional"}},
      {"HSTS of exactly 180 days",
       [](Facts) {},
       Letter::APlus,
       {"exceptional"},
       {.present = Observed::Yes, .max_age = std::chrono::days{180}}},
      {"HSTS of a second less",
       [](Facts) {},
       Letter::A,
       {"short_hsts"},
       {.present = Observed::Yes, .max_age = std::chrono::days{180} - 1s}},
      {"no HSTS", [](Facts) {}, Letter::A, {"no_hsts"}, {.present = Observed::No}},
      {"HSTS not looked at", [](Facts) {}, Letter::A, {}, {}},
      {"no TLS 1.3", [](Facts facts) { facts.versions.erase(facts.versions.begin()); }, Letter::AMinus, {"no_tls1.3"}},
      {"TLS 1.3 alone", [](Facts facts) { facts.versions.pop_back(); }, Letter::APlus, {"exceptional"}},
      {"no secure renegotiation",
       [](Facts facts) { facts.secure_renegotiation = Observed::No; },
       Letter::AMinus,
       {"no_secure_renegotiation"}},
      {"insecure renegotiation",
       [](Facts facts) {
         facts.secure_renegotiation = Observed::No;
         facts.client_renegotiation = Observed::Yes;
       },
       Letter::F,
       {"insecure_renegotiation"}},
      {"secure renegotiation begun by the client",
       [](Facts facts) { facts.client_renegotiation = Observed::Yes; },
       Letter::APlus,
       {"exceptional"}},
      {"TLS 1.1", [](Facts facts) { facts.versions.push_back({TlsVersion::Tls11, {0xc013}}); }, Letter::B, {"tls1.1"}},
      {"TLS 1.0", [](Facts facts) { facts.versions.push_back({TlsVersion::Tls10, {0xc013}}); }, Letter::B, {"tls1.0"}},
      {"SSL 3.0 with CBC",
       [](Facts facts) { facts.versions.push_back({TlsVersion::Ssl3, {0x002f}}); },
       Letter::C,
       {"poodle", "ssl3"}},
      {"SSL 3.0 with RC4",
       [](Facts facts) { facts.versions.push_back({TlsVersion::Ssl3, {0x0005}}); },
       Letter::B,
       {"ssl3", "rc4"}},
      {"SSL 2.0", [](Facts facts) { facts.versions.push_back({TlsVersion::Ssl2, {}}); }, Letter::F, {"ssl2"}},
      {"SSL 3.0 at best",
       [](Facts facts) { facts.versions = {{TlsVersion::Ssl3, {0x002f}}}; },
       Letter::F,
       {"ssl3_best", "poodle", "no_tls1.2", "ssl3", "no_forward_secrecy", "no_aead", "no_tls1.3"}},
      {"TLS 1.1 at best",
       [](Facts facts) { facts.versions = {{TlsVersion::Tls11, {0xc013, 0xc014}}}; },
       Letter::C,
       {"no_tls1.2", "tls1.1", "no_aead", "no_tls1.3"}},
      {"anonymous suites",
       [](Facts facts) { facts.versions.back().suites.push_back(0x0034); },
       Letter::F,
       {"anonymous_suites"}},
      {"NULL suites", [](Facts facts) { facts.versions.back().suites.push_back(0x003b); }, Letter::F, {"null_suites"}},
      {"export suites",
       [](Facts facts) { facts.versions.back().suites.push_back(0x0014); },
       Letter::F,
       {"export_suites"}},
      {"RC4 last in the order",
       [](Facts facts) { facts.versions.back().suites.push_back(0xc011); },
       Letter::B,
       {"rc4"}},
      {"RC4 first in TLS 1.2",
       [](Facts facts) { facts.versions.back().suites.insert(facts.versions.back().suites.begin(), 0xc011); },
       Letter::C,
       {"rc4_modern", "rc4", "no_aead"}},
      {"nothing but RC4",
       [](Facts facts) { facts.versions = {{TlsVersion::Tls12, {0x0005}}}; },
       Letter::F,
       {"rc4_only", "rc4_modern", "rc4", "no_forward_secrecy", "no_aead", "no_tls1.3"}},
      {"3DES last in the order",
       [](Facts facts) { facts.versions.back().suites.push_back(0xc012); },
       Letter::APlus,
       {"exceptional"}},
      {"3DES first in TLS 1.2",
       [](Facts facts) { facts.versions.back().suites.insert(facts.versions.back().suites.begin(), 0xc012); },
       Letter::C,
       {"block64", "no_aead"}},
      {"static RSA last in the order",
       [](Facts facts) { facts.versions.back().suites.push_back(0x009c); },
       Letter::APlus,
       {"exceptional"}},
      {"static RSA with AEAD alone",
       [](Facts facts) { facts.versions.back().suites = {0x009c, 0x009d}; },
       Letter::B,
       {"no_forward_secrecy"}},
      {"ECDHE with CBC alone",
       [](Facts facts) { facts.versions.back().suites = {0xc013, 0xc014}; },
       Letter::B,
       {"no_aead"}},
      {"static RSA with CBC alone",
       [](Facts facts) { facts.versions.back().suites = kRsaCbc; },
       Letter::B,
       {"no_forward_secrecy", "no_aead"}},
      {"compression", [](Facts facts) { facts.compression = Observed::Yes; }, Letter::C, {"compression"}},
      {"RSA of 1024 bits", [](Facts facts) { leaf(facts).key_bits = 1024; }, Letter::B, {"short_key"}},
      {"RSA of 1023 bits", [](Facts facts) { leaf(facts).key_bits = 1023; }, Letter::F, {"weak_key"}},
      {"DH of 1024 bits", [](Facts facts) { facts.dh_bits = 1024; }, Letter::B, {"short_dh"}},
      {"DH of 1023 bits", [](Facts facts) { facts.dh_bits = 1023; }, Letter::F, {"weak_dh"}},
      {"DH of 2048 bits", [](Facts facts) { facts.dh_bits = 2048; }, Letter::APlus, {"exceptional"}},
      {"MD5", [](Facts facts) { leaf(facts).signature = "md5WithRSAEncryption"; }, Letter::F, {"md5_signature"}},
      {"SHA-1",
       [](Facts facts) { leaf(facts).signature = "ecdsa-with-SHA1"; },
       Letter::T,
       {"sha1_signature", "exceptional"}},
      {"a root with SHA-1",
       [](Facts facts) {
         net::CertificateFacts root = leaf(facts);
         root.signature = "sha1WithRSAEncryption";
         root.self_signed = true;
         facts.handshake->chain.certificates.push_back(root);
       },
       Letter::APlus,
       {"exceptional"}},
      {"an unknown authority",
       [](Facts facts) { facts.handshake->chain.trusted = false; },
       Letter::T,
       {"untrusted", "exceptional"}},
      {"signed by itself",
       [](Facts facts) {
         facts.handshake->chain.trusted = false;
         leaf(facts).self_signed = true;
       },
       Letter::T,
       {"self_signed", "exceptional"}},
      {"signed by itself, and trusted for that",
       [](Facts facts) { leaf(facts).self_signed = true; },
       Letter::APlus,
       {"exceptional"}},
      {"expired a moment ago",
       [](Facts facts) { leaf(facts).not_after = kNow - 1ms; },
       Letter::T,
       {"expired", "exceptional"}},
      {"valid to this moment", [](Facts facts) { leaf(facts).not_after = kNow; }, Letter::APlus, {"exceptional"}},
      {"valid from tomorrow",
       [](Facts facts) { leaf(facts).not_before = kNow + 24h; },
       Letter::T,
       {"not_yet_valid", "exceptional"}},
      {"for another name",
       [](Facts facts) { facts.handshake->chain.name_matches = false; },
       Letter::M,
       {"name_mismatch", "exceptional"}},
      {"for another name, of an unknown authority",
       [](Facts facts) {
         facts.handshake->chain.name_matches = false;
         facts.handshake->chain.trusted = false;
       },
       Letter::T,
       {"name_mismatch", "untrusted", "exceptional"}},
      {"no handshake", [](Facts facts) { facts.handshake.reset(); }, Letter::Unknown, {"exceptional"}},
      {"no handshake, but SSL 2.0",
       [](Facts facts) {
         facts.handshake.reset();
         facts.versions.push_back({TlsVersion::Ssl2, {}});
       },
       Letter::F,
       {"ssl2"}},
      {"no version at all", [](Facts facts) { facts.versions.clear(); }, Letter::Unknown, {}},
  };
}

TEST(TlsGrade, GivesTheLetterAndTheRulesThatLedToIt) {
  for (const Case& each : cases()) {
    TlsFacts facts = good_facts();
    each.change(facts);
    const TlsGrade got = grade(facts, each.hsts, kNow);
    EXPECT_EQ(to_string(got.letter), to_string(each.letter)) << each.what;
    auto rules = ids(got);
    if (!rules.empty()) {
      EXPECT_EQ(rules.front(), "score") << each.what;
      rules.erase(rules.begin());
    }
    EXPECT_EQ(rules, each.rules) << each.what;
  }
}

TEST(TlsGrade, EveryRuleIsReachedByACase) {
  std::set<std::string_view> reached{"score"};
  for (const Case& each : cases()) reached.insert(each.rules.begin(), each.rules.end());
  for (int rule = 0; rule <= static_cast<int>(Rule::Exceptional); ++rule) {
    const GradeRule text = rule_text(Rule{static_cast<std::uint8_t>(rule)});
    EXPECT_TRUE(reached.contains(text.id)) << text.id;
    EXPECT_FALSE(text.source.empty()) << text.id;
    EXPECT_FALSE(text.sentence.en.empty()) << text.id;
    EXPECT_FALSE(text.sentence.fr.empty()) << text.id;
    EXPECT_EQ(text.sentence.fr.find(" :"), std::string::npos) << text.id;
    EXPECT_EQ(text.sentence.fr.find('\''), std::string::npos) << text.id;
  }
}

TEST(TlsGrade, SaysWhatTrustHides) {
  TlsFacts facts = good_facts();
  facts.handshake->chain.trusted = false;
  facts.versions.push_back({TlsVersion::Tls10, {0xc013}});
  const TlsGrade got = grade(facts, kLongHsts, kNow);
  EXPECT_EQ(got.letter, Letter::T);
  EXPECT_EQ(got.without_trust, Letter::B);
}

TEST(TlsGrade, AWarningSpoilsAPlusAndNothingBelowA) {
  TlsFacts facts = good_facts();
  facts.secure_renegotiation = Observed::No;
  facts.versions.push_back({TlsVersion::Tls10, {0xc013}});
  EXPECT_EQ(grade(facts, kLongHsts, kNow).letter, Letter::B);
}

TEST(TlsGrade, SaysWhatItDoesNotJudge) {
  const auto count = [](const TlsFacts& facts, const HstsFact& hsts) {
    return grade(facts, hsts, kNow).not_judged.size();
  };
  const TlsFacts facts = good_facts();
  EXPECT_EQ(count(facts, kLongHsts), 3U);
  EXPECT_EQ(count(facts, {}), 4U) << "HSTS";
  TlsFacts partial = facts;
  partial.versions.front().complete = Observed::No;
  EXPECT_EQ(count(partial, kLongHsts), 4U) << "an early end";
  partial = facts;
  partial.complete = Observed::No;
  EXPECT_EQ(count(partial, kLongHsts), 4U) << "an early end";
  partial = facts;
  partial.compression = Observed::Unknown;
  EXPECT_EQ(count(partial, kLongHsts), 4U) << "no clear answer";
}

struct ScoreCase {
  const char* what;
  std::function<void(TlsFacts&)> change;
  TlsScores scores;
};

TEST(TlsScores, FollowTheTablesOfTheGuide) {
  using Facts = TlsFacts&;
  const std::vector<ScoreCase> cases{
      {"the best and the worst are AES-256 and AES-128", [](Facts) {}, {100, 90, 90, 93}},
      {"256 bits alone",
       [](Facts facts) { facts.versions = {{TlsVersion::Tls13, {0x1302, 0x1303}}}; },
       {100, 90, 100, 97}},
      {"128 bits alone", [](Facts facts) { facts.versions = {{TlsVersion::Tls13, {0x1301}}}; }, {100, 90, 80, 89}},
      {"3DES beside 256 bits",
       [](Facts facts) { facts.versions = {{TlsVersion::Tls12, {0xc030, 0xc012}}}; },
       {100, 90, 60, 81}},
      {"export beside 256 bits",
       [](Facts facts) { facts.versions = {{TlsVersion::Tls12, {0xc030, 0x0014}}}; },
       {100, 40, 60, 66}},
      {"NULL beside 256 bits",
       [](Facts facts) { facts.versions = {{TlsVersion::Tls12, {0xc030, 0x003b}}}; },
       {100, 90, 50, 77}},
      {"NULL alone", [](Facts facts) { facts.versions = {{TlsVersion::Tls12, {0x003b}}}; }, {100, 90, 0, 0}},
      {"anonymous", [](Facts facts) { facts.versions.back().suites.push_back(0x006c); }, {100, 0, 90, 0}},
      {"TLS 1.1 as the worst",
       [](Facts facts) { facts.versions.push_back({TlsVersion::Tls11, {0xc014}}); },
       {97, 90, 90, 92}},
      {"TLS 1.0 as the worst",
       [](Facts facts) { facts.versions.push_back({TlsVersion::Tls10, {0xc014}}); },
       {95, 90, 90, 91}},
      {"SSL 3.0 as the worst",
       [](Facts facts) { facts.versions.push_back({TlsVersion::Ssl3, {0x0035}}); },
       {90, 90, 90, 90}},
      {"SSL 2.0 as the worst", [](Facts facts) { facts.versions.push_back({TlsVersion::Ssl2, {}}); }, {50, 90, 90, 78}},
      {"SSL 2.0 alone", [](Facts facts) { facts.versions = {{TlsVersion::Ssl2, {}}}; }, {0, 90, 0, 0}},
      {"RSA of 4096 bits and P-384",
       [](Facts facts) {
         leaf(facts).key_bits = 4096;
         facts.groups = {24};
       },
       {100, 100, 90, 96}},
      {"RSA of 4096 bits and X25519",
       [](Facts facts) {
         leaf(facts).key_bits = 4096;
         facts.groups = {29};
       },
       {100, 90, 90, 93}},
      {"RSA of 1024 bits", [](Facts facts) { leaf(facts).key_bits = 1024; }, {100, 80, 90, 90}},
      {"RSA of 512 bits", [](Facts facts) { leaf(facts).key_bits = 512; }, {100, 40, 90, 78}},
      {"RSA of 511 bits", [](Facts facts) { leaf(facts).key_bits = 511; }, {100, 20, 90, 72}},
      {"DH of 1024 bits", [](Facts facts) { facts.dh_bits = 1024; }, {100, 80, 90, 90}},
      {"ECDSA of P-256",
       [](Facts facts) {
         leaf(facts).key_type = "EC";
         leaf(facts).key_bits = 256;
       },
       {100, 90, 90, 93}},
      {"ECDSA of P-384 and P-521 alone",
       [](Facts facts) {
         leaf(facts).key_type = "EC";
         leaf(facts).key_bits = 384;
         facts.groups = {25};
       },
       {100, 100, 90, 96}},
      {"Ed25519",
       [](Facts facts) {
         leaf(facts).key_type = "Ed25519";
         leaf(facts).key_bits = 253;
       },
       {100, 90, 90, 93}},
  };
  for (const ScoreCase& each : cases) {
    TlsFacts facts = good_facts();
    each.change(facts);
    const TlsScores got = scores_of(facts);
    EXPECT_EQ(got, each.scores) << each.what << ": " << got.protocol << ' ' << got.key_exchange << ' ' << got.cipher
                                << ' ' << got.total;
  }
}

TEST(TlsScores, TotalsBecomeLetters) {
  for (const auto& [total, letter] : {std::pair{100, "A"},
                                      {80, "A"},
                                      {79, "B"},
                                      {65, "B"},
                                      {64, "C"},
                                      {50, "C"},
                                      {49, "D"},
                                      {35, "D"},
                                      {34, "E"},
                                      {20, "E"},
                                      {19, "F"},
                                      {0, "F"}}) {
    EXPECT_EQ(to_string(letter_of(total)), letter) << total;
  }
}

TEST(TlsFacts, CountsWholeDays) {
  TlsFacts facts = good_facts();
  EXPECT_EQ(days_left(facts, kNow), 60);
  leaf(facts).not_after = kNow + 36h;
  EXPECT_EQ(days_left(facts, kNow), 1);
  leaf(facts).not_after = kNow - 1s;
  EXPECT_EQ(days_left(facts, kNow), -1);
  facts.handshake.reset();
  EXPECT_FALSE(days_left(facts, kNow));
}

}  // namespace
}  // namespace belfry::inspect
