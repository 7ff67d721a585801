#pragma once

// A certificate chain with its private key, checked as a whole before it is used: the key is the leaf's, each
// certificate was issued by the next, the leaf is valid now, names hosts in its subject alternative names, and may
// serve. What fails a check never comes into force.

#include "base/clock.hpp"
#include "base/file.hpp"
#include "edge/options.hpp"

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace belfry::edge {

enum class CertificateFault : std::uint8_t {
  Unreadable,      // a file is missing, too large or not permitted
  NotPem,          // no certificate, or no key, or an encrypted key
  KeyMismatch,     // the key is not the leaf's
  Expired,         // the leaf
  NotYetValid,     // the leaf
  NoNames,         // the leaf has no subject alternative name of a host or address
  NotForServing,   // its extended key usage excludes serverAuth
  DisorderedChain  // a certificate was not issued by the one behind it
};

struct CertificateError {
  CertificateFault fault;
  std::string message;  // for the operator: names the file and what to do
};

// Immutable and shared: a copy costs a reference. Any thread.
class Certificate {
 public:
  // `chain` and `key` are PEM text.
  static std::expected<Certificate, CertificateError> parse(std::string_view chain, std::string_view key,
                                                            base::WallTime now);
  static std::expected<Certificate, CertificateError> load(const TlsOptions& files, base::WallTime now);

  base::WallTime not_before() const;
  base::WallTime expires() const;
  // dNSNames in lower case (a wildcard as "*.example.com") and addresses as text.
  const std::vector<std::string>& names() const;
  // Whether a client that asked for `host` would accept it (RFC 6125).
  bool covers(std::string_view host) const;
  // SHA-256 of the leaf in lower-case hex.
  const std::string& fingerprint() const;

  x509_st* leaf() const;
  evp_pkey_st* key() const;
  // What is sent behind the leaf.
  const std::vector<x509_st*>& intermediates() const;

 private:
  struct Parts;
  explicit Certificate(std::shared_ptr<const Parts> parts) : parts_{std::move(parts)} {}
  std::shared_ptr<const Parts> parts_;
};

// Looks whether the two files have changed, by their stamps, so that a renewed certificate comes into force without a
// restart. Asked every few seconds, from a thread that may read files; one thread.
class CertificateWatcher {
 public:
  CertificateWatcher(TlsOptions files, const base::Clock& clock);

  // nullopt: nothing changed since the last call. A change that is no good is told once; the caller keeps what it has.
  // The first call always loads.
  std::optional<std::expected<Certificate, CertificateError>> check();

 private:
  TlsOptions files_;
  const base::Clock& clock_;
  bool first_ = true;
  std::optional<base::FileStamp> certificate_stamp_;
  std::optional<base::FileStamp> key_stamp_;
};

}  // namespace belfry::edge
