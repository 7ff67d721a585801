// The drill of the report against doors whose scans and reports a test makes up.

#include "proof/report_drill.hpp"

#include "proof/claims.hpp"
#include "proof/fake_http_client.hpp"
#include "proof/fake_twin.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace belfry::proof {
namespace {

using inspect::Observed;
using inspect::Offer;
using inspect::OfferAnswer;
using testing::HasSubstr;

inspect::TlsFacts facts_of(std::string address, std::string fingerprint, base::WallTime now) {
  inspect::TlsFacts facts;
  facts.server_name = "app.example.com";
  facts.address = std::move(address);
  facts.observed = now;
  for (const Offer offer : inspect::good_offers()) {
    inspect::OfferResult result;
    result.offer = offer;
    result.answer = OfferAnswer::Accepted;
    result.hello = inspect::ServerHello{};
    facts.offers.push_back(std::move(result));
  }
  for (const Offer offer : inspect::weak_offers()) {
    inspect::OfferResult result;
    result.offer = offer;
    result.answer = OfferAnswer::Refused;
    result.reason = inspect::OfferReason::Alert;
    facts.offers.push_back(std::move(result));
  }
  facts.versions = {
      {.version = inspect::TlsVersion::Tls13, .suites = {0x1301}, .server_preference = {}, .complete = Observed::Yes},
      {.version = inspect::TlsVersion::Tls12, .suites = {0xc02b}, .server_preference = {}, .complete = Observed::Yes}};
  facts.groups = {29};
  net::CertificateFacts leaf;
  leaf.names = {"app.example.com", "belfry.example.com"};
  leaf.fingerprint = std::move(fingerprint);
  leaf.not_before = now - std::chrono::days{10};
  leaf.not_after = now + std::chrono::days{80};
  leaf.key_type = "EC";
  leaf.key_bits = 256;
  leaf.security_bits = 128;
  leaf.signature = "ecdsa-with-SHA256";
  net::HandshakeFacts handshake;
  handshake.version = 0x0304;
  handshake.suite = 0x1301;
  handshake.group = "x25519";
  handshake.secure_renegotiation = true;
  handshake.chain = {
      .certificates = {leaf}, .in_order = true, .trusted = true, .verification = "ok", .name_matches = true};
  facts.handshake = std::move(handshake);
  facts.secure_renegotiation = Observed::Yes;
  facts.client_renegotiation = Observed::No;
  facts.compression = Observed::No;
  facts.fallback_refused = Observed::Yes;
  facts.downgrade_sentinel = Observed::Yes;
  facts.complete = Observed::Yes;
  return facts;
}

// As `web` writes it.
std::string json_of(const TlsReport& report) {
  boost::json::array addresses;
  for (const ReportedAddress& one : reported(report)) {
    boost::json::object address;
    address["address"] = one.address;
    address["grade"] = one.grade;
    address["certificate"] = boost::json::object{{"fingerprint", one.fingerprint}};
    boost::json::array protocols;
    for (const ReportedAddress::Protocol& protocol : one.protocols) {
      boost::json::array suites;
      for (const std::string& suite : protocol.suites) suites.emplace_back(suite);
      protocols.push_back(boost::json::object{{"name", protocol.name}, {"suites", std::move(suites)}});
    }
    address["protocols"] = std::move(protocols);
    boost::json::array groups;
    for (const std::string& group : one.groups) groups.emplace_back(group);
    address["groups"] = std::move(groups);
    addresses.push_back(std::move(address));
  }
  return boost::json::serialize(boost::json::object{{"addresses", std::move(addresses)}});
}

class ReportDrillTest : public testing::Test {
 protected:
  ReportDrillTest() {
    door_ = facts_of("192.0.2.1:443", "aa", clock_.wall_now());
    twin_ = facts_of("private socket", "bb", clock_.wall_now());
    twin_.versions.push_back({.version = inspect::TlsVersion::Tls10,
                              .suites = {0x0005},
                              .server_preference = {},
                              .complete = Observed::Yes});
    for (auto& result : twin_.offers) result.answer = OfferAnswer::Accepted;
  }

  std::vector<Evidence> run() {
    DrillContext context{.clock = clock_, .random = random_, .stopping = {}, .wait = [](auto) { return true; }};
    std::vector<Evidence> evidence = drill_.run(context);
    const auto& parts = find_claim("transit.report")->parts;
    EXPECT_EQ(evidence.size(), parts.size());
    for (const Part& part : parts) {
      EXPECT_EQ(std::ranges::count(evidence, part.id, &Evidence::part), 1) << part.id;
    }
    return evidence;
  }
  static const Evidence& part(const std::vector<Evidence>& evidence, std::string_view id) {
    return *std::ranges::find(evidence, id, &Evidence::part);
  }
  void expect(std::string_view id, Outcome outcome, std::string_view words) {
    const std::vector<Evidence> evidence = run();
    const Evidence& one = part(evidence, id);
    EXPECT_EQ(one.outcome, outcome) << one.finding.en;
    EXPECT_THAT(one.finding.en, HasSubstr(words));
  }
  net::CertificateFacts& leaf() { return door_.handshake->chain.certificates.front(); }

  FakeHttpClient::Answer answer(const net::FetchRequest& request) {
    net::FetchResponse response =
        response_of(status_, {{"strict-transport-security", "max-age=63072000; includeSubDomains"}});
    if (request.url.ends_with("/tls.json") && published_) response.body = said_.value_or(json_of(*published_));
    return response;
  }

  base::FakeClock clock_;
  base::FakeRandom random_;
  FakeTwinLauncher twins_;
  FakeHttpClient client_{[this](const net::FetchRequest& request) { return answer(request); }};
  inspect::TlsFacts door_;
  inspect::TlsFacts twin_;
  std::uint16_t status_ = 200;
  std::optional<std::string> said_;
  std::shared_ptr<const TlsReport> published_;
  std::uint64_t certificate_ = 1;
  std::string own_ = "aa";
  bool is_ours_ = true;
  std::string next_;
  ReportDrill drill_{
      {.client = client_,
       .twins = twins_,
       .scan = [this](const inspect::TlsScanRequest& request) { return request.way.socket.empty() ? door_ : twin_; },
       .addresses =
           [] {
             SiteAddresses where;
             where.source = AddressSource::Names;
             where.addresses = {{.way = {.endpoint = *base::Endpoint::parse("192.0.2.1:443"), .socket = {}},
                                 .name = "app.example.com"}};
             return where;
           },
       .is_ours = [this](const SiteAddress&, DrillContext&) { return is_ours_; },
       .site = {.site_host = "app.example.com", .belfry_host = "belfry.example.com", .way = {}, .ca_file = {}},
       .hosts = {"app.example.com", "belfry.example.com"},
       .publish = [this](std::shared_ptr<const TlsReport> report) { published_ = std::move(report); },
       .certificate_number = [this] { return certificate_; },
       .own_certificate =
           [this] {
             const std::string before = own_;
             if (!next_.empty()) own_ = next_;
             return before;
           }},
      std::chrono::seconds{300}};
};

TEST_F(ReportDrillTest, HoldsWhereTheReportDescribesTheServer) {
  const std::vector<Evidence> evidence = run();
  for (const Evidence& one : evidence) EXPECT_EQ(one.outcome, Outcome::Holds) << one.part << ": " << one.finding.en;
  EXPECT_THAT(part(evidence, "same").finding.en, HasSubstr("1/1 addresses"));
  EXPECT_THAT(part(evidence, "certificate").finding.en, HasSubstr("80 days left"));
  ASSERT_NE(published_, nullptr);
  EXPECT_EQ(twins_.orders.front().without, "transit.report");
}

TEST_F(ReportDrillTest, ADifferenceBreaksItOnceAndIsThenReported) {
  run();
  leaf().fingerprint = "cc";
  expect("same", Outcome::Broken, "the report does not describe 192.0.2.1:443: certificate");
  expect("same", Outcome::Holds, "1/1");
  door_.versions.pop_back();
  expect("same", Outcome::Broken, "protocols");
}

TEST_F(ReportDrillTest, ACertificateThatTheDoorItselfChangedIsNoDifference) {
  run();
  leaf().fingerprint = "cc";
  certificate_ = 2;
  expect("same", Outcome::Holds, "1/1");
}

TEST_F(ReportDrillTest, AReportThatCannotBeHadBreaksIt) {
  status_ = 404;
  expect("published", Outcome::Broken, "404");
  status_ = 200;
  for (const std::string_view text :
       {"", "[]", "{}", R"({"addresses":[]})", R"({"addresses":[1]})", R"({"addresses":[{"address":"a"}]})",
        R"({"addresses":[{"address":"a","grade":"A","certificate":{},"protocols":[],"groups":[]}]})",
        R"({"addresses":[{"address":"a","grade":"A","certificate":null,"protocols":[{"name":1}],"groups":[]}]})",
        R"({"addresses":[{"address":"a","grade":"A","certificate":null,"protocols":[],"groups":[2]}]})"}) {
    said_ = text;
    expect("published", Outcome::Broken, "cannot be read");
  }
}

TEST_F(ReportDrillTest, AWeakCertificateBreaksIt) {
  const inspect::TlsFacts good = door_;
  leaf().not_after = clock_.wall_now() - std::chrono::seconds{1};
  expect("certificate", Outcome::Broken, "it has expired");
  door_ = good;
  leaf().not_before = clock_.wall_now() + std::chrono::hours{1};
  expect("certificate", Outcome::Broken, "not valid yet");
  door_ = good;
  door_.handshake->chain.name_matches = false;
  expect("certificate", Outcome::Broken, "not for app.example.com");
  door_ = good;
  leaf().names = {"app.example.com", "*.belfry.example.com"};
  expect("certificate", Outcome::Broken, "not for belfry.example.com");
  door_ = good;
  leaf().security_bits = 80;
  expect("certificate", Outcome::Broken, "a key of");
  door_ = good;
  leaf().signature = "sha1WithRSAEncryption";
  expect("certificate", Outcome::Broken, "signed with sha1WithRSAEncryption");
  door_ = good;
  leaf().names = {"*.example.com"};
  leaf().not_after = clock_.wall_now() + std::chrono::days{3};
  expect("certificate", Outcome::Holds, "to be renewed");
}

TEST_F(ReportDrillTest, AnotherCertificateThanTheDoorsBreaksIt) {
  leaf().fingerprint = "cc";
  expect("certificate", Outcome::Broken, "at 192.0.2.1:443: another certificate than the door’s");
  own_ = "cc";
  expect("certificate", Outcome::Holds, "80 days left");
}

TEST_F(ReportDrillTest, ACertificateThatIsExchangedMeanwhileIsTheDoorsBeforeAndAfter) {
  next_ = "cc";
  expect("certificate", Outcome::Holds, "80 days left");
  own_ = "aa";
  leaf().fingerprint = "cc";
  expect("certificate", Outcome::Holds, "80 days left");
}

TEST_F(ReportDrillTest, AChainThatNobodyKnowsIsNotVouchedFor) {
  door_.handshake->chain.trusted = false;
  door_.handshake->chain.verification = "unable to get local issuer certificate";
  const std::vector<Evidence> evidence = run();
  EXPECT_EQ(part(evidence, "grade").outcome, Outcome::Holds);
  EXPECT_THAT(part(evidence, "grade").finding.en, HasSubstr("if trust is left aside, T with it"));
  EXPECT_EQ(part(evidence, "certificate").outcome, Outcome::Inconclusive);
  EXPECT_THAT(part(evidence, "certificate").finding.en, HasSubstr("(unable to get local issuer certificate)"));
  EXPECT_THAT(part(evidence, "certificate").finding.en, HasSubstr("the full chain"));
}

TEST(ReportCertificate, AnAuthorityOfThisMachineAloneIsSaidAndNotHeldAgainstIt) {
  const base::WallTime now = base::FakeClock{}.wall_now();
  TlsReport report;
  report.addresses.push_back({.facts = facts_of("127.0.0.1:443", "aa", now), .grade = {}});
  net::ChainFacts& chain = report.addresses.front().facts.handshake->chain;
  chain.trusted = false;
  chain.verification = "unable to get local issuer certificate";
  chain.certificates.front().names = {"app.localhost", "localhost"};
  const auto judge = [&] { return judge_certificate(report, {"app.localhost"}, {"aa"}, now); };
  EXPECT_EQ(judge().outcome, Outcome::Holds);
  EXPECT_THAT(judge().finding.en, HasSubstr("not from an authority that this machine knows"));
  chain.certificates.front().names = {"app.localhost", "app.example.com"};
  EXPECT_EQ(judge().outcome, Outcome::Inconclusive);
  EXPECT_EQ(judge_certificate(TlsReport{}, {}, {"aa"}, now).outcome, Outcome::Inconclusive);
}

TEST_F(ReportDrillTest, AGradeBelowABreaksIt) {
  door_.versions.push_back(twin_.versions.back());
  expect("grade", Outcome::Broken, "");
}

TEST_F(ReportDrillTest, WithoutATwinThatDiffersNothingIsTheSame) {
  twin_ = door_;
  const std::vector<Evidence> evidence = run();
  EXPECT_EQ(part(evidence, "control").outcome, Outcome::Inconclusive);
  EXPECT_EQ(part(evidence, "same").outcome, Outcome::Inconclusive);
  twins_.available = false;
  expect("control", Outcome::Inconclusive, "could not be started");
}

TEST_F(ReportDrillTest, AnAddressOfAnotherServerIsNotLookedAt) {
  is_ours_ = false;
  const std::vector<Evidence> evidence = run();
  for (const std::string_view id : {"same", "certificate", "grade"}) {
    EXPECT_EQ(part(evidence, id).outcome, Outcome::Inconclusive) << id << part(evidence, id).finding.en;
  }
  EXPECT_THAT(part(evidence, "certificate").finding.en, HasSubstr("another server"));
}

TEST_F(ReportDrillTest, ALookThatCouldNotBeFinishedTellsNothing) {
  door_.complete = Observed::No;
  expect("same", Outcome::Inconclusive, "could not be finished");
  door_.handshake.reset();
  expect("certificate", Outcome::Inconclusive, "no handshake");
}

}  // namespace
}  // namespace belfry::proof
