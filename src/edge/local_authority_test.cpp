#include "edge/local_authority.hpp"

#include "base/file.hpp"
#include "edge/certificate_test_support.hpp"
#include "edge/certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <string>

namespace belfry::edge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::issue;
using testing_support::p256_key;

const std::vector<std::string> kNames{"app.localhost", "belfry.localhost", "localhost", "status.localhost"};

net::CertificateHandle certificate_in(const std::filesystem::path& path) {
  const net::BioHandle bio{BIO_new_file(path.c_str(), "r")};
  return net::CertificateHandle{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
}

class LocalAuthorityTest : public testing::Test {
 protected:
  LocalAuthorityTest() {
    std::string name = (std::filesystem::temp_directory_path() / "belfry-authority-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
    directory_ = root_ / "tls";
  }
  ~LocalAuthorityTest() override { std::filesystem::remove_all(root_); }

  LocalAuthority open() {
    auto authority = LocalAuthority::open(directory_, clock_);
    if (!authority) throw std::runtime_error{authority.error()};
    return std::move(*authority);
  }
  std::string refusal() {
    auto authority = LocalAuthority::open(directory_, clock_);
    return authority ? "" : authority.error();
  }
  std::string content(const char* name) const { return base::read_file(directory_ / name, 1 << 16).value_or(""); }

  // What X509_verify_cert(3) says to a client that trusts this authority and asked for `host` (or an address).
  int verify(X509* leaf, const std::string& host) const {
    const net::CertificateHandle trusted = certificate_in(directory_ / "authority.pem");
    const net::StoreHandle store{X509_STORE_new()};
    X509_STORE_add_cert(store.get(), trusted.get());
    const net::StoreContextHandle context{X509_STORE_CTX_new()};
    X509_STORE_CTX_init(context.get(), store.get(), leaf, nullptr);
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(
        parameters,
        static_cast<time_t>(std::chrono::floor<std::chrono::seconds>(clock_.wall_now()).time_since_epoch().count()));
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_auth_level(parameters, 2);
    if (base::IpAddress::parse(host)) {
      X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str());
    } else {
      X509_VERIFY_PARAM_set1_host(parameters, host.data(), host.size());
    }
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
  }
  // A leaf as a thief of the key would sign it.
  testing_support::IssuedCertificate stolen_signature(const std::string& alternatives) const {
    const net::CertificateHandle authority = certificate_in(directory_ / "authority.pem");
    const net::BioHandle bio{BIO_new_file((directory_ / "authority.key").c_str(), "r")};
    const net::KeyHandle key{PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)};
    return issue({.alternatives = alternatives}, clock_.wall_now(), p256_key(), authority.get(), key.get());
  }

  base::FakeClock clock_;
  std::filesystem::path root_;
  std::filesystem::path directory_;
};

TEST_F(LocalAuthorityTest, LeafVerifiesForItsNames) {
  LocalAuthority authority = open();
  const auto files = authority.ensure_leaf(kNames);
  ASSERT_TRUE(files) << files.error();
  const auto leaf = Certificate::load(*files, clock_.wall_now());
  ASSERT_TRUE(leaf) << leaf.error().message;
  EXPECT_THAT(leaf->names(), ElementsAre("app.localhost", "belfry.localhost", "localhost", "status.localhost"));
  EXPECT_EQ(leaf->expires(), clock_.wall_now() + LocalAuthority::kLeafLifetime);
  for (const std::string& name : kNames) {
    // X509_V_FLAG_X509_STRICT asks an authority for an authority key identifier only where it is not self-signed.
    EXPECT_EQ(verify(leaf->leaf(), name), X509_V_OK) << name;
  }
  EXPECT_EQ(verify(leaf->leaf(), "other.localhost"), X509_V_ERR_HOSTNAME_MISMATCH);
}

TEST_F(LocalAuthorityTest, ItsSignatureIsWorthNothingForOtherNames) {
  open();
  EXPECT_EQ(verify(stolen_signature("DNS:deep.app.localhost").certificate.get(), "deep.app.localhost"), X509_V_OK);
  EXPECT_EQ(verify(stolen_signature("DNS:example.com").certificate.get(), "example.com"),
            X509_V_ERR_PERMITTED_VIOLATION);
  EXPECT_EQ(verify(stolen_signature("DNS:localhost.example.com").certificate.get(), "localhost.example.com"),
            X509_V_ERR_PERMITTED_VIOLATION);
  EXPECT_EQ(verify(stolen_signature("DNS:notlocalhost").certificate.get(), "notlocalhost"),
            X509_V_ERR_PERMITTED_VIOLATION);
  EXPECT_EQ(verify(stolen_signature("DNS:localhost,IP:192.0.2.1").certificate.get(), "192.0.2.1"),
            X509_V_ERR_EXCLUDED_VIOLATION);
  EXPECT_EQ(verify(stolen_signature("DNS:localhost,IP:2001:db8::1").certificate.get(), "2001:db8::1"),
            X509_V_ERR_EXCLUDED_VIOLATION);
}

TEST_F(LocalAuthorityTest, CannotMakeAnotherAuthority) {
  open();
  const net::CertificateHandle authority = certificate_in(directory_ / "authority.pem");
  EXPECT_EQ(X509_get_pathlen(authority.get()), 0);
  EXPECT_EQ(X509_get_key_usage(authority.get()), static_cast<std::uint32_t>(KU_KEY_CERT_SIGN));
}

TEST_F(LocalAuthorityTest, KeysAreReadableByTheirOwnerAlone) {
  ASSERT_TRUE(open().ensure_leaf(kNames));
  for (const char* name : {"authority.key", "site.key"}) {
    struct stat status{};
    ASSERT_EQ(::stat((directory_ / name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
  }
}

TEST_F(LocalAuthorityTest, SurvivesARestart) {
  ASSERT_TRUE(open().ensure_leaf(kNames));
  const std::string authority = content("authority.pem");
  const std::string leaf = content("site.pem");
  ASSERT_FALSE(authority.empty());
  ASSERT_FALSE(leaf.empty());
  // In another order, with a name twice: the same names.
  ASSERT_TRUE(open().ensure_leaf({"localhost", "status.localhost", "app.localhost", "belfry.localhost", "localhost"}));
  EXPECT_EQ(content("authority.pem"), authority);
  EXPECT_EQ(content("site.pem"), leaf);
}

TEST_F(LocalAuthorityTest, LeafIsIssuedAnewForOtherNames) {
  LocalAuthority authority = open();
  ASSERT_TRUE(authority.ensure_leaf(kNames));
  const std::string leaf = content("site.pem");
  ASSERT_TRUE(authority.ensure_leaf({"localhost"}));
  EXPECT_NE(content("site.pem"), leaf);
}

TEST_F(LocalAuthorityTest, LeafIsRenewedBeforeItExpires) {
  LocalAuthority authority = open();
  ASSERT_TRUE(authority.ensure_leaf(kNames));
  const std::string leaf = content("site.pem");
  clock_.advance(LocalAuthority::kLeafLifetime - LocalAuthority::kRenewBefore);
  ASSERT_TRUE(authority.ensure_leaf(kNames));
  EXPECT_EQ(content("site.pem"), leaf);
  clock_.advance(std::chrono::seconds{1});
  ASSERT_TRUE(authority.ensure_leaf(kNames));
  EXPECT_NE(content("site.pem"), leaf);
}

TEST_F(LocalAuthorityTest, RubbishInTheLeafsPlaceIsReplaced) {
  ASSERT_TRUE(open().ensure_leaf(kNames));
  ASSERT_TRUE(base::write_file(directory_ / "site.pem", "rubbish", base::FileMode::Readable));
  const auto files = open().ensure_leaf(kNames);
  ASSERT_TRUE(files);
  EXPECT_TRUE(Certificate::load(*files, clock_.wall_now()));
}

TEST_F(LocalAuthorityTest, LeafOfAnotherAuthorityIsReplaced) {
  ASSERT_TRUE(open().ensure_leaf(kNames));
  const std::string leaf = content("site.pem");
  std::filesystem::remove(directory_ / "authority.pem");
  std::filesystem::remove(directory_ / "authority.key");
  const auto files = open().ensure_leaf(kNames);
  ASSERT_TRUE(files);
  EXPECT_NE(content("site.pem"), leaf);
  EXPECT_EQ(verify(Certificate::load(*files, clock_.wall_now())->leaf(), "localhost"), X509_V_OK);
}

TEST_F(LocalAuthorityTest, AuthorityIsRenewedUnderTheSameKeyBeforeItExpires) {
  LocalAuthority authority = open();
  const net::CertificateHandle first = certificate_in(directory_ / "authority.pem");
  clock_.advance(LocalAuthority::kAuthorityLifetime - LocalAuthority::kLeafLifetime);
  const auto files = authority.ensure_leaf(kNames);
  ASSERT_TRUE(files) << files.error();
  const net::CertificateHandle second = certificate_in(directory_ / "authority.pem");
  EXPECT_NE(X509_cmp(first.get(), second.get()), 0);
  EXPECT_EQ(EVP_PKEY_eq(X509_get0_pubkey(first.get()), X509_get0_pubkey(second.get())), 1);
  EXPECT_EQ(verify(Certificate::load(*files, clock_.wall_now())->leaf(), "localhost"), X509_V_OK);
}

TEST_F(LocalAuthorityTest, RefusesNamesItCannotSignFor) {
  LocalAuthority authority = open();
  EXPECT_FALSE(authority.ensure_leaf({}));
  for (const char* name : {"", "example.com", "localhost.example.com", "xlocalhost", ".localhost", "a..localhost",
                           "*.localhost", "App.localhost", "a b.localhost", "a,IP:192.0.2.1.localhost", "localhost."}) {
    EXPECT_FALSE(authority.ensure_leaf({"localhost", name})) << name;
  }
  EXPECT_FALSE(std::filesystem::exists(directory_ / "site.pem"));
}

TEST_F(LocalAuthorityTest, RefusesAnAuthorityThatIsNotItsOwn) {
  open();
  const auto unconstrained =
      issue({.extended_key_usage = "", .constraints = "critical,CA:TRUE"}, clock_.wall_now(), p256_key());
  ASSERT_TRUE(base::write_file(directory_ / "authority.pem", unconstrained.pem(), base::FileMode::Readable));
  EXPECT_THAT(refusal(), HasSubstr("not the certificate of an authority made here"));
  // Nor with the key that goes with it.
  ASSERT_TRUE(base::write_file(directory_ / "authority.key", unconstrained.key_pem(), base::FileMode::OwnerOnly));
  EXPECT_THAT(refusal(), HasSubstr("not the certificate of an authority made here"));
  EXPECT_EQ(content("authority.pem"), unconstrained.pem());
}

TEST_F(LocalAuthorityTest, RefusesToReplaceATrustedAuthorityWhoseKeyIsGone) {
  open();
  std::filesystem::remove(directory_ / "authority.key");
  EXPECT_THAT(refusal(), HasSubstr("remove that file"));
  ASSERT_TRUE(base::write_file(directory_ / "authority.key", "rubbish", base::FileMode::OwnerOnly));
  EXPECT_THAT(refusal(), HasSubstr("authority.key holds no key"));
}

TEST_F(LocalAuthorityTest, MakesTheCertificateWhereAFirstStartBrokeOff) {
  open();
  const std::string key = content("authority.key");
  std::filesystem::remove(directory_ / "authority.pem");
  open();
  EXPECT_EQ(content("authority.key"), key);
  EXPECT_FALSE(content("authority.pem").empty());
}

}  // namespace
}  // namespace belfry::edge
