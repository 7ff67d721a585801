// The drill of the encryption against doors whose scans a test makes up.

#include "proof/encrypted_drill.hpp"

#include "proof/claims.hpp"
#include "proof/fake_twin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace belfry::proof {
namespace {

using inspect::Offer;
using inspect::OfferAnswer;
using inspect::OfferReason;
using testing::HasSubstr;
using testing::Not;

inspect::OfferResult result_of(Offer offer, OfferAnswer answer, OfferReason reason) {
  inspect::OfferResult result;
  result.offer = offer;
  result.answer = answer;
  result.reason = reason;
  return result;
}

// A door as it ought to be.
inspect::TlsFacts sound() {
  inspect::TlsFacts facts;
  for (const Offer offer : inspect::good_offers()) {
    auto result = result_of(offer, OfferAnswer::Accepted, OfferReason::Chosen);
    result.hello = inspect::ServerHello{};
    if (offer == Offer::Modern12) result.hello->sentinel = inspect::Sentinel::ToTls12;
    facts.offers.push_back(std::move(result));
  }
  for (const Offer offer : inspect::weak_offers()) {
    facts.offers.push_back(result_of(offer, OfferAnswer::Refused, OfferReason::Alert));
  }
  facts.port_80 =
      inspect::Port80{.state = inspect::Port80State::Closed, .status = {}, .location = {}, .first_bytes = {}};
  return facts;
}

// A twin as it ought to be: it takes up everything.
inspect::TlsFacts weak() {
  inspect::TlsFacts facts;
  for (const Offer offer : inspect::good_offers()) {
    auto result = result_of(offer, OfferAnswer::Accepted, OfferReason::Chosen);
    result.hello = inspect::ServerHello{};
    facts.offers.push_back(std::move(result));
  }
  for (const Offer offer : inspect::weak_offers()) {
    facts.offers.push_back(result_of(offer, OfferAnswer::Accepted, OfferReason::Chosen));
  }
  facts.port_80 =
      inspect::Port80{.state = inspect::Port80State::Plain, .status = 200, .location = {}, .first_bytes = {}};
  return facts;
}

inspect::OfferResult& find(inspect::TlsFacts& facts, Offer offer) {
  return *std::ranges::find(facts.offers, offer, &inspect::OfferResult::offer);
}

base::Endpoint endpoint(std::string_view text) {
  return *base::Endpoint::parse(text);
}

class EncryptedDrillTest : public testing::Test {
 protected:
  EncryptedDrillTest() {
    where_.source = AddressSource::Names;
    where_.addresses = {{.way = {.endpoint = endpoint("192.0.2.1:443"), .socket = {}}, .name = "app.example.com"},
                        {.way = {.endpoint = endpoint("[2001:db8::1]:443"), .socket = {}}, .name = "app.example.com"}};
    place_ = {.configured = true, .host = "127.0.0.1", .addresses = {endpoint("127.0.0.1:3000")}};
  }

  std::vector<Evidence> run() {
    EncryptedDrill drill{
        {.twins = twins_,
         .scan =
             [this](const inspect::TlsScanRequest& request) {
               if (!request.way.socket.empty()) return twin_;
               scanned_.push_back(request.way.endpoint.to_string());
               return request.way.endpoint.address.is_v4() ? first_ : second_;
             },
         .probe =
             [this](const base::Endpoint& where) {
               probed_.push_back(where.to_string());
               return where.address == own_address_ ? open_within_ : open_;
             },
         .addresses = [this] { return where_; },
         .is_ours = [this](const SiteAddress& address, DrillContext&) { return address.shown() != foreign_; },
         .application = [this] { return place_; },
         .own_addresses = [this] { return std::vector{own_address_}; },
         .own_ports = own_ports_},
        std::chrono::seconds{300}};
    DrillContext context{.clock = clock_, .random = random_, .stopping = {}, .wait = [](auto) { return true; }};
    std::vector<Evidence> evidence = drill.run(context);
    const auto& parts = find_claim("transit.encrypted")->parts;
    EXPECT_EQ(evidence.size(), parts.size());
    for (const Part& part : parts) {
      EXPECT_EQ(std::ranges::count(evidence, part.id, &Evidence::part), 1) << part.id;
    }
    for (const Evidence& one : evidence) {
      EXPECT_FALSE(one.finding.en.empty() || one.finding.fr.empty()) << one.part;
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

  base::FakeClock clock_;
  base::FakeRandom random_;
  FakeTwinLauncher twins_;
  inspect::TlsFacts first_ = sound();
  inspect::TlsFacts second_ = sound();
  inspect::TlsFacts twin_ = weak();
  SiteAddresses where_;
  ApplicationPlace place_;
  inspect::Observed open_ = inspect::Observed::No;
  inspect::Observed open_within_ = inspect::Observed::No;
  base::IpAddress own_address_ = *base::IpAddress::parse("10.0.0.7");
  std::vector<std::string> probed_;
  std::vector<std::string> scanned_;
  std::string foreign_;
  std::vector<std::uint16_t> own_ports_{443};
};

TEST_F(EncryptedDrillTest, HoldsWhereEverythingIsAsItOughtToBe) {
  const std::vector<Evidence> evidence = run();
  for (const Evidence& one : evidence) EXPECT_EQ(one.outcome, Outcome::Holds) << one.part << ": " << one.finding.en;
  EXPECT_THAT(part(evidence, "ciphers").finding.en, HasSubstr("14 of 14 weak offers refused at 2 addresses"));
  EXPECT_THAT(part(evidence, "control").finding.en, HasSubstr("16 of 16"));
  ASSERT_EQ(twins_.orders.size(), 1U);
  EXPECT_EQ(twins_.orders.front().without, "transit.encrypted");
}

// Each weak offer, taken up at one of the addresses, breaks the part that it belongs to.
TEST_F(EncryptedDrillTest, OneWeakOfferTakenUpAtOneAddressBreaksItsPart) {
  const std::vector<std::pair<Offer, std::string_view>> table{{Offer::Plaintext, "plaintext"},
                                                              {Offer::Ssl2, "protocols"},
                                                              {Offer::Ssl3, "protocols"},
                                                              {Offer::Tls10, "protocols"},
                                                              {Offer::Tls11, "protocols"},
                                                              {Offer::StaticRsa, "ciphers"},
                                                              {Offer::Cbc, "ciphers"},
                                                              {Offer::Rc4, "ciphers"},
                                                              {Offer::TripleDes, "ciphers"},
                                                              {Offer::Export, "ciphers"},
                                                              {Offer::Null, "ciphers"},
                                                              {Offer::Anonymous, "ciphers"},
                                                              {Offer::Fallback, "downgrade"},
                                                              {Offer::Renegotiation, "renegotiation"},
                                                              {Offer::Compression, "renegotiation"},
                                                              {Offer::LegacyRenegotiation, "renegotiation"}};
  EXPECT_EQ(table.size(), inspect::weak_offers().size());
  for (const auto& [offer, id] : table) {
    second_ = sound();
    find(second_, offer).answer = OfferAnswer::Accepted;
    find(second_, offer).reason = OfferReason::Chosen;
    const std::vector<Evidence> evidence = run();
    for (const Evidence& one : evidence) {
      EXPECT_EQ(one.outcome, one.part == id ? Outcome::Broken : Outcome::Holds) << inspect::id_of(offer) << one.part;
    }
    EXPECT_THAT(part(evidence, id).finding.en, HasSubstr("[2001:db8::1]:443"));
  }
}

TEST_F(EncryptedDrillTest, ARefusalThatTheTwinSharesSaysNothing) {
  find(twin_, Offer::Rc4).answer = OfferAnswer::Refused;
  const std::vector<Evidence> evidence = run();
  EXPECT_EQ(part(evidence, "ciphers").outcome, Outcome::Inconclusive);
  EXPECT_EQ(part(evidence, "control").outcome, Outcome::Inconclusive);
  EXPECT_THAT(part(evidence, "control").finding.en, HasSubstr("15 of 16"));
  EXPECT_EQ(part(evidence, "protocols").outcome, Outcome::Holds);
}

TEST_F(EncryptedDrillTest, WithoutATwinNoRefusalCounts) {
  twins_.available = false;
  const std::vector<Evidence> evidence = run();
  for (const std::string_view id :
       {"plaintext", "port80", "protocols", "ciphers", "downgrade", "renegotiation", "control"}) {
    EXPECT_EQ(part(evidence, id).outcome, Outcome::Inconclusive) << id;
  }
}

TEST_F(EncryptedDrillTest, ADeadAddressProvesNothing) {
  for (auto& result : second_.offers) result = result_of(result.offer, OfferAnswer::Refused, OfferReason::Reset);
  const std::vector<Evidence> evidence = run();
  for (const std::string_view id : {"plaintext", "port80", "protocols", "ciphers", "downgrade", "renegotiation"}) {
    EXPECT_EQ(part(evidence, id).outcome, Outcome::Inconclusive) << id;
  }
  EXPECT_EQ(part(evidence, "addresses").outcome, Outcome::Inconclusive);
  EXPECT_THAT(part(evidence, "addresses").finding.en, HasSubstr("[drill] addresses"));
}

TEST_F(EncryptedDrillTest, AnAddressOfAnotherServerProvesNothingAndIsNotAttacked) {
  foreign_ = "[2001:db8::1]:443";
  open_ = inspect::Observed::Yes;
  const std::vector<Evidence> evidence = run();
  for (const std::string_view id :
       {"plaintext", "port80", "protocols", "ciphers", "downgrade", "renegotiation", "addresses"}) {
    EXPECT_EQ(part(evidence, id).outcome, Outcome::Inconclusive) << id;
  }
  EXPECT_THAT(part(evidence, "addresses").finding.en, HasSubstr("another server answers there, or none"));
  EXPECT_THAT(part(evidence, "addresses").finding.en, HasSubstr("[2001:db8::1]:443"));
  EXPECT_EQ(scanned_, std::vector<std::string>{"192.0.2.1:443"});
  for (const std::string& probed : probed_) EXPECT_THAT(probed, testing::Not(HasSubstr("2001:db8")));
}

TEST_F(EncryptedDrillTest, TheSignOfADowngradeMustBeThere) {
  find(first_, Offer::Modern12).hello->sentinel = inspect::Sentinel::None;
  expect("downgrade", Outcome::Broken, "192.0.2.1:443");
}

TEST_F(EncryptedDrillTest, TheSignOfADowngradeMustBeMissingOnTheTwin) {
  find(twin_, Offer::Modern12).hello->sentinel = inspect::Sentinel::ToTls12;
  expect("downgrade", Outcome::Inconclusive, "not seen missing on the twin");
}

TEST_F(EncryptedDrillTest, ToAServerOfOneVersionNobodyFallsBackNorRenegotiatesInTls13) {
  for (inspect::TlsFacts* facts : {&first_, &second_}) {
    find(*facts, Offer::Modern13).answer = OfferAnswer::Refused;
    find(*facts, Offer::Fallback).answer = OfferAnswer::Accepted;
    find(*facts, Offer::Renegotiation).answer = OfferAnswer::Unclear;
    find(*facts, Offer::Renegotiation).reason = OfferReason::NotApplicable;
  }
  const std::vector<Evidence> evidence = run();
  EXPECT_EQ(part(evidence, "downgrade").outcome, Outcome::Holds);
  EXPECT_EQ(part(evidence, "renegotiation").outcome, Outcome::Holds);
}

TEST_F(EncryptedDrillTest, Port80MustBeClosedEverywhere) {
  using inspect::Port80State;
  for (const Port80State state : {Port80State::Open, Port80State::Redirects, Port80State::Plain}) {
    second_.port_80->state = state;
    expect("port80", Outcome::Broken, "1 of 2 closed");
  }
  second_.port_80->state = Port80State::Unreachable;
  expect("port80", Outcome::Inconclusive, "1 of 2 closed");
  second_.port_80->state = Port80State::Silent;
  expect("port80", Outcome::Holds, "2 of 2 closed");
  EXPECT_EQ(part(run(), "port80").finding.fr, "2 sur 2 fermés");
  twin_.port_80->state = Port80State::Closed;
  expect("port80", Outcome::Inconclusive, "not seen on the twin");
}

TEST_F(EncryptedDrillTest, AnotherPortThan443IsNotMet) {
  own_ports_ = {443, 8443};
  expect("port", Outcome::Broken, "on port 8443, not on 443 alone");
  where_.source = AddressSource::Configured;
  expect("port", Outcome::Holds, "443 alone");
  where_.addresses[1].way.endpoint.port = 8443;
  expect("port", Outcome::Broken, "on port 8443");
}

TEST_F(EncryptedDrillTest, AnApplicationElsewhereWaitsForAWatcher) {
  place_.addresses = {endpoint("10.0.0.5:3000")};
  expect("application", Outcome::Inconclusive, "only a watcher can try");
  place_.addresses.clear();
  expect("application", Outcome::Inconclusive, "not known yet");
  place_.configured = false;
  expect("application", Outcome::Holds, "no application");
}

TEST_F(EncryptedDrillTest, AnApplicationThatAnswersBesideTheDoorBreaksIt) {
  open_ = inspect::Observed::Yes;
  expect("application", Outcome::Broken, "192.0.2.1:3000");
  EXPECT_EQ(probed_, std::vector<std::string>{"192.0.2.1:3000"});
}

// It is asked for on loopback, and listens everywhere.
TEST_F(EncryptedDrillTest, AnApplicationThatAnswersOnAnotherAddressOfTheMachineBreaksIt) {
  open_within_ = inspect::Observed::Yes;
  expect("application", Outcome::Broken, "open on another address of this machine");
  EXPECT_EQ(probed_, (std::vector<std::string>{"192.0.2.1:3000", "[2001:db8::1]:3000", "10.0.0.7:3000"}));
  EXPECT_THAT(part(run(), "application").finding.en, Not(HasSubstr("10.0.0.7")));
  // Not one that is elsewhere: what has its port here is another.
  place_.addresses = {endpoint("10.0.0.5:3000")};
  expect("application", Outcome::Inconclusive, "only a watcher can try");
}

TEST_F(EncryptedDrillTest, OnThePortOfTheDoorNobodyKnowsWhoAnswers) {
  place_.addresses = {endpoint("127.0.0.1:443")};
  open_within_ = inspect::Observed::Yes;
  expect("application", Outcome::Inconclusive, "the door listens on the application’s port too");
}

TEST_F(EncryptedDrillTest, ManyAddressesShareTheTime) {
  using std::chrono::seconds;
  EXPECT_EQ(share_of(seconds{80}, 1), seconds{30});
  EXPECT_EQ(share_of(seconds{80}, 16), seconds{5});
  EXPECT_EQ(share_of(seconds{80}, 0), seconds{30});
}

TEST_F(EncryptedDrillTest, VouchesForNoAddressThatWasNotLookedAt) {
  where_.nowhere = {"old.example.com"};
  expect("addresses", Outcome::Inconclusive, "no address is known from here for old.example.com");
  where_.nowhere.clear();
  where_.left_out = 3;
  expect("addresses", Outcome::Inconclusive, "3 left out");
}

TEST_F(EncryptedDrillTest, SaysWhereItLookedInstead) {
  where_.source = AddressSource::OwnListener;
  where_.nowhere = {"app.example.com"};
  expect("addresses", Outcome::Holds, "the door’s own listener");
  where_.unanswered = {"belfry.example.com"};
  expect("addresses", Outcome::Inconclusive, "belfry.example.com");
}

}  // namespace
}  // namespace belfry::proof
