// Against a server of OpenSSL in a thread of the test, with certificates of every kind.

#include "net/tls_probe.hpp"

#include "base/file_descriptor.hpp"
#include "net/certificate_facts.hpp"
#include "net/openssl_handles.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace belfry::net {
namespace {

using namespace std::chrono_literals;

struct Recipe {
  std::string name = "site.example";
  std::string alternatives = "DNS:site.example,DNS:*.site.example,IP:192.0.2.1,IP:2001:db8::1";
  std::string constraints = "critical,CA:FALSE";
  std::string features;  // of RFC 7633
  const EVP_MD* digest = EVP_sha256();
  std::chrono::hours from{-24};
  std::chrono::hours until{24 * 30};
};

struct Issued {
  CertificateHandle certificate;
  KeyHandle key;
};

Issued issue(const Recipe& recipe, base::WallTime now, KeyHandle key, const Issued* issuer = nullptr) {
  Issued made{CertificateHandle{X509_new()}, std::move(key)};
  X509* const certificate = made.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 0x0102f0);
  const auto at = [&](std::chrono::hours offset) {
    return static_cast<time_t>(std::chrono::floor<std::chrono::seconds>(now + offset).time_since_epoch().count());
  };
  ASN1_TIME_set(X509_getm_notBefore(certificate), at(recipe.from));
  ASN1_TIME_set(X509_getm_notAfter(certificate), at(recipe.until));
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(recipe.name.c_str()), -1, -1, 0);
  X509* const parent = issuer == nullptr ? certificate : issuer->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(parent));
  const auto add = [&](int nid, const std::string& value) {
    if (value.empty()) return;
    X509V3_CTX context;
    X509V3_set_ctx(&context, parent, certificate, nullptr, nullptr, 0);
    const ExtensionHandle extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())};
    if (!extension) throw std::runtime_error{value};
    X509_add_ext(certificate, extension.get(), -1);
  };
  add(NID_basic_constraints, recipe.constraints);
  add(NID_subject_alt_name, recipe.alternatives);
  add(NID_tlsfeature, recipe.features);
  if (X509_sign(certificate, issuer == nullptr ? made.key.get() : issuer->key.get(), recipe.digest) == 0) {
    throw std::runtime_error{"no signature"};
  }
  return made;
}

KeyHandle rsa_key(unsigned bits = 2048) {
  return KeyHandle{EVP_RSA_gen(bits)};
}
KeyHandle curve_key(const char* curve = "P-256") {
  return KeyHandle{EVP_EC_gen(curve)};
}

// Serves one connection after the other: a handshake, then whatever is read is answered with a line.
class Server {
 public:
  Server(const Issued& own, const std::vector<X509*>& chain, auto configure)
      : context_{SSL_CTX_new(TLS_server_method())} {
    static_cast<void>(::signal(SIGPIPE, SIG_IGN));
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_use_certificate(context_.get(), own.certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), own.key.get());
    for (X509* const one : chain) SSL_CTX_add1_chain_cert(context_.get(), one);
    configure(context_.get());
    listener_ = base::FileDescriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    if (!listener_ || ::bind(listener_.get(), raw, size) != 0 || ::listen(listener_.get(), 16) != 0 ||
        ::getsockname(listener_.get(), raw, &size) != 0) {
      throw std::runtime_error{"no port can be had"};
    }
    way_.endpoint = *base::Endpoint::parse("127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
    thread_ = std::thread{[this] { serve(); }};
  }
  explicit Server(const Issued& own, const std::vector<X509*>& chain = {}) : Server{own, chain, [](SSL_CTX*) {}} {}
  ~Server() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  const Way& way() const { return way_; }

 private:
  void serve() {
    for (;;) {
      const base::FileDescriptor peer{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
      if (!peer) return;
      const SslHandle ssl{SSL_new(context_.get())};
      SSL_set_fd(ssl.get(), peer.get());
      std::array<char, 1024> piece;
      if (SSL_accept(ssl.get()) == 1) {
        while (SSL_read(ssl.get(), piece.data(), static_cast<int>(piece.size())) > 0) {
          SSL_write(ssl.get(), "HTTP/1.1 200 OK\r\n\r\n", 19);
        }
        SSL_shutdown(ssl.get());
      }
      ERR_clear_error();
    }
  }

  SslContextHandle context_;
  base::FileDescriptor listener_;
  Way way_;
  std::thread thread_;
};

class TlsProbe : public testing::Test {
 protected:
  TlsProbe() {
    char name[] = "/tmp/belfry-probe-XXXXXX";
    folder_ = ::mkdtemp(name);
    const std::unique_ptr<FILE, OpensslFree<std::fclose>> file{std::fopen(ca_file().c_str(), "w")};
    PEM_write_X509(file.get(), ca_.certificate.get());
  }
  ~TlsProbe() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path ca_file() const { return folder_ / "ca.pem"; }
  base::SteadyTime soon() const { return clock_.steady_now() + 20s; }
  TlsProbeRequest request(const Server& server, std::string name = "site.example") const {
    return {.way = server.way(), .server_name = std::move(name), .ca_file = ca_file()};
  }
  // Keys of curves are made faster.
  Issued site(const Recipe& recipe = {}, KeyHandle key = curve_key()) const {
    return issue(recipe, clock_.wall_now(), std::move(key), &ca_);
  }
  HandshakeFacts shake(const TlsProbeRequest& request) const {
    auto facts = probe_handshake(request, clock_, soon());
    if (!facts) throw std::runtime_error{facts.error().detail};
    return *facts;
  }
  ChainFacts chain_of(const Issued& own, std::string name = "site.example") const {
    const Server server{own};
    return shake(request(server, std::move(name))).chain;
  }

  base::SystemClock clock_;
  std::filesystem::path folder_;
  Issued ca_ =
      issue({.name = "the CA", .alternatives = "", .constraints = "critical,CA:TRUE"}, clock_.wall_now(), curve_key());
};

TEST_F(TlsProbe, TellsWhatStandsInACertificate) {
  const Issued own = site({.features = "status_request"}, rsa_key());
  const ChainFacts chain = chain_of(own);
  ASSERT_EQ(chain.certificates.size(), 1U);
  const CertificateFacts& leaf = chain.certificates.front();
  EXPECT_EQ(leaf.subject, "CN=site.example");
  EXPECT_EQ(leaf.issuer, "CN=the CA");
  EXPECT_EQ(leaf.names, (std::vector<std::string>{"site.example", "*.site.example", "192.0.2.1", "2001:db8::1"}));
  EXPECT_EQ(leaf.serial, "0102f0");
  EXPECT_EQ(leaf.fingerprint.size(), 64U);
  EXPECT_EQ(leaf.key_type, "RSA");
  EXPECT_EQ(leaf.key_bits, 2048U);
  EXPECT_EQ(leaf.security_bits, 112U);
  EXPECT_EQ(leaf.signature, "ecdsa-with-SHA256");
  EXPECT_FALSE(leaf.self_signed);
  EXPECT_TRUE(leaf.must_staple);
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.wall_now());
  EXPECT_LE(std::chrono::abs(leaf.not_before - (now - 24h)), 30s);
  EXPECT_LE(std::chrono::abs(leaf.not_after - (now + 30 * 24h)), 30s);
  EXPECT_TRUE(chain.trusted);
  EXPECT_EQ(chain.verification, "ok");
  EXPECT_TRUE(chain.name_matches);
}

TEST_F(TlsProbe, TellsKeysApart) {
  const auto leaf = [&](KeyHandle key) {
    return chain_of(issue({}, clock_.wall_now(), std::move(key), &ca_)).certificates.front();
  };
  EXPECT_EQ(leaf(curve_key()).key_type, "EC");
  EXPECT_EQ(leaf(curve_key()).key_bits, 256U);
  EXPECT_EQ(leaf(curve_key("P-384")).security_bits, 192U);
  EXPECT_EQ(leaf(rsa_key(1024)).key_bits, 1024U);
}

TEST_F(TlsProbe, ComparesNames) {
  const Issued own = site();
  for (const char* const good : {"site.example", "SITE.example", "www.site.example", "192.0.2.1", "2001:db8::1"}) {
    EXPECT_TRUE(chain_of(own, good).name_matches) << good;
  }
  for (const char* const bad : {"other.example", "a.b.site.example", "example", "192.0.2.2", ""}) {
    EXPECT_FALSE(chain_of(own, bad).name_matches) << bad;
  }
  EXPECT_FALSE(chain_of(site({.alternatives = ""})).name_matches) << "the common name is of no account";
}

TEST_F(TlsProbe, SaysWhyAChainIsNotTrusted) {
  const Issued self = issue({}, clock_.wall_now(), curve_key());
  const ChainFacts signed_by_itself = chain_of(self);
  EXPECT_FALSE(signed_by_itself.trusted);
  EXPECT_TRUE(signed_by_itself.certificates.front().self_signed);
  EXPECT_EQ(signed_by_itself.verification, "self-signed certificate");
  const Issued other = issue({.name = "another CA", .constraints = "critical,CA:TRUE"}, clock_.wall_now(), curve_key());
  const ChainFacts unknown = chain_of(issue({}, clock_.wall_now(), curve_key(), &other));
  EXPECT_FALSE(unknown.trusted);
  EXPECT_EQ(unknown.verification, "unable to get local issuer certificate");
}

TEST_F(TlsProbe, JudgesDatesByTheClockThatIsHandedIn) {
  const Issued own = site();
  const Server server{own};
  // Waits are real; the wall clock is the test's.
  class Mixed final : public base::Clock {
   public:
    base::WallTime now;
    base::WallTime wall_now() const override { return now; }
    base::SteadyTime steady_now() const override { return base::SystemClock{}.steady_now(); }
  } mixed;
  const auto verification = [&](std::chrono::hours ahead) {
    mixed.now = clock_.wall_now() + ahead;
    const auto facts = probe_handshake(request(server), mixed, soon());
    return facts ? facts->chain.verification : facts.error().detail;
  };
  EXPECT_EQ(verification(0h), "ok");
  EXPECT_EQ(verification(31 * 24h), "certificate has expired");
  EXPECT_EQ(verification(-48h), "certificate is not yet valid");
}

TEST_F(TlsProbe, SeesTheOrderOfAChain) {
  const Issued middle = issue({.name = "between", .alternatives = "", .constraints = "critical,CA:TRUE"},
                              clock_.wall_now(), curve_key(), &ca_);
  const Issued own = issue({}, clock_.wall_now(), curve_key(), &middle);
  const auto chain = [&](const std::vector<X509*>& sent) {
    const Server server{own, sent};
    return shake(request(server)).chain;
  };
  const ChainFacts good = chain({middle.certificate.get(), ca_.certificate.get()});
  EXPECT_TRUE(good.in_order);
  EXPECT_TRUE(good.trusted);
  EXPECT_EQ(good.certificates.size(), 3U);
  EXPECT_TRUE(good.certificates.back().self_signed);
  const ChainFacts mixed_up = chain({ca_.certificate.get(), middle.certificate.get()});
  EXPECT_FALSE(mixed_up.in_order);
  EXPECT_TRUE(mixed_up.trusted) << "it leads to the root all the same";
  const ChainFacts incomplete = chain({});
  EXPECT_TRUE(incomplete.in_order);
  EXPECT_FALSE(incomplete.trusted);
}

TEST_F(TlsProbe, WithoutItsCaFileNothingIsTrusted) {
  const Issued own = site();
  const Server server{own};
  TlsProbeRequest other = request(server);
  other.ca_file = folder_ / "missing.pem";
  EXPECT_FALSE(shake(other).chain.trusted);
  other.ca_file.reset();
  EXPECT_FALSE(shake(other).chain.trusted) << "the system does not know this CA";
}

TEST_F(TlsProbe, CutsAndEscapesWhatAnIssuerWrote) {
  const ChainFacts chain = chain_of(site({.name = "d\xc3\xa9j\xc3\xa0,\n<b>"}));
  EXPECT_EQ(chain.certificates.front().subject, "CN=d\\C3\\A9j\\C3\\A0\\,\\0A\\<b\\>");
}

TEST_F(TlsProbe, TellsWhatWasAgreedOn) {
  const Issued own = site({}, rsa_key());
  const Server modern{own};
  const HandshakeFacts facts = shake(request(modern));
  EXPECT_EQ(facts.version, 0x0304);
  EXPECT_EQ(facts.suite, 0x1302);
  EXPECT_EQ(facts.group, "X25519");
  EXPECT_EQ(facts.protocol, "");
  EXPECT_FALSE(facts.ocsp_stapled);
  TlsProbeRequest old = request(modern);
  old.versions = TlsProbeRequest::Versions::Tls12AtMost;
  EXPECT_EQ(shake(old).version, 0x0303);
  EXPECT_TRUE(shake(old).secure_renegotiation);

  const Server ancient{own, {}, [](SSL_CTX* context) {
                         SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
                         SSL_CTX_set_max_proto_version(context, TLS1_VERSION);
                         SSL_CTX_set_cipher_list(context, "ECDHE-RSA-AES256-SHA:@SECLEVEL=0");
                         SSL_CTX_set1_groups_list(context, "P-384");
                       }};
  const HandshakeFacts weak = shake(request(ancient));
  EXPECT_EQ(weak.version, 0x0301);
  EXPECT_EQ(weak.suite, 0xc014);
  EXPECT_EQ(weak.group, "P-384");
}

TEST_F(TlsProbe, SeesAStapledResponse) {
  const Issued own = site();
  const Server server{own, {}, [](SSL_CTX* context) {
                        SSL_CTX_set_tlsext_status_cb(
                            context, +[](SSL* ssl, void*) {
                              auto* const response = static_cast<unsigned char*>(OPENSSL_malloc(4));
                              SSL_set_tlsext_status_ocsp_resp(ssl, response, 4);
                              return SSL_TLSEXT_ERR_OK;
                            });
                      }};
  EXPECT_TRUE(shake(request(server)).ocsp_stapled);
}

TEST_F(TlsProbe, ResumesWhereTheServerDoes) {
  const Issued own = site();
  const auto resumption = [&](auto configure) {
    const Server server{own, {}, configure};
    const auto facts = probe_resumption(request(server), clock_, soon());
    if (!facts) throw std::runtime_error{facts.error().detail};
    return *facts;
  };
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const ResumptionFacts yes = resumption([&](SSL_CTX* context) {
      SSL_CTX_set_min_proto_version(context, version);
      SSL_CTX_set_max_proto_version(context, version);
      SSL_CTX_set_timeout(context, 3'600);
    });
    EXPECT_TRUE(yes.ticket) << version;
    EXPECT_TRUE(yes.resumed) << version;
    EXPECT_EQ(yes.ticket_lifetime, 3'600U) << version;
    const ResumptionFacts no = resumption([&](SSL_CTX* context) {
      SSL_CTX_set_min_proto_version(context, version);
      SSL_CTX_set_max_proto_version(context, version);
      SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
      SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
      SSL_CTX_set_num_tickets(context, 0);
    });
    EXPECT_FALSE(no.resumed) << version;
  }
}

TEST_F(TlsProbe, TriesARenegotiationForReal) {
  const Issued own = site();
  const auto renegotiation = [&](auto configure) {
    const Server server{own, {}, configure};
    return probe_renegotiation(request(server), clock_, soon()).value();
  };
  EXPECT_EQ(renegotiation([](SSL_CTX* context) { SSL_CTX_set_options(context, SSL_OP_ALLOW_CLIENT_RENEGOTIATION); }),
            Renegotiation::Accepted);
  EXPECT_EQ(renegotiation([](SSL_CTX*) {}), Renegotiation::Refused) << "the default since OpenSSL 3.0";
  EXPECT_EQ(renegotiation([](SSL_CTX* context) { SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION); }),
            Renegotiation::Refused);
  EXPECT_EQ(renegotiation([](SSL_CTX* context) { SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION); }),
            Renegotiation::NotApplicable);
}

TEST_F(TlsProbe, EndsAtItsDeadlineAndSaysThatNobodyListens) {
  // A listener that takes a connection and never says a word.
  const base::FileDescriptor silent{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = (folder_ / "socket").string();
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(silent.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(silent.get(), 4), 0);
  const TlsProbeRequest waiting{.way = {.socket = path}, .server_name = "site.example"};
  EXPECT_EQ(probe_handshake(waiting, clock_, clock_.steady_now() + 50ms).error().error, NetError::DeadlineExceeded);
  EXPECT_EQ(probe_renegotiation(waiting, clock_, clock_.steady_now() + 50ms).error().error, NetError::DeadlineExceeded);
  EXPECT_EQ(probe_resumption(waiting, clock_, clock_.steady_now() + 50ms).error().error, NetError::DeadlineExceeded);
  const TlsProbeRequest nowhere{.way = {.endpoint = *base::Endpoint::parse("127.0.0.1:1")}};
  EXPECT_EQ(probe_handshake(nowhere, clock_, soon()).error().error, NetError::Refused);
}

}  // namespace
}  // namespace belfry::net
