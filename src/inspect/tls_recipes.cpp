#include "inspect/tls_recipes.hpp"

#include "http/byte_class.hpp"

#include <algorithm>
#include <stdexcept>

namespace belfry::inspect {

namespace {

bool is_plain_anonymous(const CipherSuite& suite) {
  return suite.exchange == KeyExchange::Anonymous && !suite.exportable && suite.kind != CipherKind::Null;
}

// What a server of its time would have agreed to with an ordinary client: weak, but not one of the classes that have an
// offer of their own because no client ever asked for them first.
bool is_ordinary(const CipherSuite& suite) {
  return !suite.exportable && suite.kind != CipherKind::Null && suite.exchange != KeyExchange::Anonymous;
}

bool belongs_to(Offer offer, const CipherSuite& suite) {
  const bool strong_cipher = suite.kind == CipherKind::Aead || suite.kind == CipherKind::Cbc;
  switch (offer) {
    case Offer::Modern12:
      return suite.exchange == KeyExchange::Ecdhe && suite.kind == CipherKind::Aead;
    case Offer::StaticRsa:
      // And static Diffie-Hellman, which lacks the same: forward secrecy.
      return strong_cipher && (suite.exchange == KeyExchange::StaticRsa || suite.exchange == KeyExchange::StaticDh);
    case Offer::Cbc:
      return suite.kind == CipherKind::Cbc &&
             (suite.exchange == KeyExchange::Dhe || suite.exchange == KeyExchange::Ecdhe);
    case Offer::Rc4:
      return suite.kind == CipherKind::Rc4 && is_ordinary(suite);
    case Offer::TripleDes:
      return suite.kind == CipherKind::Block64 && is_ordinary(suite);
    case Offer::Export:
      return suite.exportable;
    case Offer::Null:
      return suite.kind == CipherKind::Null;
    case Offer::Anonymous:
      return is_plain_anonymous(suite);
    default:
      return is_ordinary(suite);
  }
}

TlsVersion version_of(Offer offer) {
  switch (offer) {
    case Offer::Modern13:
      return TlsVersion::Tls13;
    case Offer::Ssl3:
      return TlsVersion::Ssl3;
    case Offer::Tls10:
      return TlsVersion::Tls10;
    case Offer::Tls11:
      return TlsVersion::Tls11;
    case Offer::Ssl2:
    case Offer::Renegotiation:
    case Offer::Plaintext:
      throw std::invalid_argument{"this offer is no hello of TLS"};
    default:
      return TlsVersion::Tls12;
  }
}

}  // namespace

std::vector<std::uint16_t> suites_of(TlsVersion version, const std::function<bool(const CipherSuite&)>& wanted) {
  std::vector<std::uint16_t> codes;
  codes.reserve(cipher_suites().size());
  for (const CipherSuite& suite : cipher_suites()) {
    if (fits(suite, version) && wanted(suite)) codes.push_back(suite.code);
  }
  return codes;
}

std::vector<std::uint16_t> all_groups() {
  std::vector<std::uint16_t> codes;
  codes.reserve(groups().size());
  for (const Group group : groups()) codes.push_back(static_cast<std::uint16_t>(group));
  return codes;
}

HelloRecipe recipe_of(Offer offer, std::string_view server_name) {
  HelloRecipe recipe;
  recipe.version = version_of(offer);
  recipe.suites = suites_of(recipe.version, [&](const CipherSuite& suite) { return belongs_to(offer, suite); });
  recipe.groups = all_groups();
  recipe.server_name = server_name;
  if (offer == Offer::Modern13) recipe.key_share = HelloRecipe::KeyShare::X25519;
  if (offer == Offer::Compression) recipe.compression = HelloRecipe::Compression::DeflateFirst;
  if (offer == Offer::Fallback) recipe.fallback_scsv = true;
  return recipe;
}

HelloRecipe full_recipe(TlsVersion version, std::string_view server_name) {
  HelloRecipe recipe;
  recipe.version = version;
  recipe.suites = suites_of(version, [](const CipherSuite&) { return true; });
  recipe.groups = all_groups();
  recipe.server_name = server_name;
  return recipe;
}

std::string plaintext_request(std::string_view server_name) {
  const bool sendable = std::ranges::all_of(server_name, [](char byte) {
    return http::is_letter(byte) || http::is_digit(byte) ||
           std::string_view{".-:[]_"}.find(byte) != std::string_view::npos;
  });
  return "GET / HTTP/1.1\r\nHost: " + (sendable ? std::string{server_name} : std::string{}) +
         "\r\nConnection: close\r\n\r\n";
}

std::optional<std::uint16_t> http_status(std::string_view so_far) {
  constexpr std::string_view kForm = "HTTP/1.d ddd";
  for (std::size_t at = 0; at < std::min(so_far.size(), kForm.size()); ++at) {
    const bool fits = kForm[at] == 'd' ? http::is_digit(so_far[at]) : so_far[at] == kForm[at];
    if (!fits) return 0;
  }
  if (so_far.size() < kForm.size()) return std::nullopt;
  std::uint16_t status = 0;
  for (const char digit : so_far.substr(9, 3)) status = static_cast<std::uint16_t>(status * 10 + (digit - '0'));
  return status < 100 ? std::uint16_t{0} : status;
}

}  // namespace belfry::inspect
