#pragma once

// A certificate that is its own authority. Only tests include this.

#include "net/openssl_handles.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <filesystem>

namespace belfry::net {

struct TestCertificate {
  KeyHandle key{EVP_EC_gen("P-256")};
  CertificateHandle certificate{X509_new()};

  // `names` as OpenSSL writes them: "DNS:app.example.com,IP:127.0.0.1".
  explicit TestCertificate(const char* names = "DNS:app.example.com") {
    X509* const x = certificate.get();
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    X509_EXTENSION* alternatives = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
    X509_add_ext(x, alternatives, -1);
    X509_EXTENSION_free(alternatives);
    X509_sign(x, key.get(), EVP_sha256());
  }

  // As a file of authorities.
  void write_to(const std::filesystem::path& file) const {
    const BioHandle bio{BIO_new_file(file.c_str(), "w")};
    PEM_write_bio_X509(bio.get(), certificate.get());
  }
};

}  // namespace belfry::net
