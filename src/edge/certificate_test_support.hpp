#pragma once

// Certificates of every kind that tests want to see refused or accepted. Only tests include this.

#include "base/clock.hpp"
#include "net/openssl_handles.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <chrono>
#include <string>

namespace belfry::edge::testing_support {

struct CertificateRecipe {
  std::string alternatives = "DNS:app.example.com";  // empty: no extension
  std::string key_usage;
  std::string extended_key_usage = "serverAuth";
  std::string constraints = "critical,CA:FALSE";
  std::string common_name = "test";
  std::chrono::hours valid_from{-1};  // from now
  std::chrono::hours valid_until{24 * 30};
};

struct IssuedCertificate {
  net::CertificateHandle certificate;
  net::KeyHandle key;

  std::string pem() const {
    const net::BioHandle bio{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509(bio.get(), certificate.get());
    return text_of(bio.get());
  }
  std::string key_pem() const {
    const net::BioHandle bio{BIO_new(BIO_s_mem())};
    PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(bio.get());
  }
  static std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
  }
};

// Signed by `issuer` with `issuer_key`; by itself where they are null.
inline IssuedCertificate issue(const CertificateRecipe& recipe, base::WallTime now, net::KeyHandle key,
                               X509* issuer = nullptr, EVP_PKEY* issuer_key = nullptr) {
  IssuedCertificate made{net::CertificateHandle{X509_new()}, std::move(key)};
  X509* const certificate = made.certificate.get();
  static long serial = 1;
  const auto seconds = [&](std::chrono::hours offset) {
    return static_cast<time_t>(std::chrono::floor<std::chrono::seconds>(now + offset).time_since_epoch().count());
  };
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(recipe.valid_from));
  ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(recipe.valid_until));
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(recipe.common_name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer == nullptr ? certificate : issuer));
  const auto add = [&](int nid, const std::string& value) {
    if (value.empty()) return;
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer == nullptr ? certificate : issuer, certificate, nullptr, nullptr, 0);
    const net::ExtensionHandle extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())};
    X509_add_ext(certificate, extension.get(), -1);
  };
  add(NID_basic_constraints, recipe.constraints);
  add(NID_key_usage, recipe.key_usage);
  add(NID_ext_key_usage, recipe.extended_key_usage);
  add(NID_subject_alt_name, recipe.alternatives);
  add(NID_subject_key_identifier, "hash");
  // "keyid" alone: where the issuer has no identifier, or is this certificate, none is written.
  add(NID_authority_key_identifier, "keyid");
  X509_sign(certificate, issuer_key == nullptr ? made.key.get() : issuer_key, EVP_sha256());
  return made;
}

inline net::KeyHandle p256_key() {
  return net::KeyHandle{EVP_EC_gen("P-256")};
}
inline net::KeyHandle rsa_key(unsigned bits = 2048) {
  return net::KeyHandle{EVP_RSA_gen(bits)};
}

}  // namespace belfry::edge::testing_support
