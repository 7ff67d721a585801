#include "edge/certificates.hpp"

#include "base/ascii.hpp"
#include "base/ip_address.hpp"
#include "crypto/encode.hpp"
#include "net/openssl_handles.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdint>
#include <ctime>
#include <span>
#include <utility>

namespace belfry::edge {

namespace {

// Real chains are below 10 KiB.
constexpr std::size_t kFileLimit = 1 << 20;
constexpr std::size_t kChainLimit = 10;

std::unexpected<CertificateError> refuse(CertificateFault fault, std::string message) {
  ERR_clear_error();
  return std::unexpected{CertificateError{fault, std::move(message)}};
}

net::BioHandle reader_of(std::string_view text) {
  return net::BioHandle{text.size() <= INT_MAX ? BIO_new_mem_buf(text.data(), static_cast<int>(text.size())) : nullptr};
}

// Asked for the password of an encrypted key: there is none, and without this OpenSSL would ask the terminal.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/) {
  return -1;
}

base::WallTime time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return base::WallTime::min();
  const std::chrono::year_month_day date{std::chrono::year{parts.tm_year + 1900},
                                         std::chrono::month{static_cast<unsigned>(parts.tm_mon) + 1},
                                         std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
  return std::chrono::sys_days{date} + std::chrono::hours{parts.tm_hour} + std::chrono::minutes{parts.tm_min} +
         std::chrono::seconds{parts.tm_sec};
}

std::string day_of(base::WallTime time) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
  const auto two = [](unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return std::to_string(static_cast<int>(date.year())) + "-" + two(static_cast<unsigned>(date.month())) + "-" +
         two(static_cast<unsigned>(date.day()));
}

std::vector<net::CertificateHandle> read_chain(std::string_view text) {
  std::vector<net::CertificateHandle> chain;
  const net::BioHandle bio = reader_of(text);
  while (bio && chain.size() <= kChainLimit) {
    net::CertificateHandle certificate{PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)};
    if (!certificate) break;
    chain.push_back(std::move(certificate));
  }
  // The end of the text is told as "no start line"; anything else is a broken block, and a chain cut short there would
  // be served incomplete.
  const unsigned long error = ERR_peek_last_error();
  if (error != 0 && ERR_GET_REASON(error) != PEM_R_NO_START_LINE) chain.clear();
  ERR_clear_error();
  return chain;
}

net::KeyHandle read_key(std::string_view text) {
  const net::BioHandle bio = reader_of(text);
  return net::KeyHandle{bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr) : nullptr};
}

std::vector<std::string> names_of(X509* leaf) {
  std::vector<std::string> names;
  const net::GeneralNamesHandle alternatives{
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr))};
  for (int at = 0; alternatives && at < sk_GENERAL_NAME_num(alternatives.get()); ++at) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(alternatives.get(), at);
    if (name->type == GEN_DNS) {
      const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
      std::string host{text, static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName))};
      std::ranges::transform(host, host.begin(), base::to_lower);
      // "www.example.com\0.evil.org" reads as two different names.
      if (!host.empty() && host.find('\0') == std::string::npos) names.push_back(std::move(host));
    } else if (name->type == GEN_IPADD) {
      const unsigned char* bytes = ASN1_STRING_get0_data(name->d.iPAddress);
      const int size = ASN1_STRING_length(name->d.iPAddress);
      if (size == 4) {
        names.push_back(base::IpAddress::v4((std::uint32_t{bytes[0]} << 24) | (std::uint32_t{bytes[1]} << 16) |
                                            (std::uint32_t{bytes[2]} << 8) | bytes[3])
                            .to_string());
      } else if (size == 16) {
        base::IpAddress::V6Bytes address;
        std::copy_n(bytes, 16, address.begin());
        names.push_back(base::IpAddress::v6(address).to_string());
      }
    }
  }
  return names;
}

std::string fingerprint_of(X509* leaf) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (X509_digest(leaf, EVP_sha256(), digest.data(), &size) != 1) return {};
  return crypto::to_hex(std::as_bytes(std::span{digest}.first(size)));
}

}  // namespace

struct Certificate::Parts {
  std::vector<net::CertificateHandle> chain;  // the leaf first
  std::vector<X509*> intermediates;
  net::KeyHandle key;
  std::vector<std::string> names;
  std::string fingerprint;
  base::WallTime not_before;
  base::WallTime expires;
};

std::expected<Certificate, CertificateError> Certificate::parse(std::string_view chain, std::string_view key,
                                                                base::WallTime now) {
  ERR_clear_error();
  auto parts = std::make_shared<Parts>();
  parts->chain = read_chain(chain);
  if (parts->chain.empty()) {
    return refuse(CertificateFault::NotPem, "no readable certificate (PEM, BEGIN CERTIFICATE) is in it");
  }
  if (parts->chain.size() > kChainLimit) {
    return refuse(CertificateFault::DisorderedChain, "more than 10 certificates: a bundle of authorities is no chain");
  }
  parts->key = read_key(key);
  if (!parts->key) {
    return refuse(CertificateFault::NotPem, "no readable private key (PEM, not encrypted) is in it");
  }
  X509* const leaf = parts->chain.front().get();
  if (X509_check_private_key(leaf, parts->key.get()) != 1) {
    return refuse(CertificateFault::KeyMismatch, "the private key is not that of the first certificate");
  }
  for (std::size_t at = 0; at + 1 < parts->chain.size(); ++at) {
    if (X509_check_issued(parts->chain[at + 1].get(), parts->chain[at].get()) != X509_V_OK) {
      return refuse(CertificateFault::DisorderedChain, "certificate " + std::to_string(at + 1) +
                                                           " was not issued by certificate " + std::to_string(at + 2) +
                                                           ": the leaf comes first, each issuer behind what it issued");
    }
    parts->intermediates.push_back(parts->chain[at + 1].get());
  }
  parts->not_before = time_of(X509_get0_notBefore(leaf));
  parts->expires = time_of(X509_get0_notAfter(leaf));
  if (parts->expires <= now) {
    return refuse(CertificateFault::Expired, "it expired on " + day_of(parts->expires));
  }
  if (parts->not_before > now) {
    return refuse(CertificateFault::NotYetValid, "it is not valid before " + day_of(parts->not_before));
  }
  parts->names = names_of(leaf);
  if (parts->names.empty()) {
    // RFC 9525, section 2: the common name is no longer looked at.
    return refuse(CertificateFault::NoNames, "it names no host in its subject alternative names");
  }
  if (X509_check_purpose(leaf, X509_PURPOSE_SSL_SERVER, 0) != 1) {
    return refuse(CertificateFault::NotForServing, "its key usage does not permit it to identify a server");
  }
  parts->fingerprint = fingerprint_of(leaf);
  ERR_clear_error();
  return Certificate{std::move(parts)};
}

std::expected<Certificate, CertificateError> Certificate::load(const TlsOptions& files, base::WallTime now) {
  const auto chain = base::read_file(files.certificate, kFileLimit);
  if (!chain) {
    return refuse(CertificateFault::Unreadable, files.certificate.string() + ": " + chain.error().message());
  }
  auto key = base::read_file(files.key, kFileLimit);
  if (!key) return refuse(CertificateFault::Unreadable, files.key.string() + ": " + key.error().message());

  auto certificate = parse(*chain, *key, now);
  OPENSSL_cleanse(key->data(), key->size());
  if (!certificate) {
    const bool about_key = certificate.error().fault == CertificateFault::KeyMismatch ||
                           (certificate.error().fault == CertificateFault::NotPem && !read_chain(*chain).empty());
    certificate.error().message.insert(0, (about_key ? files.key : files.certificate).string() + ": ");
  }
  return certificate;
}

base::WallTime Certificate::not_before() const {
  return parts_->not_before;
}
base::WallTime Certificate::expires() const {
  return parts_->expires;
}
const std::vector<std::string>& Certificate::names() const {
  return parts_->names;
}
const std::string& Certificate::fingerprint() const {
  return parts_->fingerprint;
}
X509* Certificate::leaf() const {
  return parts_->chain.front().get();
}
EVP_PKEY* Certificate::key() const {
  return parts_->key.get();
}
const std::vector<X509*>& Certificate::intermediates() const {
  return parts_->intermediates;
}

bool Certificate::covers(std::string_view host) const {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host.empty()) return false;
  if (base::IpAddress::parse(host)) return X509_check_ip_asc(leaf(), std::string{host}.c_str(), 0) == 1;
  constexpr unsigned kFlags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  return X509_check_host(leaf(), host.data(), host.size(), kFlags, nullptr) == 1;
}

CertificateWatcher::CertificateWatcher(TlsOptions files, const base::Clock& clock)
    : files_{std::move(files)}, clock_{clock} {}

std::optional<std::expected<Certificate, CertificateError>> CertificateWatcher::check() {
  // Before the files are read: what changes while they are is seen the next time.
  const auto certificate_stamp = base::FileStamp::of(files_.certificate);
  const auto key_stamp = base::FileStamp::of(files_.key);
  if (!first_ && certificate_stamp == certificate_stamp_ && key_stamp == key_stamp_) return std::nullopt;
  first_ = false;
  certificate_stamp_ = certificate_stamp;
  key_stamp_ = key_stamp;
  return Certificate::load(files_, clock_.wall_now());
}

}  // namespace belfry::edge
