#include "edge/local_authority.hpp"

#include "base/file.hpp"
#include "edge/certificates.hpp"
#include "net/openssl_handles.hpp"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <utility>

namespace belfry::edge {

namespace {

constexpr std::size_t kFileLimit = std::size_t{64} * 1024;
// So that a client whose clock is somewhat behind accepts what was just made.
constexpr std::chrono::hours kBackdated{1};

// RFC 5280, section 4.2.1.10: for a dNSName, "Any DNS name that can be constructed by simply adding zero or more labels
// to the left-hand side of the name satisfies the name constraint". Excluding 0/0 and ::/0 leaves no IP address.
constexpr const char* kNameConstraints =
    "critical,permitted;DNS:localhost,excluded;IP:0.0.0.0/0.0.0.0,"
    "excluded;IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0";

using NameText = std::unique_ptr<unsigned char, decltype([](unsigned char* text) { OPENSSL_free(text); })>;

std::unexpected<std::string> openssl_failure(std::string_view what) {
  return std::unexpected{std::string{what} + ": " + net::take_openssl_error()};
}

bool is_local_name(std::string_view name) {
  constexpr std::string_view kSuffix = ".localhost";
  const bool below = name.size() > kSuffix.size() && name.ends_with(kSuffix);
  // 253: RFC 1035, section 2.3.4, less the length bytes at both ends. An empty label is caught by "..".
  return (name == "localhost" || below) && name.size() <= 253 && name.front() != '.' &&
         name.find("..") == std::string_view::npos && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
         });
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(std::max(size, 0L))};
}

std::string pem_of(X509* certificate) {
  const net::BioHandle bio{BIO_new(BIO_s_mem())};
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) return {};
  return text_of(bio.get());
}

std::expected<void, std::string> write_key(const std::filesystem::path& path, EVP_PKEY* key) {
  const net::BioHandle bio{BIO_new(BIO_s_secmem())};
  if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return openssl_failure("cannot encode a key");
  }
  std::string text = text_of(bio.get());
  const auto written = base::write_file(path, text, base::FileMode::OwnerOnly);
  OPENSSL_cleanse(text.data(), text.size());
  if (!written) return std::unexpected{"cannot write " + path.string() + ": " + written.error().message()};
  return {};
}

std::expected<void, std::string> write_certificate(const std::filesystem::path& path, X509* certificate) {
  const auto written = base::write_file(path, pem_of(certificate), base::FileMode::Readable);
  if (!written) return std::unexpected{"cannot write " + path.string() + ": " + written.error().message()};
  return {};
}

net::KeyHandle read_key(std::string_view text) {
  const net::BioHandle bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  return net::KeyHandle{bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>("")) : nullptr};
}

net::CertificateHandle read_certificate(std::string_view text) {
  const net::BioHandle bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  return net::CertificateHandle{bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, const_cast<char*>("")) : nullptr};
}

bool set_time(ASN1_TIME* field, base::WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch();
  return ASN1_TIME_set(field, static_cast<time_t>(seconds.count())) != nullptr;
}

// What the two kinds of certificate have in common. 127 random bits of serial: RFC 5280, section 4.1.2.2 wants it
// positive and up to 20 octets, the CA/Browser forum 64 bits of randomness.
bool begin_certificate(X509* certificate, EVP_PKEY* key, const std::string& common_name, base::WallTime from,
                       base::WallTime until) {
  const net::BignumHandle serial{BN_new()};
  return serial && BN_rand(serial.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) != nullptr &&
         X509_set_version(certificate, X509_VERSION_3) == 1 && set_time(X509_getm_notBefore(certificate), from) &&
         set_time(X509_getm_notAfter(certificate), until) && X509_set_pubkey(certificate, key) == 1 &&
         X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0) == 1;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const net::ExtensionHandle extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value)};
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool has_our_constraints(X509* certificate) {
  const net::ExtensionHandle ours{X509V3_EXT_conf_nid(nullptr, nullptr, NID_name_constraints, kNameConstraints)};
  const int at = X509_get_ext_by_NID(certificate, NID_name_constraints, -1);
  if (!ours || at < 0) return false;
  const X509_EXTENSION* theirs = X509_get_ext(certificate, at);
  return X509_EXTENSION_get_critical(theirs) == 1 &&
         ASN1_OCTET_STRING_cmp(X509_EXTENSION_get_data(ours.get()),
                               X509_EXTENSION_get_data(const_cast<X509_EXTENSION*>(theirs))) == 0;
}

// Tells two machines' authorities apart in a browser's list: the first bytes of the public key's digest.
std::string authority_name(EVP_PKEY* key) {
  unsigned char* encoded = nullptr;
  const int size = i2d_PUBKEY(key, &encoded);
  const NameText owner{encoded};
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  if (size > 0) EVP_Digest(encoded, static_cast<std::size_t>(size), digest.data(), nullptr, EVP_sha256(), nullptr);
  std::string name = "Belfry local authority (localhost only) ";
  constexpr std::string_view kHex = "0123456789abcdef";
  for (std::size_t at = 0; at < 4; ++at) {
    name += kHex[digest[at] >> 4U];
    name += kHex[digest[at] & 0x0fU];
  }
  return name;
}

net::CertificateHandle make_authority(EVP_PKEY* key, base::WallTime now) {
  net::CertificateHandle certificate{X509_new()};
  const bool made =
      certificate &&
      begin_certificate(certificate.get(), key, authority_name(key), now - kBackdated,
                        now + LocalAuthority::kAuthorityLifetime) &&
      X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())) == 1 &&
      add_extension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
      add_extension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign") &&
      add_extension(certificate.get(), certificate.get(), NID_name_constraints, kNameConstraints) &&
      add_extension(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash") &&
      X509_sign(certificate.get(), key, EVP_sha256()) > 0;
  return made ? std::move(certificate) : nullptr;
}

net::CertificateHandle make_leaf(EVP_PKEY* leaf_key, X509* authority, EVP_PKEY* authority_key,
                                 const std::vector<std::string>& names, base::WallTime now) {
  std::string alternatives;
  for (const std::string& name : names) alternatives += (alternatives.empty() ? "DNS:" : ",DNS:") + name;
  net::CertificateHandle certificate{X509_new()};
  // A common name holds 64 characters (RFC 5280, appendix A.1); no client looks at it.
  const bool made = certificate &&
                    begin_certificate(certificate.get(), leaf_key, names.front().substr(0, 64), now - kBackdated,
                                      now + LocalAuthority::kLeafLifetime) &&
                    X509_set_issuer_name(certificate.get(), X509_get_subject_name(authority)) == 1 &&
                    add_extension(certificate.get(), authority, NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(certificate.get(), authority, NID_key_usage, "critical,digitalSignature") &&
                    add_extension(certificate.get(), authority, NID_ext_key_usage, "serverAuth") &&
                    add_extension(certificate.get(), authority, NID_subject_alt_name, alternatives.c_str()) &&
                    add_extension(certificate.get(), authority, NID_subject_key_identifier, "hash") &&
                    add_extension(certificate.get(), authority, NID_authority_key_identifier, "keyid:always") &&
                    X509_sign(certificate.get(), authority_key, EVP_sha256()) > 0;
  return made ? std::move(certificate) : nullptr;
}

bool expires_within(X509* certificate, base::WallTime now, std::chrono::days rest) {
  time_t limit = static_cast<time_t>(std::chrono::floor<std::chrono::seconds>(now + rest).time_since_epoch().count());
  return X509_cmp_time(X509_get0_notAfter(certificate), &limit) <= 0;
}

}  // namespace

struct LocalAuthority::State {
  std::filesystem::path directory;
  const base::Clock& clock;
  net::KeyHandle key;
  net::CertificateHandle certificate;

  std::filesystem::path file(const char* name) const { return directory / name; }
  std::expected<void, std::string> take_or_make_key();
  std::expected<void, std::string> take_or_make_certificate();
  bool still_good(const TlsOptions& leaf, const std::vector<std::string>& sorted_names) const;
};

std::expected<void, std::string> LocalAuthority::State::take_or_make_key() {
  const auto path = file("authority.key");
  auto text = base::read_file(path, kFileLimit);
  if (text) {
    key = read_key(*text);
    OPENSSL_cleanse(text->data(), text->size());
    if (!key) return openssl_failure(path.string() + " holds no key");
    return {};
  }
  if (text.error() != std::errc::no_such_file_or_directory) {
    return std::unexpected{"cannot read " + path.string() + ": " + text.error().message()};
  }
  if (base::FileStamp::of(file("authority.pem"))) {
    return std::unexpected{"the key of " + file("authority.pem").string() +
                           " is gone: remove that file to get a new authority, which is then to be trusted anew"};
  }
  key.reset(EVP_EC_gen("P-256"));
  if (!key) return openssl_failure("cannot make a key");
  return write_key(path, key.get());
}

std::expected<void, std::string> LocalAuthority::State::take_or_make_certificate() {
  const auto path = file("authority.pem");
  const base::WallTime now = clock.wall_now();
  const auto text = base::read_file(path, kFileLimit);
  if (text) {
    certificate = read_certificate(*text);
    // Whoever trusts the file was promised an authority for localhost alone.
    if (!certificate || X509_check_private_key(certificate.get(), key.get()) != 1 ||
        !has_our_constraints(certificate.get())) {
      ERR_clear_error();
      return std::unexpected{path.string() + " is not the certificate of an authority made here: remove it"};
    }
    if (!expires_within(certificate.get(), now, kLeafLifetime)) return {};
  } else if (text.error() != std::errc::no_such_file_or_directory) {
    return std::unexpected{"cannot read " + path.string() + ": " + text.error().message()};
  }
  certificate = make_authority(key.get(), now);
  if (!certificate) return openssl_failure("cannot make the authority");
  return write_certificate(path, certificate.get());
}

bool LocalAuthority::State::still_good(const TlsOptions& leaf, const std::vector<std::string>& sorted_names) const {
  const base::WallTime now = clock.wall_now();
  const auto present = Certificate::load(leaf, now);
  if (!present || present->expires() - now < kRenewBefore) return false;
  std::vector<std::string> names = present->names();
  std::ranges::sort(names);
  const bool ours = X509_verify(present->leaf(), key.get()) == 1;
  ERR_clear_error();
  return ours && names == sorted_names;
}

LocalAuthority::LocalAuthority(std::unique_ptr<State> state) : state_{std::move(state)} {}
LocalAuthority::~LocalAuthority() = default;
LocalAuthority::LocalAuthority(LocalAuthority&&) noexcept = default;
LocalAuthority& LocalAuthority::operator=(LocalAuthority&&) noexcept = default;

std::expected<LocalAuthority, std::string> LocalAuthority::open(std::filesystem::path directory,
                                                                const base::Clock& clock) {
  ERR_clear_error();
  if (const auto made = base::make_private_directory(directory); !made) {
    return std::unexpected{"cannot create " + directory.string() + ": " + made.error().message()};
  }
  std::unique_ptr<State> state{new State{std::move(directory), clock, {}, {}}};
  if (auto key = state->take_or_make_key(); !key) return std::unexpected{std::move(key.error())};
  if (auto certificate = state->take_or_make_certificate(); !certificate) {
    return std::unexpected{std::move(certificate.error())};
  }
  return LocalAuthority{std::move(state)};
}

std::filesystem::path LocalAuthority::certificate_file() const {
  return state_->file("authority.pem");
}

std::expected<TlsOptions, std::string> LocalAuthority::ensure_leaf(const std::vector<std::string>& names) {
  ERR_clear_error();
  if (names.empty()) return std::unexpected{"a certificate needs a name"};
  for (const std::string& name : names) {
    if (!is_local_name(name)) return std::unexpected{"the local authority cannot sign for \"" + name + '"'};
  }
  std::vector<std::string> sorted = names;
  std::ranges::sort(sorted);
  sorted.erase(std::ranges::unique(sorted).begin(), sorted.end());
  TlsOptions leaf{.certificate = state_->file("site.pem"), .key = state_->file("site.key")};
  if (state_->still_good(leaf, sorted)) return leaf;

  // A year of uptime: the authority itself may have to be renewed first.
  if (auto renewed = state_->take_or_make_certificate(); !renewed) return std::unexpected{std::move(renewed.error())};
  const net::KeyHandle key{EVP_EC_gen("P-256")};
  if (!key) return openssl_failure("cannot make a key");
  const net::CertificateHandle certificate =
      make_leaf(key.get(), state_->certificate.get(), state_->key.get(), sorted, state_->clock.wall_now());
  if (!certificate) return openssl_failure("cannot make a certificate");
  // The key first: between the two writes the pair does not match, is refused by whoever watches, and the old one stays
  // in force.
  if (auto written = write_key(leaf.key, key.get()); !written) return std::unexpected{std::move(written.error())};
  if (auto written = write_certificate(leaf.certificate, certificate.get()); !written) {
    return std::unexpected{std::move(written.error())};
  }
  return leaf;
}

}  // namespace belfry::edge
