#include "edge/tls_context.hpp"

#include "edge/certificate_test_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace belfry::edge {
namespace {

using testing::HasSubstr;
using testing_support::CertificateRecipe;
using testing_support::issue;
using testing_support::IssuedCertificate;
using testing_support::p256_key;
using testing_support::rsa_key;

using SessionHandle = std::unique_ptr<SSL_SESSION, net::OpensslFree<SSL_SESSION_free>>;

// A client of OpenSSL with everything old allowed, so that it is the server that refuses.
class Client {
 public:
  Client() : context_{SSL_CTX_new(TLS_client_method())} {
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_set_app_data(context_.get(), this);
    SSL_CTX_sess_set_new_cb(context_.get(), [](SSL* ssl, SSL_SESSION* session) {
      auto* client = static_cast<Client*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
      client->session_.reset(session);
      ++client->tickets_;
      return 1;
    });
  }
  SSL_CTX* context() const { return context_.get(); }
  SSL_SESSION* session() const { return session_.get(); }
  int tickets() const { return tickets_; }

 private:
  net::SslContextHandle context_;
  SessionHandle session_;
  int tickets_ = 0;
};

// A connection in memory between a session of the server's context and a client.
class Connection {
 public:
  Connection(const TlsContext& server, const Client& client)
      : server_{server.new_session()}, client_{SSL_new(client.context())} {
    BIO* one = nullptr;
    BIO* other = nullptr;
    BIO_new_bio_pair(&one, 1 << 18, &other, 1 << 18);
    SSL_set_bio(server_.get(), one, one);
    SSL_set_bio(client_.get(), other, other);
    SSL_set_connect_state(client_.get());
  }

  SSL* server() const { return server_.get(); }
  SSL* client() const { return client_.get(); }

  // Both sides to the end of the handshake, then one byte each way (a ticket of TLS 1.3 comes with it).
  bool establish() {
    ERR_clear_error();
    for (int i = 0; i < 10 && failure_.empty(); ++i) {
      step(client_.get(), "client");
      step(server_.get(), "server");
    }
    return failure_.empty() && SSL_is_init_finished(server_.get()) == 1 && SSL_is_init_finished(client_.get()) == 1 &&
           passes(client_.get(), server_.get()) && passes(server_.get(), client_.get());
  }
  bool passes(SSL* from, SSL* to) {
    char byte = 'x';
    return SSL_write(from, &byte, 1) == 1 && SSL_read(to, &byte, 1) == 1 && byte == 'x';
  }
  // Why it did not come about, as both sides tell it.
  const std::string& failure() const { return failure_; }

 private:
  void step(SSL* side, const char* name) {
    if (SSL_is_init_finished(side) == 1) return;
    const int done = SSL_do_handshake(side);
    const int reason = SSL_get_error(side, done);
    if (done == 1 || reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE) return;
    failure_ += std::string{name} + ": " + net::take_openssl_error() + "; ";
    // What the failure made the one say is what the other hears.
    SSL* const peer = side == client_.get() ? server_.get() : client_.get();
    const int heard = SSL_do_handshake(peer);
    if (heard != 1 && SSL_get_error(peer, heard) == SSL_ERROR_SSL) failure_ += "peer: " + net::take_openssl_error();
  }

  SslPointer server_;
  SslPointer client_;
  std::string failure_;
};

class TlsContextTest : public testing::Test {
 protected:
  static Certificate certificate(net::KeyHandle key, const CertificateRecipe& recipe = {}) {
    const base::FakeClock clock;
    const IssuedCertificate issued = issue(recipe, clock.wall_now(), std::move(key));
    auto parsed = Certificate::parse(issued.pem(), issued.key_pem(), clock.wall_now());
    if (!parsed) throw std::runtime_error{parsed.error().message};
    return *parsed;
  }
  TlsContext context() { return context(certificate_); }
  TlsContext context(const Certificate& with) {
    auto made = TlsContext::create(with, tickets_);
    if (!made) throw std::runtime_error{made.error()};
    return std::move(*made);
  }
  static void only_tls12(const Client& client) { SSL_CTX_set_max_proto_version(client.context(), TLS1_2_VERSION); }

  base::FakeRandom random_;
  base::FakeClock clock_;
  TicketKeys tickets_{random_, clock_};
  Certificate certificate_ = certificate(p256_key());
};

TEST_F(TlsContextTest, SpeaksTls13And12) {
  const TlsContext server = context();
  const Client client;
  Connection modern{server, client};
  ASSERT_TRUE(modern.establish()) << modern.failure();
  EXPECT_EQ(negotiated_version(modern.server()), "TLSv1.3");

  only_tls12(client);
  Connection older{server, client};
  ASSERT_TRUE(older.establish()) << older.failure();
  EXPECT_EQ(negotiated_version(older.server()), "TLSv1.2");
}

TEST_F(TlsContextTest, RefusesTls11And10) {
  const TlsContext server = context();
  for (const int version : {TLS1_1_VERSION, TLS1_VERSION}) {
    const Client client;
    SSL_CTX_set_max_proto_version(client.context(), version);
    Connection connection{server, client};
    EXPECT_FALSE(connection.establish());
    EXPECT_THAT(connection.failure(), HasSubstr("unsupported protocol"));
  }
}

TEST_F(TlsContextTest, ChoosesTheProtocolByAlpn) {
  const TlsContext server = context();
  struct Case {
    std::string offered;
    Protocol expected;
  };
  for (const auto& [offered, expected] :
       {Case{std::string{"\x02h2\x08http/1.1", 12}, Protocol::Http2},
        Case{std::string{"\x08http/1.1\x02h2", 12}, Protocol::Http2},
        Case{std::string{"\x08http/1.0\x08http/1.1", 18}, Protocol::Http11}, Case{std::string{}, Protocol::Http11}}) {
    const Client client;
    SSL_CTX_set_alpn_protos(client.context(), reinterpret_cast<const unsigned char*>(offered.data()),
                            static_cast<unsigned>(offered.size()));
    Connection connection{server, client};
    ASSERT_TRUE(connection.establish()) << connection.failure();
    EXPECT_EQ(negotiated_protocol(connection.server()), expected);
  }
}

TEST_F(TlsContextTest, RefusesAlpnWithoutACommonProtocol) {
  const TlsContext server = context();
  for (const std::string_view offered : {"\x03"
                                         "ftp",
                                         "\x04"
                                         "smtp\x02"
                                         "h3",
                                         "\x03"
                                         "h2c",
                                         "\x01"
                                         "h"}) {
    const Client client;
    SSL_CTX_set_alpn_protos(client.context(), reinterpret_cast<const unsigned char*>(offered.data()),
                            static_cast<unsigned>(offered.size()));
    Connection connection{server, client};
    EXPECT_FALSE(connection.establish());
    EXPECT_THAT(connection.failure(), HasSubstr("no application protocol"));
  }
}

TEST_F(TlsContextTest, RefusesTls12SuitesWithoutForwardSecrecyOrAead) {
  const TlsContext elliptic = context();
  const TlsContext rsa = context(certificate(rsa_key()));
  for (const char* cipher : {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-CCM"}) {
    const Client client;
    only_tls12(client);
    ASSERT_EQ(SSL_CTX_set_cipher_list(client.context(), cipher), 1);
    Connection connection{elliptic, client};
    EXPECT_FALSE(connection.establish()) << cipher;
    EXPECT_THAT(connection.failure(), HasSubstr("no shared cipher"));
  }
  for (const char* cipher :
       {"AES128-GCM-SHA256", "AES256-SHA", "ECDHE-RSA-AES256-SHA384", "DHE-RSA-AES128-GCM-SHA256"}) {
    const Client client;
    only_tls12(client);
    ASSERT_EQ(SSL_CTX_set_cipher_list(client.context(), cipher), 1);
    Connection connection{rsa, client};
    EXPECT_FALSE(connection.establish()) << cipher;
    EXPECT_THAT(connection.failure(), HasSubstr("no shared cipher"));
  }
}

TEST_F(TlsContextTest, TakesEveryTls12SuiteItNames) {
  const TlsContext elliptic = context();
  const TlsContext rsa = context(certificate(rsa_key()));
  for (const std::string suffix : {"AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"}) {
    for (const bool with_rsa : {false, true}) {
      const std::string cipher = (with_rsa ? "ECDHE-RSA-" : "ECDHE-ECDSA-") + suffix;
      const Client client;
      only_tls12(client);
      ASSERT_EQ(SSL_CTX_set_cipher_list(client.context(), cipher.c_str()), 1);
      Connection connection{with_rsa ? rsa : elliptic, client};
      EXPECT_TRUE(connection.establish()) << cipher << ": " << connection.failure();
      EXPECT_EQ(SSL_get_cipher_name(connection.server()), cipher);
    }
  }
}

TEST_F(TlsContextTest, PrefersItsOwnOrderButChaChaWhereTheClientDoes) {
  const TlsContext server = context();
  const Client client;
  ASSERT_EQ(SSL_CTX_set_ciphersuites(client.context(), "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"), 1);
  Connection first{server, client};
  ASSERT_TRUE(first.establish());
  EXPECT_STREQ(SSL_get_cipher_name(first.server()), "TLS_AES_128_GCM_SHA256");
  ASSERT_EQ(SSL_CTX_set_ciphersuites(client.context(), "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"), 1);
  Connection second{server, client};
  ASSERT_TRUE(second.establish());
  EXPECT_STREQ(SSL_get_cipher_name(second.server()), "TLS_CHACHA20_POLY1305_SHA256");
}

TEST_F(TlsContextTest, RefusesOtherGroupsAndSha1Signatures) {
  const TlsContext server = context();
  for (const char* group : {"X25519", "P-256", "P-384"}) {
    const Client client;
    SSL_CTX_set1_groups_list(client.context(), group);
    Connection connection{server, client};
    EXPECT_TRUE(connection.establish()) << group;
  }
  for (const char* group : {"P-521", "X448", "ffdhe2048"}) {
    const Client client;
    SSL_CTX_set1_groups_list(client.context(), group);
    Connection connection{server, client};
    EXPECT_FALSE(connection.establish()) << group;
  }
  const Client client;
  only_tls12(client);
  ASSERT_EQ(SSL_CTX_set1_sigalgs_list(client.context(), "ECDSA+SHA1"), 1);
  Connection connection{server, client};
  EXPECT_FALSE(connection.establish());
}

TEST_F(TlsContextTest, RefusesRenegotiation) {
  const TlsContext server = context();
  const Client client;
  only_tls12(client);
  Connection connection{server, client};
  ASSERT_TRUE(connection.establish());
  ASSERT_EQ(SSL_renegotiate(connection.client()), 1);
  SSL_do_handshake(connection.client());
  char byte = 0;
  EXPECT_LE(SSL_read(connection.server(), &byte, 1), 0);
  const int again = SSL_do_handshake(connection.client());
  EXPECT_LE(again, 0);
  EXPECT_EQ(SSL_get_error(connection.client(), again), SSL_ERROR_SSL);
  EXPECT_THAT(net::take_openssl_error(), HasSubstr("no renegotiation"));
}

TEST_F(TlsContextTest, UnknownNameGetsTheOneCertificate) {
  const TlsContext server = context();
  const Client client;
  Connection connection{server, client};
  SSL_set_tlsext_host_name(connection.client(), "other.example.org");
  ASSERT_TRUE(connection.establish()) << connection.failure();
  const net::CertificateHandle shown{SSL_get1_peer_certificate(connection.client())};
  EXPECT_EQ(X509_cmp(shown.get(), certificate_.leaf()), 0);
}

TEST_F(TlsContextTest, ResumesOnAnotherThreadsContext) {
  const TlsContext one = context();
  const TlsContext other = context();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const Client client;
    SSL_CTX_set_max_proto_version(client.context(), version);
    Connection first{one, client};
    ASSERT_TRUE(first.establish()) << first.failure();
    EXPECT_EQ(SSL_session_reused(first.server()), 0);
    EXPECT_EQ(client.tickets(), 1);
    ASSERT_NE(client.session(), nullptr);
    EXPECT_EQ(SSL_SESSION_get_ticket_lifetime_hint(client.session()), 6UL * 60 * 60);

    Connection second{other, client};
    SSL_set_session(second.client(), client.session());
    ASSERT_TRUE(second.establish()) << second.failure();
    EXPECT_EQ(SSL_session_reused(second.server()), 1);
    EXPECT_EQ(SSL_session_reused(second.client()), 1);
    // TLS 1.3: a ticket for one use, so another comes with it. TLS 1.2: the ticket is still good.
    EXPECT_EQ(client.tickets(), version == TLS1_3_VERSION ? 2 : 1);
  }
}

TEST_F(TlsContextTest, TicketIsAcceptedAfterOneRotationAndNotAfterTwo) {
  const TlsContext server = context();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const Client client;
    SSL_CTX_set_max_proto_version(client.context(), version);
    Connection first{server, client};
    ASSERT_TRUE(first.establish());
    SSL_SESSION_up_ref(client.session());
    const SessionHandle session{client.session()};

    tickets_.rotate();
    Connection second{server, client};
    SSL_set_session(second.client(), session.get());
    ASSERT_TRUE(second.establish()) << second.failure();
    EXPECT_EQ(SSL_session_reused(second.server()), 1);
    // The client left with a ticket under the current key; a ticket begins with its key's name.
    const unsigned char* ticket = nullptr;
    std::size_t size = 0;
    SSL_SESSION_get0_ticket(SSL_get0_session(second.client()), &ticket, &size);
    TicketKeys::View view{tickets_};
    const auto name = view.now().current.name;
    ASSERT_GT(size, name.size());
    EXPECT_TRUE(std::equal(name.begin(), name.end(), ticket));

    tickets_.rotate();
    Connection third{server, client};
    SSL_set_session(third.client(), session.get());
    ASSERT_TRUE(third.establish()) << third.failure();
    EXPECT_EQ(SSL_session_reused(third.server()), 0);
  }
}

TEST_F(TlsContextTest, TicketOfOtherKeysIsAFullHandshake) {
  base::FakeRandom other_random{2};
  TicketKeys other_tickets{other_random, clock_};
  const TlsContext server = context();
  auto stranger = TlsContext::create(certificate_, other_tickets);
  ASSERT_TRUE(stranger);
  const Client client;
  Connection first{*stranger, client};
  ASSERT_TRUE(first.establish());
  Connection second{server, client};
  SSL_set_session(second.client(), client.session());
  ASSERT_TRUE(second.establish()) << second.failure();
  EXPECT_EQ(SSL_session_reused(second.server()), 0);
}

TEST_F(TlsContextTest, OffersNoEarlyData) {
  const TlsContext server = context();
  const Client client;
  Connection connection{server, client};
  ASSERT_TRUE(connection.establish());
  ASSERT_NE(client.session(), nullptr);
  EXPECT_EQ(SSL_SESSION_get_max_early_data(client.session()), 0U);
}

TEST_F(TlsContextTest, NewCertificateIsForNewSessions) {
  TlsContext server = context();
  const Client client;
  Connection before{server, client};
  const Certificate renewed = certificate(rsa_key(), {.alternatives = "DNS:new.example.com"});
  ASSERT_TRUE(server.use(renewed));
  Connection after{server, client};
  const std::pair<Connection*, const Certificate*> table[] = {{&before, &certificate_}, {&after, &renewed}};
  for (const auto& [connection, expected] : table) {
    ASSERT_TRUE(connection->establish()) << connection->failure();
    const net::CertificateHandle shown{SSL_get1_peer_certificate(connection->client())};
    EXPECT_EQ(X509_cmp(shown.get(), expected->leaf()), 0);
  }
  // A client that knows only ECDSA is not given the certificate of before.
  const Client only_ecdsa;
  ASSERT_EQ(SSL_CTX_set1_sigalgs_list(only_ecdsa.context(), "ECDSA+SHA256"), 1);
  Connection none{server, only_ecdsa};
  EXPECT_FALSE(none.establish());
}

TEST_F(TlsContextTest, CertificateThatIsTooWeakLeavesTheOldOneInForce) {
  TlsContext server = context();
  const auto refused = server.use(certificate(rsa_key(1024)));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(), HasSubstr("key too small"));
  const Client client;
  Connection connection{server, client};
  ASSERT_TRUE(connection.establish());
  const net::CertificateHandle shown{SSL_get1_peer_certificate(connection.client())};
  EXPECT_EQ(X509_cmp(shown.get(), certificate_.leaf()), 0);
}

TEST_F(TlsContextTest, SendsTheChainBehindTheLeaf) {
  const IssuedCertificate authority =
      issue({.extended_key_usage = "", .constraints = "critical,CA:TRUE"}, clock_.wall_now(), p256_key());
  const IssuedCertificate leaf =
      issue({}, clock_.wall_now(), p256_key(), authority.certificate.get(), authority.key.get());
  const auto chain = Certificate::parse(leaf.pem() + authority.pem(), leaf.key_pem(), clock_.wall_now());
  ASSERT_TRUE(chain) << chain.error().message;
  const TlsContext server = context(*chain);
  const Client client;
  Connection connection{server, client};
  ASSERT_TRUE(connection.establish());
  EXPECT_EQ(sk_X509_num(SSL_get_peer_cert_chain(connection.client())), 2);
}

TEST_F(TlsContextTest, SetsWhatKeepsAConnectionSmallAndSafe) {
  const TlsContext server = context();
  const SslPointer session = server.new_session();
  EXPECT_NE(SSL_get_mode(session.get()) & SSL_MODE_RELEASE_BUFFERS, 0);
  EXPECT_NE(SSL_get_mode(session.get()) & SSL_MODE_ENABLE_PARTIAL_WRITE, 0);
  EXPECT_NE(SSL_get_mode(session.get()) & SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, 0);
  EXPECT_EQ(SSL_get_read_ahead(session.get()), 1);
  EXPECT_NE(SSL_get_options(session.get()) & SSL_OP_NO_COMPRESSION, 0U);
  EXPECT_NE(SSL_get_options(session.get()) & SSL_OP_NO_RENEGOTIATION, 0U);
  EXPECT_EQ(SSL_CTX_get_session_cache_mode(server.native()), SSL_SESS_CACHE_OFF);
}

}  // namespace
}  // namespace belfry::edge
