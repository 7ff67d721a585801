#include "inspect/tls_offer.hpp"

#include "inspect/tls_bytes_test_support.hpp"
#include "inspect/tls_servers_test_support.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace belfry::inspect {
namespace {

using testing_support::agree;
using testing_support::alert;
using testing_support::extension;
using testing_support::HelloParts;
using testing_support::kChoosesTls13;
using testing_support::number;
using testing_support::read_client_hello;
using testing_support::Reply;
using testing_support::ScriptedServer;
using testing_support::server_hello;
using testing_support::with_length;
using namespace std::chrono_literals;

class TlsOffer : public testing::Test {
 protected:
  OfferResult make(Offer offer, const net::Way& way, std::chrono::milliseconds within = 10s) const {
    return try_offer(offer, way, "site.example", clock_, clock_.steady_now() + within);
  }
  // What a server that always says `reply` amounts to.
  OfferResult told(Offer offer, Reply reply) const {
    const ScriptedServer server{[&](std::string_view) { return reply; }};
    return make(offer, server.way());
  }

  base::SystemClock clock_;
};

// The control of all others: a server that agrees to a weak thing is found out.
TEST_F(TlsOffer, FindsOutAServerThatAgreesToAnything) {
  const ScriptedServer server{agree};
  for (const Offer offer : weak_offers()) {
    if (offer == Offer::Renegotiation) continue;  // a whole handshake: inspect/tls_scan_test.cpp
    const OfferResult result = make(offer, server.way());
    EXPECT_EQ(result.answer, OfferAnswer::Accepted) << id_of(offer) << ": " << describe(result).en;
    EXPECT_EQ(result.offer, offer);
    EXPECT_FALSE(result.first_bytes.empty()) << id_of(offer);
  }
  for (const Offer offer : good_offers()) EXPECT_EQ(make(offer, server.way()).answer, OfferAnswer::Accepted);
}

TEST_F(TlsOffer, SaysWhatWasChosen) {
  const ScriptedServer server{agree};
  const OfferResult old = make(Offer::Tls10, server.way());
  ASSERT_TRUE(old.hello);
  EXPECT_EQ(old.hello->version, TlsVersion::Tls10);
  EXPECT_EQ(old.reason, OfferReason::Chosen);
  EXPECT_TRUE(describe(old).en.starts_with("accepted: TLS 1.0, TLS_ECDHE_")) << describe(old).en;
  EXPECT_TRUE(old.first_bytes.starts_with("1603"));
  const OfferResult plain = make(Offer::Plaintext, server.way());
  EXPECT_EQ(plain.reason, OfferReason::HttpReply);
  EXPECT_EQ(plain.http_status, 200);
  EXPECT_EQ(make(Offer::Compression, server.way()).hello->compression, 1);
  const OfferResult modern = make(Offer::Modern13, server.way());
  EXPECT_EQ(modern.hello->version, TlsVersion::Tls13);
}

TEST_F(TlsOffer, AnAlertRefuses) {
  for (const Offer offer : weak_offers()) {
    if (offer == Offer::Renegotiation) continue;
    const OfferResult result = told(offer, {.bytes = alert(70)});
    EXPECT_EQ(result.answer, OfferAnswer::Refused) << id_of(offer);
    EXPECT_EQ(result.reason, OfferReason::Alert) << id_of(offer);
    EXPECT_EQ(result.alert, 70) << id_of(offer);
    EXPECT_EQ(result.first_bytes, "15030300020246") << id_of(offer);
  }
  EXPECT_EQ(describe(told(Offer::Rc4, {.bytes = alert(40)})).en, "refused with the alert handshake_failure");
}

TEST_F(TlsOffer, AnEndWithoutAByteRefuses) {
  EXPECT_EQ(told(Offer::Tls10, {}).reason, OfferReason::Closed);
  EXPECT_EQ(told(Offer::Tls10, {}).answer, OfferAnswer::Refused);
  const OfferResult reset = told(Offer::Tls10, {.end = Reply::End::Reset});
  EXPECT_EQ(reset.reason, OfferReason::Reset);
  EXPECT_EQ(reset.answer, OfferAnswer::Refused);
}

TEST_F(TlsOffer, ARefusalCountsOnlyBesideAnAcceptedGoodOffer) {
  const ScriptedServer dead{[](std::string_view) { return Reply{}; }};
  const OfferResult weak = make(Offer::Tls10, dead.way());
  EXPECT_EQ(weak.answer, OfferAnswer::Refused);
  EXPECT_FALSE(counts_as_refused(weak, make(Offer::Modern12, dead.way())));
  const ScriptedServer alive{
      [](std::string_view bytes) { return read_client_hello(bytes).version == 0x0303 ? agree(bytes) : Reply{}; }};
  EXPECT_TRUE(counts_as_refused(make(Offer::Tls10, alive.way()), make(Offer::Modern12, alive.way())));
}

TEST_F(TlsOffer, SaysWhatCountsWhereTls13DecidesIt) {
  const OfferResult tls13{.offer = Offer::Modern13, .answer = OfferAnswer::Accepted, .reason = OfferReason::Chosen};
  const OfferResult no_tls13{.offer = Offer::Modern13, .answer = OfferAnswer::Refused, .reason = OfferReason::Alert};
  const OfferResult tls12{.offer = Offer::Modern12, .answer = OfferAnswer::Accepted, .reason = OfferReason::Chosen};
  const OfferResult untried{.offer = Offer::Renegotiation, .reason = OfferReason::NotApplicable};
  EXPECT_TRUE(counts_as_refused(untried, tls13));
  EXPECT_FALSE(counts_as_refused(untried, tls12));
  EXPECT_FALSE(counts_as_refused(untried, no_tls13));
  const OfferResult fallback{.offer = Offer::Fallback, .answer = OfferAnswer::Accepted, .reason = OfferReason::Chosen};
  EXPECT_TRUE(counts_as_weakness(fallback, tls13));
  EXPECT_FALSE(counts_as_weakness(fallback, no_tls13)) << "TLS 1.2 is its best";
  const OfferResult old{.offer = Offer::Tls10, .answer = OfferAnswer::Accepted, .reason = OfferReason::Chosen};
  EXPECT_TRUE(counts_as_weakness(old, no_tls13));
  EXPECT_FALSE(counts_as_weakness(untried, tls13));
}

TEST_F(TlsOffer, DoingWithoutItRefuses) {
  const Reply plain{.bytes = server_hello({.suite = 0xc02f, .extensions = extension(0xff01, std::string(1, '\0'))})};
  for (const Offer offer : {Offer::Compression, Offer::LegacyRenegotiation}) {
    const OfferResult result = told(offer, plain);
    EXPECT_EQ(result.answer, OfferAnswer::Refused) << id_of(offer);
    EXPECT_EQ(result.reason, OfferReason::NotChosen) << id_of(offer);
  }
  EXPECT_EQ(told(Offer::Modern12, plain).answer, OfferAnswer::Accepted);
}

TEST_F(TlsOffer, SilenceSaysNothing) {
  const ScriptedServer silent{[](std::string_view) { return Reply{.end = Reply::End::Hold}; }};
  for (const Offer offer : {Offer::Ssl2, Offer::Tls10, Offer::Plaintext, Offer::Renegotiation}) {
    const OfferResult result = make(offer, silent.way(), 50ms);
    EXPECT_EQ(result.answer, OfferAnswer::Unclear) << id_of(offer);
    EXPECT_EQ(result.reason, OfferReason::Timeout) << id_of(offer);
  }
}

TEST_F(TlsOffer, AClosedPortSaysNothing) {
  net::Way nowhere{.endpoint = *base::Endpoint::parse("127.0.0.1:1")};
  for (const Offer offer : weak_offers()) {
    const OfferResult result = make(offer, nowhere);
    EXPECT_EQ(result.answer, OfferAnswer::Unclear) << id_of(offer);
    EXPECT_EQ(result.reason, OfferReason::ConnectFailed) << id_of(offer);
    EXPECT_EQ(result.first_bytes, "") << id_of(offer);
  }
}

TEST_F(TlsOffer, HalfAnAnswerSaysNothing) {
  const std::string half = server_hello({}).substr(0, 30);
  EXPECT_EQ(told(Offer::Cbc, {.bytes = half}).reason, OfferReason::BrokenOff);
  EXPECT_EQ(told(Offer::Cbc, {.bytes = half}).answer, OfferAnswer::Unclear);
  EXPECT_EQ(told(Offer::Plaintext, {.bytes = "HTTP/1.1 "}).reason, OfferReason::BrokenOff);
}

// A server that chooses what was not offered proves neither the weakness nor its absence.
TEST_F(TlsOffer, AChoiceOfSomethingElseSaysNothing) {
  const auto chosen = [&](Offer offer, const HelloParts& parts) { return told(offer, {.bytes = server_hello(parts)}); };
  for (const OfferResult& result :
       {chosen(Offer::Rc4, {.suite = 0xc02f}), chosen(Offer::Tls10, {.version = 0x0303, .suite = 0x002f}),
        chosen(Offer::Modern12, {.suite = 0x1301}),
        chosen(Offer::Modern12, {.suite = 0x1301, .extensions = kChoosesTls13}),
        chosen(Offer::Modern13, {.suite = 0x1301}), chosen(Offer::Modern12, {.suite = 0xc02f, .compression = 1}),
        chosen(Offer::Compression, {.suite = 0xc02f, .compression = 64}), chosen(Offer::Null, {.suite = 0x00ff}),
        chosen(Offer::Modern12, {.suite = 0xc02f, .extensions = extension(16, with_length("\x02h2", 2))})}) {
    EXPECT_EQ(result.answer, OfferAnswer::Unclear) << id_of(result.offer);
    EXPECT_EQ(result.reason, OfferReason::Garbage) << id_of(result.offer);
  }
  EXPECT_EQ(told(Offer::Tls10, {.bytes = "220 mail.example ESMTP\r\n"}).reason, OfferReason::Garbage);
  EXPECT_EQ(told(Offer::Plaintext, {.bytes = "220 mail.example ESMTP\r\n"}).reason, OfferReason::Garbage);
}

TEST_F(TlsOffer, AnOlderVersionThanOfferedIsAcceptedAsThat) {
  const OfferResult result = told(Offer::Tls11, {.bytes = server_hello({.version = 0x0301, .suite = 0x002f})});
  EXPECT_EQ(result.answer, OfferAnswer::Accepted);
  EXPECT_EQ(result.hello->version, TlsVersion::Tls10);
}

TEST_F(TlsOffer, PlaintextIsRefusedByAnErrorThatWantsTls) {
  for (const int status : {400, 421, 426}) {
    const OfferResult result = told(Offer::Plaintext, {.bytes = "HTTP/1.1 " + std::to_string(status) + " No\r\n\r\n"});
    EXPECT_EQ(result.answer, OfferAnswer::Refused) << status;
    EXPECT_EQ(result.reason, OfferReason::ErrorReply) << status;
    EXPECT_EQ(result.http_status, status);
  }
  for (const int status : {200, 204, 301, 302, 308, 401, 403, 404, 500, 503}) {
    const OfferResult result = told(Offer::Plaintext, {.bytes = "HTTP/1.0 " + std::to_string(status) + " Yes\r\n\r\n"});
    EXPECT_EQ(result.answer, OfferAnswer::Accepted) << status;
  }
  for (const char* const odd : {"HTTP/1.1 2xx OK\r\n", "HTTP/2.0 200 OK\r\n", "HTTP/1.1 000 OK\r\n"}) {
    EXPECT_EQ(told(Offer::Plaintext, {.bytes = odd}).answer, OfferAnswer::Unclear) << odd;
  }
}

TEST_F(TlsOffer, PlaintextCarriesNoNameThatCouldBeMore) {
  std::string got;
  {
    const ScriptedServer server{[&](std::string_view bytes) {
      got = bytes;
      return Reply{};
    }};
    try_offer(Offer::Plaintext, server.way(), "a\r\nEvil: 1", clock_, clock_.steady_now() + 10s);
  }
  EXPECT_EQ(got, "GET / HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n");
}

TEST_F(TlsOffer, Ssl2IsRefusedByItsErrorAndByNoCommonCipher) {
  EXPECT_EQ(told(Offer::Ssl2, {.bytes = std::string{"\x80\x03\x00\x00\x01", 5}}).reason, OfferReason::ErrorReply);
  const std::string body{"\x04\x00\x01\x00\x02\x00\x00\x00\x00\x00\x00", 11};
  const OfferResult none = told(Offer::Ssl2, {.bytes = number(0x8000 | body.size(), 2) + body});
  EXPECT_EQ(none.answer, OfferAnswer::Refused);
  EXPECT_EQ(none.reason, OfferReason::NotChosen);
}

TEST_F(TlsOffer, KeepsTheFirstBytesAlone) {
  const OfferResult result = told(Offer::Modern12, {.bytes = server_hello({}) + std::string(1'000, 'x')});
  EXPECT_EQ(result.first_bytes.size(), 2 * kFirstBytes);
}

TEST(TlsOfferWords, EveryOfferHasAnIdAndNames) {
  std::set<std::string_view> ids;
  for (const auto offers : {good_offers(), weak_offers()}) {
    for (const Offer offer : offers) {
      EXPECT_TRUE(ids.insert(id_of(offer)).second) << id_of(offer);
      EXPECT_FALSE(name_of(offer).en.empty());
      EXPECT_FALSE(name_of(offer).fr.empty());
    }
  }
  EXPECT_EQ(ids.size(), 18U);
  for (const char* const fixed :
       {"ssl2", "ssl3", "tls1.0", "tls1.1", "rsa", "cbc", "rc4", "3des", "export", "null", "anonymous", "compression",
        "renegotiation", "legacy_renegotiation", "fallback", "plaintext", "tls1.2", "tls1.3"}) {
    EXPECT_TRUE(ids.contains(fixed)) << fixed;
  }
}

TEST(TlsOfferWords, EveryReasonIsDescribedInBothLanguages) {
  for (int reason = 0; reason <= static_cast<int>(OfferReason::NotTried); ++reason) {
    OfferResult result;
    result.reason = OfferReason{static_cast<std::uint8_t>(reason)};
    for (const OfferAnswer answer : {OfferAnswer::Refused, OfferAnswer::Accepted, OfferAnswer::Unclear}) {
      result.answer = answer;
      EXPECT_FALSE(describe(result).en.empty());
      EXPECT_FALSE(describe(result).fr.empty());
      EXPECT_EQ(describe(result).fr.find(" :"), std::string::npos) << describe(result).fr;
    }
    EXPECT_FALSE(to_string(result.reason).empty());
  }
}

}  // namespace
}  // namespace belfry::inspect
