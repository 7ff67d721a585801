#pragma once

// OpenSSL's objects as owned values, and its error queue as text. For sources of this room and of the edge that include
// OpenSSL; their headers forward-declare instead.

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace belfry::net {

template <auto free>
struct OpensslFree {
  template <class T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};

using BioHandle = std::unique_ptr<BIO, OpensslFree<BIO_free_all>>;
using CertificateHandle = std::unique_ptr<X509, OpensslFree<X509_free>>;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;
using GeneralNamesHandle = std::unique_ptr<GENERAL_NAMES, OpensslFree<GENERAL_NAMES_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using BignumHandle = std::unique_ptr<BIGNUM, OpensslFree<BN_free>>;
using SslContextHandle = std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>>;
using SslHandle = std::unique_ptr<SSL, OpensslFree<SSL_free>>;
using SessionHandle = std::unique_ptr<SSL_SESSION, OpensslFree<SSL_SESSION_free>>;
using StoreHandle = std::unique_ptr<X509_STORE, OpensslFree<X509_STORE_free>>;
using StoreContextHandle = std::unique_ptr<X509_STORE_CTX, OpensslFree<X509_STORE_CTX_free>>;

// The newest reason in this thread's error queue, which is emptied: "no reason given" where it is empty.
std::string take_openssl_error();

}  // namespace belfry::net
