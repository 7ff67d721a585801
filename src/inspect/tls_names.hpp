#pragma once

// The numbers of TLS and their names: versions, cipher suites, groups and alerts, by IANA's registries (TLS Parameters:
// "TLS Cipher Suites", "TLS Supported Groups", "TLS Alerts"). Only what we offer or can be answered with has a name
// here; anything else is shown as its number.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace belfry::inspect {

enum class TlsVersion : std::uint16_t {
  Ssl2 = 0x0002,
  Ssl3 = 0x0300,
  Tls10 = 0x0301,
  Tls11 = 0x0302,
  Tls12 = 0x0303,
  Tls13 = 0x0304,
};
std::string_view to_string(TlsVersion version);  // "SSL 3.0", "TLS 1.2"
std::optional<TlsVersion> tls_version(std::uint16_t code);

enum class KeyExchange : std::uint8_t {
  StaticRsa,  // no forward secrecy
  Dhe,
  Ecdhe,
  Anonymous,  // nobody is authenticated
  StaticDh,   // DH or ECDH with the certificate's key
  Tls13,      // the group is negotiated apart; always ephemeral
};

enum class CipherKind : std::uint8_t { Null, Rc4, Block64, Cbc, Aead };

struct CipherSuite {
  std::uint16_t code;
  std::string_view name;  // IANA's
  KeyExchange exchange;
  CipherKind kind;
  std::uint16_t bits;  // of the cipher's key: 0 (NULL), 40, 56, 112 (3DES), 128, 256
  bool exportable = false;
};

std::string hex_number(std::uint16_t code);  // "0xc0ff"

// All that have a name here, TLS 1.3 first, then good ones before bad ones.
std::span<const CipherSuite> cipher_suites();
const CipherSuite* find_suite(std::uint16_t code);  // nullptr: none of ours
// IANA's name, or "0xc0ff".
std::string suite_name(std::uint16_t code);
bool has_forward_secrecy(const CipherSuite& suite);
// Whether the key exchange is over a curve (TLS 1.3: may be).
bool uses_elliptic_curves(const CipherSuite& suite);
// Whether a server may choose the suite in this version.
bool fits(const CipherSuite& suite, TlsVersion version);

enum class Group : std::uint16_t {
  P256 = 23,
  P384 = 24,
  P521 = 25,
  X25519 = 29,
  X448 = 30,
  Ffdhe2048 = 256,
  Ffdhe3072 = 257,
  Ffdhe4096 = 258,
  Ffdhe6144 = 259,
  Ffdhe8192 = 260,
};
// The ten, the better ones first: what a scan offers one by one.
std::span<const Group> groups();
std::string group_name(std::uint16_t code);  // "X25519", "P-256", "ffdhe2048", or "0x0019"

std::string alert_name(std::uint8_t description);  // "handshake_failure", or "alert 200"

}  // namespace belfry::inspect
