#include "inspect/tls_hello.hpp"

#include "base/ip_address.hpp"
#include "inspect/tls_wire.hpp"

#include <array>
#include <stdexcept>

namespace belfry::inspect {

namespace {

static_assert(kHelloRandom.size() == 32);

constexpr std::uint16_t kRenegotiationScsv = 0x00ff;
constexpr std::uint16_t kFallbackScsv = 0x5600;

// IANA's "TLS ExtensionType Values".
enum class Extension : std::uint16_t {
  ServerName = 0,
  StatusRequest = 5,
  SupportedGroups = 10,
  PointFormats = 11,
  SignatureAlgorithms = 13,
  Alpn = 16,
  ExtendedMasterSecret = 23,
  SessionTicket = 35,
  SupportedVersions = 43,
  PskKeyExchangeModes = 45,
  KeyShare = 51,
};

// Everything that a certificate of today or yesterday may be signed with: what is wanted is an answer. RSA-PSS, ECDSA
// and EdDSA first (RFC 8446, section 4.2.3), then PKCS #1 and the SHA-1 of old servers.
constexpr std::array<std::uint16_t, 18> kSignatureAlgorithms{0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804,
                                                             0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401,
                                                             0x0501, 0x0601, 0x0203, 0x0201, 0x0202, 0x0402};

void put8(std::string* out, std::size_t value) {
  *out += static_cast<char>(value & 0xff);
}
void put16(std::string* out, std::size_t value) {
  put8(out, value >> 8);
  put8(out, value);
}
void put24(std::string* out, std::size_t value) {
  put8(out, value >> 16);
  put16(out, value);
}

// A vector with its length before it, in so many bytes (RFC 8446, section 3.4).
std::string vector8(std::string_view content) {
  if (content.size() > 0xff) throw std::length_error{"a vector of TLS is too long"};
  std::string out;
  put8(&out, content.size());
  return out.append(content);
}
std::string vector16(std::string_view content) {
  if (content.size() > 0xffff) throw std::length_error{"a vector of TLS is too long"};
  std::string out;
  put16(&out, content.size());
  return out.append(content);
}

std::string numbers(const auto& values) {
  std::string out;
  for (const auto value : values) put16(&out, static_cast<std::uint16_t>(value));
  return out;
}

void put_extension(std::string* out, Extension type, std::string_view content) {
  put16(out, static_cast<std::uint16_t>(type));
  out->append(vector16(content));
}

std::string server_name_list(std::string_view name) {
  std::string entry;
  put8(&entry, 0);  // host_name
  return vector16(entry + vector16(name));
}

std::string protocol_list(const std::vector<std::string>& protocols) {
  std::string list;
  for (const std::string& protocol : protocols) list += vector8(protocol);
  return vector16(list);
}

// A public key of X25519 is any 32 bytes (RFC 7748, section 5); ours is the base point's u, 9. No secret belongs to it.
std::string key_share_list(HelloRecipe::KeyShare share) {
  if (share == HelloRecipe::KeyShare::None) return vector16("");
  std::string key(32, '\0');
  key[0] = 9;
  std::string entry;
  put16(&entry, static_cast<std::uint16_t>(Group::X25519));
  return vector16(entry + vector16(key));
}

bool is_sendable_name(std::string_view name) {
  return !name.empty() && !base::IpAddress::parse(name);
}

std::string extensions_of(const HelloRecipe& recipe) {
  const bool tls13 = recipe.version == TlsVersion::Tls13;
  std::string out;
  if (is_sendable_name(recipe.server_name)) {
    put_extension(&out, Extension::ServerName, server_name_list(recipe.server_name));
  }
  if (recipe.status_request) {
    // status_type ocsp(1), no responders, no extensions.
    put_extension(&out, Extension::StatusRequest, std::string_view{"\x01\0\0\0\0", 5});
  }
  if (!recipe.groups.empty()) {
    put_extension(&out, Extension::SupportedGroups, vector16(numbers(recipe.groups)));
    if (!tls13) put_extension(&out, Extension::PointFormats, vector8(std::string_view{"\0", 1}));  // uncompressed
  }
  if (recipe.version >= TlsVersion::Tls12) {
    put_extension(&out, Extension::SignatureAlgorithms, vector16(numbers(kSignatureAlgorithms)));
  }
  if (!recipe.protocols.empty()) put_extension(&out, Extension::Alpn, protocol_list(recipe.protocols));
  if (tls13) {
    put_extension(&out, Extension::SupportedVersions, vector8(numbers(std::array{TlsVersion::Tls13})));
    put_extension(&out, Extension::PskKeyExchangeModes, vector8("\x01"));  // psk_dhe_ke
    put_extension(&out, Extension::KeyShare, key_share_list(recipe.key_share));
  } else {
    put_extension(&out, Extension::ExtendedMasterSecret, "");
    if (recipe.session_ticket) put_extension(&out, Extension::SessionTicket, "");
  }
  return out;
}

}  // namespace

std::string client_hello(const HelloRecipe& recipe) {
  const bool tls13 = recipe.version == TlsVersion::Tls13;
  if (recipe.version == TlsVersion::Ssl2) throw std::invalid_argument{"SSL 2.0 has a hello of another form"};
  std::vector<std::uint16_t> suites = recipe.suites;
  // RFC 5746 is of no use to TLS 1.3, and RFC 7507 speaks of versions below the highest.
  if (recipe.renegotiation_info && !tls13) suites.push_back(kRenegotiationScsv);
  if (recipe.fallback_scsv) suites.push_back(kFallbackScsv);

  std::string body;
  put16(&body, static_cast<std::uint16_t>(tls13 ? TlsVersion::Tls12 : recipe.version));
  body += kHelloRandom;
  // RFC 8446, appendix D.4: "The client always provides a non-empty session ID in the ClientHello", for middleboxes.
  body += vector8(tls13 ? kHelloRandom : std::string_view{});
  body += vector16(numbers(suites));
  const bool deflate = recipe.compression == HelloRecipe::Compression::DeflateFirst;
  body += vector8(deflate ? std::string_view{"\x01\0", 2} : std::string_view{"\0", 1});
  if (recipe.version != TlsVersion::Ssl3) body += vector16(extensions_of(recipe));

  std::string message;
  put8(&message, 1);  // client_hello
  put24(&message, body.size());
  message += body;
  if (message.size() > kRecordBytes) throw std::length_error{"a ClientHello does not fit into one record"};

  std::string record;
  put8(&record, 22);  // handshake
  // RFC 8446, section 5.1: "MAY also be 0x0301 for compatibility purposes". SSL 3.0 knows its own version alone.
  put16(&record, static_cast<std::uint16_t>(recipe.version == TlsVersion::Ssl3 ? TlsVersion::Ssl3 : TlsVersion::Tls10));
  return record.append(vector16(message));
}

std::string ssl2_client_hello() {
  // draft-hickman-netscape-ssl-00, section C.3: RC4, RC4-40, RC2, RC2-40, IDEA, DES, 3DES; all with MD5.
  constexpr std::string_view kCiphers{"\x01\0\x80\x02\0\x80\x03\0\x80\x04\0\x80\x05\0\x80\x06\0\x40\x07\0\xc0", 21};
  constexpr std::string_view kChallenge = kHelloRandom.substr(0, 16);
  std::string message;
  put8(&message, 1);  // CLIENT-HELLO
  put16(&message, static_cast<std::uint16_t>(TlsVersion::Ssl2));
  put16(&message, kCiphers.size());
  put16(&message, 0);  // no session
  put16(&message, kChallenge.size());
  message.append(kCiphers).append(kChallenge);
  std::string record;
  put16(&record, 0x8000 | message.size());
  return record + message;
}

}  // namespace belfry::inspect
