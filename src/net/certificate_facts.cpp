#include "net/certificate_facts.hpp"

#include "base/ip_address.hpp"
#include "crypto/encode.hpp"
#include "net/openssl_handles.hpp"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <span>

namespace belfry::net {

namespace {

// Printable ASCII alone, whatever OpenSSL made of it.
std::string cut(std::string text) {
  if (text.size() > kCertificateText) text.resize(kCertificateText);
  std::ranges::replace_if(text, [](char byte) { return byte < ' ' || byte > '~'; }, '?');
  return text;
}

std::string text_of(const X509_NAME* name) {
  const BioHandle bio{BIO_new(BIO_s_mem())};
  if (!bio) throw std::bad_alloc{};
  if (X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253) < 0) return "";
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size > 0 ? cut({data, std::min(static_cast<std::size_t>(size), kCertificateText)}) : "";
}

std::string serial_of(const X509* certificate) {
  const BignumHandle number{ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr)};
  if (!number) return "";
  std::vector<unsigned char> bytes(static_cast<std::size_t>(BN_num_bytes(number.get())));
  BN_bn2bin(number.get(), bytes.data());
  return cut((BN_is_negative(number.get()) != 0 ? "-" : "") + crypto::to_hex(std::as_bytes(std::span{bytes})));
}

std::string fingerprint_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return "";
  return crypto::to_hex(std::as_bytes(std::span{digest}.first(size)));
}

// The epoch for a time that makes no sense, which is long past: such a certificate has ended.
base::WallTime time_of(const ASN1_TIME* time) {
  tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  const std::chrono::year_month_day day{std::chrono::year{parts.tm_year + 1900},
                                        std::chrono::month{static_cast<unsigned>(parts.tm_mon + 1)},
                                        std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
  return std::chrono::sys_days{day} + std::chrono::hours{parts.tm_hour} + std::chrono::minutes{parts.tm_min} +
         std::chrono::seconds{parts.tm_sec};
}

std::optional<base::IpAddress> address_of(std::span<const unsigned char> bytes) {
  if (bytes.size() == 4) {
    return base::IpAddress::v4(static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
                               static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3]);
  }
  if (bytes.size() != 16) return std::nullopt;
  std::array<std::uint8_t, 16> all{};
  std::ranges::copy(bytes, all.begin());
  return base::IpAddress::v6(all);
}

std::vector<std::string> names_of(const X509* certificate) {
  const GeneralNamesHandle names{
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
  std::vector<std::string> texts;
  const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
  for (int at = 0; at < count && texts.size() < kNamesLimit; ++at) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), at);
    int type = 0;
    const auto* const value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(name, &type));
    if (type != GEN_DNS && type != GEN_IPADD) continue;
    const std::span bytes{ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value))};
    if (type == GEN_DNS) {
      texts.push_back(cut({bytes.begin(), bytes.end()}));
    } else if (const auto address = address_of(bytes)) {
      texts.push_back(address->to_string());
    }
  }
  return texts;
}

std::string key_type_of(const EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
      return "RSA";
    case EVP_PKEY_EC:
      return "EC";
    case EVP_PKEY_DSA:
      return "DSA";
    case EVP_PKEY_ED25519:
      return "Ed25519";
    case EVP_PKEY_ED448:
      return "Ed448";
    default:
      return "unknown";
  }
}

bool must_staple(const X509* certificate) {
  // RFC 7633: the feature status_request(5).
  auto* const features = static_cast<TLS_FEATURE*>(X509_get_ext_d2i(certificate, NID_tlsfeature, nullptr, nullptr));
  if (features == nullptr) return false;
  bool found = false;
  for (int at = 0; at < sk_ASN1_INTEGER_num(features); ++at) {
    found = found || ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features, at)) == 5;
  }
  sk_ASN1_INTEGER_pop_free(features, ASN1_INTEGER_free);
  return found;
}

bool matches(X509* certificate, const std::string& server_name) {
  if (base::IpAddress::parse(server_name)) return X509_check_ip_asc(certificate, server_name.c_str(), 0) == 1;
  // RFC 6125, section 6.4.4: the subject's common name is of no account.
  return X509_check_host(certificate, server_name.data(), server_name.size(),
                         X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, nullptr) == 1;
}

void verify(STACK_OF(X509) * sent, const std::optional<std::filesystem::path>& ca_file, base::WallTime now,
            ChainFacts* facts) {
  const StoreHandle store{X509_STORE_new()};
  const StoreContextHandle context{X509_STORE_CTX_new()};
  if (!store || !context) throw std::bad_alloc{};
  const int loaded =
      ca_file ? X509_STORE_load_file(store.get(), ca_file->c_str()) : X509_STORE_set_default_paths(store.get());
  if (loaded != 1) {
    ERR_clear_error();
    facts->verification = "the trusted certificates cannot be read";
    return;
  }
  if (X509_STORE_CTX_init(context.get(), store.get(), sk_X509_value(sent, 0), sent) != 1 ||
      X509_STORE_CTX_set_default(context.get(), "ssl_server") != 1) {
    throw std::bad_alloc{};
  }
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  X509_VERIFY_PARAM* const parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, static_cast<time_t>(seconds));
  X509_VERIFY_PARAM_set_depth(parameters, static_cast<int>(kChainLimit));
  // What a chain may be made of is judged apart, by what stands in CertificateFacts.
  X509_VERIFY_PARAM_set_auth_level(parameters, 0);
  facts->trusted = X509_verify_cert(context.get()) == 1;
  facts->verification = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
  ERR_clear_error();
}

}  // namespace

CertificateFacts facts_of(X509* certificate) {
  CertificateFacts facts;
  facts.subject = text_of(X509_get_subject_name(certificate));
  facts.issuer = text_of(X509_get_issuer_name(certificate));
  facts.names = names_of(certificate);
  facts.serial = serial_of(certificate);
  facts.fingerprint = fingerprint_of(certificate);
  facts.not_before = time_of(X509_get0_notBefore(certificate));
  facts.not_after = time_of(X509_get0_notAfter(certificate));
  if (const EVP_PKEY* const key = X509_get0_pubkey(certificate); key != nullptr) {
    facts.key_type = key_type_of(key);
    facts.key_bits = static_cast<std::uint32_t>(std::max(EVP_PKEY_get_bits(key), 0));
    facts.security_bits = static_cast<std::uint32_t>(std::max(EVP_PKEY_get_security_bits(key), 0));
  }
  facts.signature = cut(OBJ_nid2ln(X509_get_signature_nid(certificate)));
  facts.self_signed = X509_self_signed(certificate, 1) == 1;
  facts.must_staple = must_staple(certificate);
  ERR_clear_error();
  return facts;
}

ChainFacts judge_chain(STACK_OF(X509) * sent, const std::string& server_name,
                       const std::optional<std::filesystem::path>& ca_file, base::WallTime now) {
  ChainFacts facts;
  const int count = std::min(sk_X509_num(sent), static_cast<int>(kChainLimit));
  facts.certificates.reserve(static_cast<std::size_t>(count));
  facts.in_order = true;
  for (int at = 0; at < count; ++at) {
    X509* const certificate = sk_X509_value(sent, at);
    facts.certificates.push_back(facts_of(certificate));
    if (at > 0 && X509_check_issued(certificate, sk_X509_value(sent, at - 1)) != X509_V_OK) facts.in_order = false;
  }
  facts.name_matches = matches(sk_X509_value(sent, 0), server_name);
  verify(sent, ca_file, now, &facts);
  return facts;
}

}  // namespace belfry::net
