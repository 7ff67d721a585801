#include "edge/certificates.hpp"

#include "edge/certificate_test_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace belfry::edge {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::CertificateRecipe;
using testing_support::issue;
using testing_support::IssuedCertificate;
using testing_support::p256_key;

class CertificatesTest : public testing::Test {
 protected:
  CertificatesTest() {
    std::string name = (std::filesystem::temp_directory_path() / "belfry-certificates-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~CertificatesTest() override { std::filesystem::remove_all(directory_); }

  base::WallTime now() const { return clock_.wall_now(); }
  IssuedCertificate self_signed(const CertificateRecipe& recipe = {}) const { return issue(recipe, now(), p256_key()); }
  std::expected<Certificate, CertificateError> parse(const CertificateRecipe& recipe) const {
    const IssuedCertificate issued = self_signed(recipe);
    return Certificate::parse(issued.pem(), issued.key_pem(), now());
  }
  void expect_fault(const std::expected<Certificate, CertificateError>& certificate, CertificateFault fault,
                    const std::string& message) const {
    ASSERT_FALSE(certificate);
    EXPECT_EQ(certificate.error().fault, fault) << certificate.error().message;
    EXPECT_THAT(certificate.error().message, HasSubstr(message));
  }
  TlsOptions files() const { return {.certificate = directory_ / "site.pem", .key = directory_ / "site.key"}; }
  void save(const IssuedCertificate& issued) const {
    ASSERT_TRUE(base::write_file(files().certificate, issued.pem(), base::FileMode::Readable));
    ASSERT_TRUE(base::write_file(files().key, issued.key_pem(), base::FileMode::OwnerOnly));
  }

  base::FakeClock clock_;  // 2026-01-01
  std::filesystem::path directory_;
};

TEST_F(CertificatesTest, TellsNamesAndTimes) {
  const auto certificate = parse({.alternatives = "DNS:App.Example.com,DNS:*.example.org,IP:192.0.2.1,IP:2001:db8::1"});
  ASSERT_TRUE(certificate) << certificate.error().message;
  EXPECT_THAT(certificate->names(), ElementsAre("app.example.com", "*.example.org", "192.0.2.1", "2001:db8::1"));
  EXPECT_EQ(certificate->not_before(), now() - 1h);
  EXPECT_EQ(certificate->expires(), now() + 24h * 30);
  EXPECT_EQ(certificate->fingerprint().size(), 64U);
  EXPECT_TRUE(certificate->intermediates().empty());
}

TEST_F(CertificatesTest, CoversWhatAClientWouldAccept) {
  const auto certificate = parse({.alternatives = "DNS:app.example.com,DNS:*.example.org,IP:192.0.2.1,IP:2001:db8::1"});
  ASSERT_TRUE(certificate);
  for (const char* host : {"app.example.com", "APP.example.com", "www.example.org", "192.0.2.1", "[2001:db8::1]"}) {
    EXPECT_TRUE(certificate->covers(host)) << host;
  }
  for (const char* host : {"", "example.com", "www.app.example.com", "example.org", "a.b.example.org", "192.0.2.2",
                           "[2001:db8::2]", "test"}) {
    EXPECT_FALSE(certificate->covers(host)) << host;
  }
}

TEST_F(CertificatesTest, TakesAChainInOrderAndRefusesAnother) {
  const IssuedCertificate root =
      issue({.extended_key_usage = "", .constraints = "critical,CA:TRUE", .common_name = "root"}, now(), p256_key());
  const IssuedCertificate middle =
      issue({.extended_key_usage = "", .constraints = "critical,CA:TRUE", .common_name = "middle"}, now(), p256_key(),
            root.certificate.get(), root.key.get());
  const IssuedCertificate leaf = issue({}, now(), p256_key(), middle.certificate.get(), middle.key.get());

  const auto whole = Certificate::parse(leaf.pem() + middle.pem() + root.pem(), leaf.key_pem(), now());
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->intermediates().size(), 2U);
  expect_fault(Certificate::parse(leaf.pem() + root.pem() + middle.pem(), leaf.key_pem(), now()),
               CertificateFault::DisorderedChain, "certificate 1 was not issued by certificate 2");
  expect_fault(Certificate::parse(leaf.pem() + middle.pem() + self_signed().pem(), leaf.key_pem(), now()),
               CertificateFault::DisorderedChain, "certificate 2 was not issued by certificate 3");
  expect_fault(Certificate::parse(middle.pem() + leaf.pem(), leaf.key_pem(), now()), CertificateFault::KeyMismatch,
               "not that of the first certificate");
}

TEST_F(CertificatesTest, RefusesAnotherKey) {
  const IssuedCertificate one = self_signed();
  const IssuedCertificate other = self_signed();
  expect_fault(Certificate::parse(one.pem(), other.key_pem(), now()), CertificateFault::KeyMismatch,
               "not that of the first certificate");
}

TEST_F(CertificatesTest, RefusesWhatIsNotValidNow) {
  expect_fault(parse({.valid_from = -48h, .valid_until = 0h}), CertificateFault::Expired, "expired on 2026-01-01");
  expect_fault(parse({.valid_from = 24h}), CertificateFault::NotYetValid, "not valid before 2026-01-02");
  EXPECT_TRUE(parse({.valid_from = 0h, .valid_until = 1h}));
}

TEST_F(CertificatesTest, RefusesALeafThatNamesNoHost) {
  expect_fault(parse({.alternatives = "", .common_name = "app.example.com"}), CertificateFault::NoNames,
               "subject alternative names");
  expect_fault(parse({.alternatives = "email:a@example.com"}), CertificateFault::NoNames, "subject alternative names");
}

TEST_F(CertificatesTest, RefusesALeafThatMayNotServe) {
  expect_fault(parse({.extended_key_usage = "clientAuth"}), CertificateFault::NotForServing, "key usage");
}

TEST_F(CertificatesTest, RefusesRubbish) {
  const IssuedCertificate good = self_signed();
  const std::string pem = good.pem();
  const std::string key = good.key_pem();
  for (const std::string& text : {std::string{}, std::string{"rubbish"}, key, pem.substr(0, pem.size() / 2),
                                  std::string{"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}}) {
    expect_fault(Certificate::parse(text, key, now()), CertificateFault::NotPem, "no readable certificate");
  }
  // A good leaf with a torn second block: served without its issuer it would fail at half of the clients.
  expect_fault(Certificate::parse(pem + pem.substr(0, pem.size() / 2), key, now()), CertificateFault::NotPem,
               "no readable certificate");
  for (const std::string& text : {std::string{}, std::string{"rubbish"}, pem, key.substr(0, key.size() / 2)}) {
    expect_fault(Certificate::parse(pem, text, now()), CertificateFault::NotPem, "no readable private key");
  }
}

TEST_F(CertificatesTest, RefusesAnEncryptedKeyWithoutAskingTheTerminal) {
  const IssuedCertificate good = self_signed();
  const net::BioHandle bio{BIO_new(BIO_s_mem())};
  std::string password = "secret";
  ASSERT_EQ(
      PEM_write_bio_PKCS8PrivateKey(bio.get(), good.key.get(), EVP_aes_256_cbc(), password.data(), 6, nullptr, nullptr),
      1);
  expect_fault(Certificate::parse(good.pem(), IssuedCertificate::text_of(bio.get()), now()), CertificateFault::NotPem,
               "not encrypted");
}

TEST_F(CertificatesTest, LoadNamesTheFileAtFault) {
  expect_fault(Certificate::load(files(), now()), CertificateFault::Unreadable, "site.pem: No such file");
  save(self_signed());
  EXPECT_TRUE(Certificate::load(files(), now()));
  ASSERT_TRUE(base::write_file(files().key, "rubbish", base::FileMode::OwnerOnly));
  expect_fault(Certificate::load(files(), now()), CertificateFault::NotPem, "site.key: no readable private key");
  ASSERT_TRUE(base::write_file(files().certificate, "rubbish", base::FileMode::OwnerOnly));
  expect_fault(Certificate::load(files(), now()), CertificateFault::NotPem, "site.pem: no readable certificate");
}

TEST_F(CertificatesTest, WatcherLoadsAtFirstAndThenOnChangeAlone) {
  save(self_signed({.alternatives = "DNS:one.example.com"}));
  CertificateWatcher watcher{files(), clock_};
  const auto first = watcher.check();
  ASSERT_TRUE(first && *first);
  EXPECT_THAT((*first)->names(), ElementsAre("one.example.com"));
  EXPECT_FALSE(watcher.check());

  save(self_signed({.alternatives = "DNS:two.example.com"}));
  const auto second = watcher.check();
  ASSERT_TRUE(second && *second);
  EXPECT_THAT((*second)->names(), ElementsAre("two.example.com"));
  EXPECT_FALSE(watcher.check());
}

TEST_F(CertificatesTest, WatcherTellsRubbishOnceAndRecovers) {
  const IssuedCertificate good = self_signed();
  save(good);
  CertificateWatcher watcher{files(), clock_};
  ASSERT_TRUE(watcher.check());

  ASSERT_TRUE(base::write_file(files().certificate, "rubbish", base::FileMode::Readable));
  const auto rubbish = watcher.check();
  ASSERT_TRUE(rubbish);
  expect_fault(*rubbish, CertificateFault::NotPem, "site.pem");
  EXPECT_FALSE(watcher.check());

  std::filesystem::remove(files().certificate);
  const auto gone = watcher.check();
  ASSERT_TRUE(gone);
  expect_fault(*gone, CertificateFault::Unreadable, "site.pem");
  EXPECT_FALSE(watcher.check());

  save(good);
  const auto back = watcher.check();
  EXPECT_TRUE(back && *back);
}

TEST_F(CertificatesTest, WatcherSeesTheSecondHalfOfARenewal) {
  save(self_signed());
  CertificateWatcher watcher{files(), clock_};
  ASSERT_TRUE(watcher.check());
  const IssuedCertificate renewed = self_signed();
  ASSERT_TRUE(base::write_file(files().certificate, renewed.pem(), base::FileMode::Readable));
  const auto half = watcher.check();
  ASSERT_TRUE(half);
  expect_fault(*half, CertificateFault::KeyMismatch, "site.key");
  ASSERT_TRUE(base::write_file(files().key, renewed.key_pem(), base::FileMode::OwnerOnly));
  const auto whole = watcher.check();
  EXPECT_TRUE(whole && *whole);
}

TEST_F(CertificatesTest, WatcherFollowsALinkThatIsTurned) {
  // As certbot and Kubernetes keep theirs.
  const IssuedCertificate one = self_signed({.alternatives = "DNS:one.example.com"});
  save(one);
  std::filesystem::rename(files().certificate, directory_ / "one.pem");
  std::filesystem::rename(files().key, directory_ / "one.key");
  std::filesystem::create_symlink("one.pem", files().certificate);
  std::filesystem::create_symlink("one.key", files().key);
  CertificateWatcher watcher{files(), clock_};
  ASSERT_TRUE(watcher.check());
  EXPECT_FALSE(watcher.check());
  const IssuedCertificate two = self_signed({.alternatives = "DNS:two.example.com"});
  ASSERT_TRUE(base::write_file(directory_ / "two.pem", two.pem(), base::FileMode::Readable));
  ASSERT_TRUE(base::write_file(directory_ / "two.key", two.key_pem(), base::FileMode::OwnerOnly));
  std::filesystem::remove(files().certificate);
  std::filesystem::remove(files().key);
  std::filesystem::create_symlink("two.pem", files().certificate);
  std::filesystem::create_symlink("two.key", files().key);
  const auto turned = watcher.check();
  ASSERT_TRUE(turned && *turned);
  EXPECT_THAT((*turned)->names(), ElementsAre("two.example.com"));
}

}  // namespace
}  // namespace belfry::edge
