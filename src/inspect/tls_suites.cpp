#include "inspect/tls_names.hpp"

#include <algorithm>
#include <array>

namespace belfry::inspect {

namespace {

using enum KeyExchange;
using enum CipherKind;

// IANA's "TLS Cipher Suites", but for PSK, SRP, Kerberos and GOST, which no site on the web has. 0x0062 to 0x0066 were
// never assigned and are what draft-ietf-tls-56-bit-ciphersuites used.
constexpr auto kSuites = std::to_array<CipherSuite>({
    {0x1301, "TLS_AES_128_GCM_SHA256", Tls13, Aead, 128},
    {0x1302, "TLS_AES_256_GCM_SHA384", Tls13, Aead, 256},
    {0x1303, "TLS_CHACHA20_POLY1305_SHA256", Tls13, Aead, 256},
    {0x1304, "TLS_AES_128_CCM_SHA256", Tls13, Aead, 128},
    {0x1305, "TLS_AES_128_CCM_8_SHA256", Tls13, Aead, 128},
    {0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", Ecdhe, Aead, 128},
    {0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", Ecdhe, Aead, 256},
    {0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", Ecdhe, Aead, 128},
    {0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", Ecdhe, Aead, 256},
    {0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", Ecdhe, Aead, 256},
    {0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", Ecdhe, Aead, 256},
    {0xc05c, "TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256", Ecdhe, Aead, 128},
    {0xc05d, "TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384", Ecdhe, Aead, 256},
    {0xc060, "TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256", Ecdhe, Aead, 128},
    {0xc061, "TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384", Ecdhe, Aead, 256},
    {0xc086, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_GCM_SHA256", Ecdhe, Aead, 128},
    {0xc087, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_GCM_SHA384", Ecdhe, Aead, 256},
    {0xc08a, "TLS_ECDHE_RSA_WITH_CAMELLIA_128_GCM_SHA256", Ecdhe, Aead, 128},
    {0xc08b, "TLS_ECDHE_RSA_WITH_CAMELLIA_256_GCM_SHA384", Ecdhe, Aead, 256},
    {0xc0ac, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM", Ecdhe, Aead, 128},
    {0xc0ad, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM", Ecdhe, Aead, 256},
    {0xc0ae, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", Ecdhe, Aead, 128},
    {0xc0af, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8", Ecdhe, Aead, 256},
    {0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", Dhe, Aead, 128},
    {0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", Dhe, Aead, 256},
    {0x00a2, "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256", Dhe, Aead, 128},
    {0x00a3, "TLS_DHE_DSS_WITH_AES_256_GCM_SHA384", Dhe, Aead, 256},
    {0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", Dhe, Aead, 256},
    {0xc052, "TLS_DHE_RSA_WITH_ARIA_128_GCM_SHA256", Dhe, Aead, 128},
    {0xc053, "TLS_DHE_RSA_WITH_ARIA_256_GCM_SHA384", Dhe, Aead, 256},
    {0xc056, "TLS_DHE_DSS_WITH_ARIA_128_GCM_SHA256", Dhe, Aead, 128},
    {0xc057, "TLS_DHE_DSS_WITH_ARIA_256_GCM_SHA384", Dhe, Aead, 256},
    {0xc07c, "TLS_DHE_RSA_WITH_CAMELLIA_128_GCM_SHA256", Dhe, Aead, 128},
    {0xc07d, "TLS_DHE_RSA_WITH_CAMELLIA_256_GCM_SHA384", Dhe, Aead, 256},
    {0xc09e, "TLS_DHE_RSA_WITH_AES_128_CCM", Dhe, Aead, 128},
    {0xc09f, "TLS_DHE_RSA_WITH_AES_256_CCM", Dhe, Aead, 256},
    {0xc0a2, "TLS_DHE_RSA_WITH_AES_128_CCM_8", Dhe, Aead, 128},
    {0xc0a3, "TLS_DHE_RSA_WITH_AES_256_CCM_8", Dhe, Aead, 256},
    {0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", Ecdhe, Cbc, 128},
    {0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", Ecdhe, Cbc, 256},
    {0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", Ecdhe, Cbc, 128},
    {0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", Ecdhe, Cbc, 256},
    {0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", Ecdhe, Cbc, 128},
    {0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", Ecdhe, Cbc, 256},
    {0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", Ecdhe, Cbc, 128},
    {0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", Ecdhe, Cbc, 256},
    {0xc048, "TLS_ECDHE_ECDSA_WITH_ARIA_128_CBC_SHA256", Ecdhe, Cbc, 128},
    {0xc049, "TLS_ECDHE_ECDSA_WITH_ARIA_256_CBC_SHA384", Ecdhe, Cbc, 256},
    {0xc04c, "TLS_ECDHE_RSA_WITH_ARIA_128_CBC_SHA256", Ecdhe, Cbc, 128},
    {0xc04d, "TLS_ECDHE_RSA_WITH_ARIA_256_CBC_SHA384", Ecdhe, Cbc, 256},
    {0xc072, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256", Ecdhe, Cbc, 128},
    {0xc073, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384", Ecdhe, Cbc, 256},
    {0xc076, "TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256", Ecdhe, Cbc, 128},
    {0xc077, "TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384", Ecdhe, Cbc, 256},
    {0x0032, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA", Dhe, Cbc, 128},
    {0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", Dhe, Cbc, 128},
    {0x0038, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA", Dhe, Cbc, 256},
    {0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", Dhe, Cbc, 256},
    {0x0040, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256", Dhe, Cbc, 128},
    {0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", Dhe, Cbc, 128},
    {0x006a, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA256", Dhe, Cbc, 256},
    {0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256", Dhe, Cbc, 256},
    {0x0044, "TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA", Dhe, Cbc, 128},
    {0x0045, "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA", Dhe, Cbc, 128},
    {0x0087, "TLS_DHE_DSS_WITH_CAMELLIA_256_CBC_SHA", Dhe, Cbc, 256},
    {0x0088, "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA", Dhe, Cbc, 256},
    {0x0099, "TLS_DHE_DSS_WITH_SEED_CBC_SHA", Dhe, Cbc, 128},
    {0x009a, "TLS_DHE_RSA_WITH_SEED_CBC_SHA", Dhe, Cbc, 128},
    {0x00bd, "TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA256", Dhe, Cbc, 128},
    {0x00be, "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA256", Dhe, Cbc, 128},
    {0x00c3, "TLS_DHE_DSS_WITH_CAMELLIA_256_CBC_SHA256", Dhe, Cbc, 256},
    {0x00c4, "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA256", Dhe, Cbc, 256},
    {0xc044, "TLS_DHE_RSA_WITH_ARIA_128_CBC_SHA256", Dhe, Cbc, 128},
    {0xc045, "TLS_DHE_RSA_WITH_ARIA_256_CBC_SHA384", Dhe, Cbc, 256},
    {0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256", StaticRsa, Aead, 128},
    {0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384", StaticRsa, Aead, 256},
    {0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA", StaticRsa, Cbc, 128},
    {0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA", StaticRsa, Cbc, 256},
    {0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256", StaticRsa, Cbc, 128},
    {0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256", StaticRsa, Cbc, 256},
    {0xc050, "TLS_RSA_WITH_ARIA_128_GCM_SHA256", StaticRsa, Aead, 128},
    {0xc051, "TLS_RSA_WITH_ARIA_256_GCM_SHA384", StaticRsa, Aead, 256},
    {0xc07a, "TLS_RSA_WITH_CAMELLIA_128_GCM_SHA256", StaticRsa, Aead, 128},
    {0xc07b, "TLS_RSA_WITH_CAMELLIA_256_GCM_SHA384", StaticRsa, Aead, 256},
    {0xc09c, "TLS_RSA_WITH_AES_128_CCM", StaticRsa, Aead, 128},
    {0xc09d, "TLS_RSA_WITH_AES_256_CCM", StaticRsa, Aead, 256},
    {0xc0a0, "TLS_RSA_WITH_AES_128_CCM_8", StaticRsa, Aead, 128},
    {0xc0a1, "TLS_RSA_WITH_AES_256_CCM_8", StaticRsa, Aead, 256},
    {0x0041, "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA", StaticRsa, Cbc, 128},
    {0x0084, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA", StaticRsa, Cbc, 256},
    {0x0096, "TLS_RSA_WITH_SEED_CBC_SHA", StaticRsa, Cbc, 128},
    {0x00ba, "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA256", StaticRsa, Cbc, 128},
    {0x00c0, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA256", StaticRsa, Cbc, 256},
    {0xc03c, "TLS_RSA_WITH_ARIA_128_CBC_SHA256", StaticRsa, Cbc, 128},
    {0xc03d, "TLS_RSA_WITH_ARIA_256_CBC_SHA384", StaticRsa, Cbc, 256},
    {0x00a0, "TLS_DH_RSA_WITH_AES_128_GCM_SHA256", StaticDh, Aead, 128},
    {0x00a1, "TLS_DH_RSA_WITH_AES_256_GCM_SHA384", StaticDh, Aead, 256},
    {0xc02d, "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256", StaticDh, Aead, 128},
    {0xc02e, "TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384", StaticDh, Aead, 256},
    {0xc031, "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256", StaticDh, Aead, 128},
    {0xc032, "TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384", StaticDh, Aead, 256},
    {0x0031, "TLS_DH_RSA_WITH_AES_128_CBC_SHA", StaticDh, Cbc, 128},
    {0x0037, "TLS_DH_RSA_WITH_AES_256_CBC_SHA", StaticDh, Cbc, 256},
    {0xc004, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA", StaticDh, Cbc, 128},
    {0xc005, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA", StaticDh, Cbc, 256},
    {0xc00e, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA", StaticDh, Cbc, 128},
    {0xc00f, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA", StaticDh, Cbc, 256},
    {0xc025, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256", StaticDh, Cbc, 128},
    {0xc026, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384", StaticDh, Cbc, 256},
    {0xc029, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256", StaticDh, Cbc, 128},
    {0xc02a, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384", StaticDh, Cbc, 256},
    {0xc008, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA", Ecdhe, Block64, 112},
    {0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", Ecdhe, Block64, 112},
    {0x0007, "TLS_RSA_WITH_IDEA_CBC_SHA", StaticRsa, Block64, 128},
    {0x0009, "TLS_RSA_WITH_DES_CBC_SHA", StaticRsa, Block64, 56},
    {0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", StaticRsa, Block64, 112},
    {0x000c, "TLS_DH_DSS_WITH_DES_CBC_SHA", StaticDh, Block64, 56},
    {0x000d, "TLS_DH_DSS_WITH_3DES_EDE_CBC_SHA", StaticDh, Block64, 112},
    {0x000f, "TLS_DH_RSA_WITH_DES_CBC_SHA", StaticDh, Block64, 56},
    {0x0010, "TLS_DH_RSA_WITH_3DES_EDE_CBC_SHA", StaticDh, Block64, 112},
    {0x0012, "TLS_DHE_DSS_WITH_DES_CBC_SHA", Dhe, Block64, 56},
    {0x0013, "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA", Dhe, Block64, 112},
    {0x0015, "TLS_DHE_RSA_WITH_DES_CBC_SHA", Dhe, Block64, 56},
    {0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA", Dhe, Block64, 112},
    {0xc003, "TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA", StaticDh, Block64, 112},
    {0xc00d, "TLS_ECDH_RSA_WITH_3DES_EDE_CBC_SHA", StaticDh, Block64, 112},
    {0xc007, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA", Ecdhe, Rc4, 128},
    {0xc011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA", Ecdhe, Rc4, 128},
    {0x0004, "TLS_RSA_WITH_RC4_128_MD5", StaticRsa, Rc4, 128},
    {0x0005, "TLS_RSA_WITH_RC4_128_SHA", StaticRsa, Rc4, 128},
    {0x0066, "TLS_DHE_DSS_WITH_RC4_128_SHA", Dhe, Rc4, 128},
    {0xc002, "TLS_ECDH_ECDSA_WITH_RC4_128_SHA", StaticDh, Rc4, 128},
    {0xc00c, "TLS_ECDH_RSA_WITH_RC4_128_SHA", StaticDh, Rc4, 128},
    {0x00a6, "TLS_DH_anon_WITH_AES_128_GCM_SHA256", Anonymous, Aead, 128},
    {0x00a7, "TLS_DH_anon_WITH_AES_256_GCM_SHA384", Anonymous, Aead, 256},
    {0x0034, "TLS_DH_anon_WITH_AES_128_CBC_SHA", Anonymous, Cbc, 128},
    {0x003a, "TLS_DH_anon_WITH_AES_256_CBC_SHA", Anonymous, Cbc, 256},
    {0x006c, "TLS_DH_anon_WITH_AES_128_CBC_SHA256", Anonymous, Cbc, 128},
    {0x006d, "TLS_DH_anon_WITH_AES_256_CBC_SHA256", Anonymous, Cbc, 256},
    {0xc018, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA", Anonymous, Cbc, 128},
    {0xc019, "TLS_ECDH_anon_WITH_AES_256_CBC_SHA", Anonymous, Cbc, 256},
    {0x0018, "TLS_DH_anon_WITH_RC4_128_MD5", Anonymous, Rc4, 128},
    {0x001a, "TLS_DH_anon_WITH_DES_CBC_SHA", Anonymous, Block64, 56},
    {0x001b, "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA", Anonymous, Block64, 112},
    {0x0046, "TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA", Anonymous, Cbc, 128},
    {0x0089, "TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA", Anonymous, Cbc, 256},
    {0x009b, "TLS_DH_anon_WITH_SEED_CBC_SHA", Anonymous, Cbc, 128},
    {0x00bf, "TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA256", Anonymous, Cbc, 128},
    {0x00c5, "TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA256", Anonymous, Cbc, 256},
    {0xc016, "TLS_ECDH_anon_WITH_RC4_128_SHA", Anonymous, Rc4, 128},
    {0xc017, "TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA", Anonymous, Block64, 112},
    {0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5", StaticRsa, Rc4, 40, true},
    {0x0006, "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", StaticRsa, Block64, 40, true},
    {0x0008, "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", StaticRsa, Block64, 40, true},
    {0x000b, "TLS_DH_DSS_EXPORT_WITH_DES40_CBC_SHA", StaticDh, Block64, 40, true},
    {0x000e, "TLS_DH_RSA_EXPORT_WITH_DES40_CBC_SHA", StaticDh, Block64, 40, true},
    {0x0011, "TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA", Dhe, Block64, 40, true},
    {0x0014, "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA", Dhe, Block64, 40, true},
    {0x0017, "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5", Anonymous, Rc4, 40, true},
    {0x0019, "TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA", Anonymous, Block64, 40, true},
    {0x0062, "TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA", StaticRsa, Block64, 56, true},
    {0x0063, "TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA", Dhe, Block64, 56, true},
    {0x0064, "TLS_RSA_EXPORT1024_WITH_RC4_56_SHA", StaticRsa, Rc4, 56, true},
    {0x0065, "TLS_DHE_DSS_EXPORT1024_WITH_RC4_56_SHA", Dhe, Rc4, 56, true},
    {0xc006, "TLS_ECDHE_ECDSA_WITH_NULL_SHA", Ecdhe, Null, 0},
    {0xc010, "TLS_ECDHE_RSA_WITH_NULL_SHA", Ecdhe, Null, 0},
    {0x0001, "TLS_RSA_WITH_NULL_MD5", StaticRsa, Null, 0},
    {0x0002, "TLS_RSA_WITH_NULL_SHA", StaticRsa, Null, 0},
    {0x003b, "TLS_RSA_WITH_NULL_SHA256", StaticRsa, Null, 0},
    {0xc001, "TLS_ECDH_ECDSA_WITH_NULL_SHA", StaticDh, Null, 0},
    {0xc00b, "TLS_ECDH_RSA_WITH_NULL_SHA", StaticDh, Null, 0},
    {0xc015, "TLS_ECDH_anon_WITH_NULL_SHA", Anonymous, Null, 0},
});

}  // namespace

std::span<const CipherSuite> cipher_suites() {
  return kSuites;
}

const CipherSuite* find_suite(std::uint16_t code) {
  const auto* const found = std::ranges::find(kSuites, code, &CipherSuite::code);
  return found == kSuites.end() ? nullptr : found;
}

std::string suite_name(std::uint16_t code) {
  const CipherSuite* const suite = find_suite(code);
  return suite == nullptr ? hex_number(code) : std::string{suite->name};
}

bool has_forward_secrecy(const CipherSuite& suite) {
  return suite.exchange == Dhe || suite.exchange == Ecdhe || suite.exchange == Tls13;
}

bool uses_elliptic_curves(const CipherSuite& suite) {
  return suite.exchange == Tls13 || suite.name.starts_with("TLS_ECDH");
}

bool fits(const CipherSuite& suite, TlsVersion version) {
  if ((suite.exchange == Tls13) != (version == TlsVersion::Tls13)) return false;
  if (version >= TlsVersion::Tls12) return true;
  // RFC 5246, section 1.2, and RFC 5288, section 4: the hash of the suite and AEAD came with TLS 1.2.
  if (suite.kind == Aead || suite.name.ends_with("SHA256") || suite.name.ends_with("SHA384")) return false;
  // RFC 8422 has curves for TLS alone: SSL 3.0 has no extension to agree on one.
  return version != TlsVersion::Ssl3 || !uses_elliptic_curves(suite);
}

}  // namespace belfry::inspect
