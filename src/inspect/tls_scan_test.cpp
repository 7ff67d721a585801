// Against OpenSSL's own server: what it does for real must be seen as that, the weak things above all.

#include "inspect/tls_scan.hpp"

#include "inspect/tls_bytes_test_support.hpp"
#include "inspect/tls_grade.hpp"
#include "inspect/tls_hello.hpp"
#include "inspect/tls_recipes.hpp"
#include "inspect/tls_servers_test_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace belfry::inspect {
namespace {

using testing_support::agree;
using testing_support::alert;
using testing_support::CertificateFolder;
using testing_support::OpensslServer;
using testing_support::Reply;
using testing_support::ScriptedServer;
using namespace std::chrono_literals;

class TlsScan : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<CertificateFolder>();
    folder_->issue("site", "rsa:2048", "DNS:site.example,DNS:*.site.example,IP:127.0.0.1");
    folder_->issue("curve", "ec -pkeyopt ec_paramgen_curve:P-256", "DNS:site.example");
  }
  static void TearDownTestSuite() { folder_.reset(); }

  TlsScanRequest request(const net::Way& way) const {
    return {.way = way,
            .server_name = "site.example",
            .ca_file = folder_->ca(),
            .connection_deadline = 20s,
            .deadline = 120s};
  }
  TlsFacts scan(const net::Way& way) const { return scan_tls(request(way), clock_); }
  static std::string answer(const TlsFacts& facts, Offer offer) {
    const OfferResult* const result = find_offer(facts, offer);
    return result == nullptr ? "missing"
                             : std::string{to_string(result->answer)} + ' ' + std::string{to_string(result->reason)};
  }

  static std::unique_ptr<CertificateFolder> folder_;
  base::SystemClock clock_;
};
std::unique_ptr<CertificateFolder> TlsScan::folder_;

TEST_F(TlsScan, SeesAModernServer) {
  const OpensslServer server{*folder_,
                             "site",
                             {"-min_protocol", "TLSv1.2", "-cipher", "ECDHE+AESGCM", "-groups", "X25519:P-256", "-alpn",
                              "h2,http/1.1", "-no_dhe", "-serverpref"}};
  const TlsFacts facts = scan(server.way());
  EXPECT_TRUE(answers_tls(facts));
  for (const Offer good : good_offers()) EXPECT_EQ(answer(facts, good), "accepted chosen") << id_of(good);
  for (const Offer weak : weak_offers()) {
    EXPECT_TRUE(answer(facts, weak).starts_with("refused ")) << id_of(weak) << ": " << answer(facts, weak);
  }
  ASSERT_EQ(facts.versions.size(), 2U);
  EXPECT_EQ(facts.versions[0].version, TlsVersion::Tls13);
  EXPECT_EQ(facts.versions[0].suites.size(), 3U);
  EXPECT_EQ(facts.versions[1].version, TlsVersion::Tls12);
  EXPECT_EQ(facts.versions[1].suites, (std::vector<std::uint16_t>{0xc030, 0xc02f})) << "256 bits first, as it prefers";
  EXPECT_EQ(facts.versions[1].server_preference, Observed::Yes);
  EXPECT_EQ(facts.versions[1].complete, Observed::Yes);
  EXPECT_EQ(facts.groups, (std::vector<std::uint16_t>{29, 23}));
  EXPECT_FALSE(facts.dh_bits);
  EXPECT_EQ(facts.protocols, (std::vector<std::string>{"h2", "http/1.1"}));
  EXPECT_EQ(facts.tickets, Observed::Yes);
  EXPECT_EQ(facts.resumption, Observed::Yes);
  EXPECT_EQ(facts.ocsp_stapling, Observed::No);
  EXPECT_EQ(facts.secure_renegotiation, Observed::Yes);
  EXPECT_EQ(facts.client_renegotiation, Observed::No);
  EXPECT_EQ(facts.compression, Observed::No);
  EXPECT_EQ(facts.fallback_refused, Observed::Yes);
  EXPECT_EQ(facts.downgrade_sentinel, Observed::Yes);
  EXPECT_EQ(facts.complete, Observed::Yes);
  EXPECT_LE(facts.connections, 60U);
  EXPECT_EQ(days_left(facts, clock_.wall_now()), 29);

  ASSERT_TRUE(facts.handshake);
  EXPECT_TRUE(facts.handshake->chain.trusted) << facts.handshake->chain.verification;
  const HstsFact hsts{.present = Observed::Yes, .max_age = 365 * 24h};
  const TlsGrade got = grade(facts, hsts, clock_.wall_now());
  EXPECT_EQ(to_string(got.letter), "A+");
  EXPECT_EQ(got.not_judged.size(), 3U);
}

// The positive controls that OpenSSL can give for real.
TEST_F(TlsScan, SeesEveryWeaknessThatOpensslStillHas) {
  const OpensslServer server{*folder_,
                             "site",
                             {"-min_protocol", "TLSv1", "-max_protocol", "TLSv1.2", "-cipher",
                              "ALL:COMPLEMENTOFALL:@SECLEVEL=0", "-client_renegotiation"}};
  const TlsFacts facts = scan(server.way());
  for (const Offer weak : {Offer::Tls10, Offer::Tls11, Offer::StaticRsa, Offer::Cbc, Offer::Null, Offer::Anonymous}) {
    EXPECT_EQ(answer(facts, weak), "accepted chosen") << id_of(weak);
  }
  EXPECT_EQ(answer(facts, Offer::Renegotiation), "accepted completed");
  EXPECT_EQ(facts.client_renegotiation, Observed::Yes);
  // What it cannot do any more.
  for (const Offer gone : {Offer::Modern13, Offer::Ssl2, Offer::Ssl3, Offer::Rc4, Offer::TripleDes, Offer::Export}) {
    EXPECT_TRUE(answer(facts, gone).starts_with("refused ")) << id_of(gone) << ": " << answer(facts, gone);
  }
  ASSERT_EQ(facts.versions.size(), 3U);
  EXPECT_EQ(facts.versions[0].version, TlsVersion::Tls12);
  EXPECT_EQ(facts.versions[1].version, TlsVersion::Tls11);
  EXPECT_EQ(facts.versions[2].version, TlsVersion::Tls10);
  EXPECT_GT(facts.versions[0].suites.size(), 40U);
  EXPECT_EQ(facts.versions[0].server_preference, Observed::No);
  EXPECT_EQ(facts.versions[0].complete, Observed::Yes);
  ASSERT_TRUE(facts.dh_bits);
  EXPECT_GE(*facts.dh_bits, 1024U);
  EXPECT_EQ(facts.downgrade_sentinel, Observed::Unknown) << "without TLS 1.3 there is none to set";
  EXPECT_EQ(facts.fallback_refused, Observed::Yes) << "said of TLS 1.1";
  const TlsGrade got = grade(facts, {}, clock_.wall_now());
  EXPECT_EQ(to_string(got.letter), "F");
  RecordProperty("connections", static_cast<int>(facts.connections));
}

TEST_F(TlsScan, SeesAServerOfTls13Alone) {
  const OpensslServer server{*folder_, "curve", {"-tls1_3", "-groups", "P-384:ffdhe3072"}};
  const TlsFacts facts = scan(server.way());
  ASSERT_EQ(facts.versions.size(), 1U);
  EXPECT_EQ(facts.versions[0].version, TlsVersion::Tls13);
  EXPECT_EQ(facts.groups, (std::vector<std::uint16_t>{24, 257}));
  EXPECT_EQ(answer(facts, Offer::Renegotiation), "unclear not_applicable");
  EXPECT_EQ(facts.client_renegotiation, Observed::No) << "TLS 1.3 has none";
  EXPECT_EQ(facts.secure_renegotiation, Observed::Yes);
  EXPECT_EQ(facts.fallback_refused, Observed::Unknown);
  EXPECT_EQ(facts.downgrade_sentinel, Observed::Unknown);
  ASSERT_TRUE(facts.handshake);
  EXPECT_EQ(facts.handshake->group, "P-384");
}

TEST_F(TlsScan, SeesTheGroupsOfTls12) {
  const OpensslServer server{*folder_, "curve", {"-tls1_2", "-groups", "P-256:P-521"}};
  EXPECT_EQ(scan(server.way()).groups, (std::vector<std::uint16_t>{23, 25}));
}

TEST_F(TlsScan, OffersAloneTakeFewConnections) {
  const OpensslServer server{*folder_, "site", {}};
  TlsScanRequest some = request(server.way());
  some.depth = TlsScanRequest::Depth::OffersOnly;
  const TlsFacts facts = scan_tls(some, clock_);
  // OpenSSL closes on plain HTTP without a word, which takes three more to prove.
  EXPECT_EQ(answer(facts, Offer::Plaintext), "refused closed");
  EXPECT_EQ(facts.offers.size(), good_offers().size() + weak_offers().size());
  EXPECT_EQ(facts.connections, facts.offers.size() + 3);
  EXPECT_TRUE(facts.versions.empty());
  EXPECT_EQ(facts.complete, Observed::Yes);
  EXPECT_EQ(to_string(grade(facts, {}, clock_.wall_now()).letter), "?");
}

TEST_F(TlsScan, KeepsToItsLimitOfConnections) {
  const ScriptedServer server{[](std::string_view) { return Reply{.bytes = alert(40)}; }};
  TlsScanRequest some = request(server.way());
  some.connection_limit = 7;
  const TlsFacts facts = scan_tls(some, clock_);
  EXPECT_EQ(facts.connections, 7U);
  EXPECT_EQ(server.connections(), 7);
  EXPECT_EQ(facts.complete, Observed::No);
  EXPECT_EQ(facts.offers.size(), good_offers().size() + weak_offers().size()) << "each has a result all the same";
  EXPECT_EQ(answer(facts, Offer::Plaintext), "unclear not_tried");
}

TEST_F(TlsScan, EndsWhenItIsToldTo) {
  const ScriptedServer server{[](std::string_view) { return Reply{.bytes = alert(40)}; }};
  TlsScanRequest some = request(server.way());
  int pauses = 0;
  some.wait = [&](std::chrono::milliseconds pause) {
    EXPECT_EQ(pause, some.pause);
    return ++pauses < 5;
  };
  const TlsFacts facts = scan_tls(some, clock_);
  EXPECT_EQ(server.connections(), 5);
  EXPECT_EQ(facts.complete, Observed::No);
}

TEST_F(TlsScan, RefusalsWithoutAnythingAcceptedAreUnknown) {
  const ScriptedServer server{[](std::string_view) { return Reply{.bytes = alert(40)}; }};
  const TlsFacts facts = scan(server.way());
  EXPECT_FALSE(answers_tls(facts));
  EXPECT_EQ(facts.compression, Observed::Unknown);
  EXPECT_EQ(facts.client_renegotiation, Observed::Unknown);
  EXPECT_EQ(facts.secure_renegotiation, Observed::Unknown);
  EXPECT_EQ(to_string(grade(facts, {}, clock_.wall_now()).letter), "?");
}

TEST_F(TlsScan, AnUnreachableSiteIsNotAskedTwentyTimes) {
  const TlsFacts facts = scan({.endpoint = *base::Endpoint::parse("127.0.0.1:1")});
  EXPECT_EQ(facts.connections, 2U);
  EXPECT_EQ(facts.offers.size(), good_offers().size() + weak_offers().size());
  for (const OfferResult& result : facts.offers) EXPECT_EQ(result.answer, OfferAnswer::Unclear);
}

// Lets so many connections through, then closes so many, over and over.
struct Limit {
  int through = 0;
  int closed = 0;
};

class TlsScanOfALimitedServer : public TlsScan {
 protected:
  // `agrees` to everything, or takes good offers alone and closes on the others.
  enum class Door : std::uint8_t { Weak, Sound };
  TlsFacts scan_limited(Door door, Limit limit) {
    int turn = 0;
    const ScriptedServer server{[&](std::string_view bytes) {
      const bool through = turn % (limit.through + limit.closed) < limit.through;
      ++turn;
      if (!through || (door == Door::Sound && !is_good(bytes))) return Reply{};
      return agree(bytes);
    }};
    TlsScanRequest some = request(server.way());
    some.depth = TlsScanRequest::Depth::OffersOnly;
    some.wait = [&](std::chrono::milliseconds time) {
      waited_ += time == some.recovery ? 1 : 0;
      return true;
    };
    const TlsFacts facts = scan_tls(some, clock_);
    EXPECT_EQ(facts.connections, static_cast<unsigned>(server.connections()));
    EXPECT_LE(facts.connections, kMostForOffers);
    EXPECT_TRUE(answers_tls(facts));
    return facts;
  }
  static bool is_good(std::string_view bytes) {
    return std::ranges::any_of(good_offers(),
                               [&](Offer offer) { return bytes == client_hello(recipe_of(offer, "site.example")); });
  }
  static std::size_t refused(const TlsFacts& facts) {
    const OfferResult& good = facts.offers.front();
    return static_cast<std::size_t>(std::ranges::count_if(facts.offers, [&](const OfferResult& result) {
      // That one needs a whole handshake.
      return result.offer != Offer::Renegotiation && counts_as_refused(result, good);
    }));
  }

  unsigned waited_ = 0;
};

// All that comes after the good offers is closed, as a limiter, a filter or a relay does.
TEST_F(TlsScanOfALimitedServer, AClosedDoorRefusesNothing) {
  const TlsFacts facts = scan_limited(Door::Weak, {.through = 2, .closed = 1'000});
  EXPECT_EQ(refused(facts), 0U);
  EXPECT_EQ(answer(facts, Offer::Tls10), "unclear unproven");
  EXPECT_EQ(answer(facts, Offer::Plaintext), "unclear unproven");
  EXPECT_EQ(waited_, kRecoveries);
}

TEST_F(TlsScanOfALimitedServer, NoWeakOfferOfAWeakServerIsTakenForRefused) {
  for (int through = 2; through <= 6; ++through) {
    for (int closed = 1; closed <= 12; ++closed) {
      EXPECT_EQ(refused(scan_limited(Door::Weak, {.through = through, .closed = closed})), 0U)
          << through << " through, " << closed << " closed";
    }
  }
}

TEST_F(TlsScanOfALimitedServer, AServerThatClosesOnWeakOffersAloneRefusesThem) {
  const TlsFacts facts = scan_limited(Door::Sound, {.through = 1, .closed = 0});
  EXPECT_EQ(refused(facts), weak_offers().size() - 1);
  EXPECT_EQ(answer(facts, Offer::Plaintext), "refused closed");
  EXPECT_EQ(facts.connections, 2 + (weak_offers().size() - 1) * 4 + 1);
  EXPECT_EQ(waited_, 0U);
}

TEST_F(TlsScan, LooksAtPort80WhereItIsAskedTo) {
  const ScriptedServer tls{[](std::string_view) { return Reply{.bytes = alert(40)}; }};
  const ScriptedServer plain{[](std::string_view) { return Reply{.bytes = "HTTP/1.1 200 OK\r\n\r\n"}; }};
  TlsScanRequest some = request(tls.way());
  some.depth = TlsScanRequest::Depth::OffersOnly;
  some.port_80 = plain.way();
  const TlsFacts facts = scan_tls(some, clock_);
  ASSERT_TRUE(facts.port_80);
  EXPECT_EQ(facts.port_80->state, Port80State::Plain);
  EXPECT_FALSE(scan(tls.way()).port_80);
}

}  // namespace
}  // namespace belfry::inspect
