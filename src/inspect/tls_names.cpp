#include "inspect/tls_names.hpp"

#include "crypto/encode.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace belfry::inspect {

namespace {

constexpr std::array kGroups{Group::X25519,    Group::P256,      Group::P384,      Group::P521,      Group::X448,
                             Group::Ffdhe2048, Group::Ffdhe3072, Group::Ffdhe4096, Group::Ffdhe6144, Group::Ffdhe8192};

constexpr auto kGroupNames = std::to_array<std::pair<Group, std::string_view>>({
    {Group::P256, "P-256"},
    {Group::P384, "P-384"},
    {Group::P521, "P-521"},
    {Group::X25519, "X25519"},
    {Group::X448, "X448"},
    {Group::Ffdhe2048, "ffdhe2048"},
    {Group::Ffdhe3072, "ffdhe3072"},
    {Group::Ffdhe4096, "ffdhe4096"},
    {Group::Ffdhe6144, "ffdhe6144"},
    {Group::Ffdhe8192, "ffdhe8192"},
});

// IANA's "TLS Alerts", those that a client can be told.
constexpr auto kAlerts = std::to_array<std::pair<std::uint8_t, std::string_view>>({
    {0, "close_notify"},
    {10, "unexpected_message"},
    {20, "bad_record_mac"},
    {21, "decryption_failed"},
    {22, "record_overflow"},
    {30, "decompression_failure"},
    {40, "handshake_failure"},
    {41, "no_certificate"},
    {42, "bad_certificate"},
    {43, "unsupported_certificate"},
    {44, "certificate_revoked"},
    {45, "certificate_expired"},
    {46, "certificate_unknown"},
    {47, "illegal_parameter"},
    {48, "unknown_ca"},
    {49, "access_denied"},
    {50, "decode_error"},
    {51, "decrypt_error"},
    {60, "export_restriction"},
    {70, "protocol_version"},
    {71, "insufficient_security"},
    {80, "internal_error"},
    {86, "inappropriate_fallback"},
    {90, "user_canceled"},
    {100, "no_renegotiation"},
    {109, "missing_extension"},
    {110, "unsupported_extension"},
    {112, "unrecognized_name"},
    {115, "unknown_psk_identity"},
    {116, "certificate_required"},
    {120, "no_application_protocol"},
});

}  // namespace

std::string_view to_string(TlsVersion version) {
  switch (version) {
    case TlsVersion::Ssl2:
      return "SSL 2.0";
    case TlsVersion::Ssl3:
      return "SSL 3.0";
    case TlsVersion::Tls10:
      return "TLS 1.0";
    case TlsVersion::Tls11:
      return "TLS 1.1";
    case TlsVersion::Tls12:
      return "TLS 1.2";
    case TlsVersion::Tls13:
      return "TLS 1.3";
  }
  std::unreachable();
}

std::optional<TlsVersion> tls_version(std::uint16_t code) {
  switch (const auto version = static_cast<TlsVersion>(code)) {
    case TlsVersion::Ssl2:
    case TlsVersion::Ssl3:
    case TlsVersion::Tls10:
    case TlsVersion::Tls11:
    case TlsVersion::Tls12:
    case TlsVersion::Tls13:
      return version;
  }
  return std::nullopt;
}

std::string hex_number(std::uint16_t code) {
  const std::array bytes{std::byte(code >> 8), std::byte(code & 0xff)};
  return "0x" + crypto::to_hex(bytes);
}

std::span<const Group> groups() {
  return kGroups;
}

std::string group_name(std::uint16_t code) {
  const auto* const found =
      std::ranges::find(kGroupNames, static_cast<Group>(code), &std::pair<Group, std::string_view>::first);
  return found == kGroupNames.end() ? hex_number(code) : std::string{found->second};
}

std::string alert_name(std::uint8_t description) {
  const auto* const found = std::ranges::find(kAlerts, description, &std::pair<std::uint8_t, std::string_view>::first);
  return found == kAlerts.end() ? "alert " + std::to_string(description) : std::string{found->second};
}

}  // namespace belfry::inspect
