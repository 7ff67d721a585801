#include "inspect/tls_scores.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace belfry::inspect {

namespace {

int protocol_points(TlsVersion version) {
  switch (version) {
    case TlsVersion::Ssl2:
      return 0;
    case TlsVersion::Ssl3:
      return 80;
    case TlsVersion::Tls10:
      return 90;
    case TlsVersion::Tls11:
      return 95;
    case TlsVersion::Tls12:
    case TlsVersion::Tls13:
      return 100;
  }
  std::unreachable();
}

int key_points(std::uint32_t bits) {
  if (bits < 512) return 20;
  if (bits < 1024) return 40;
  if (bits < 2048) return 80;
  return bits < 4096 ? 90 : 100;
}

// 3DES counts as the 112 bits that it is worth, not as the 168 of its key.
int cipher_points(std::uint16_t bits) {
  if (bits == 0) return 0;
  if (bits < 128) return 20;
  return bits < 256 ? 80 : 100;
}

// "Start with the score of the best [...]. Add the score of the worst [...]. Divide the total by 2."
struct Range {
  int best = 0;
  int worst = std::numeric_limits<int>::max();

  void add(int points) {
    best = std::max(best, points);
    worst = std::min(worst, points);
  }
  int score() const { return worst > best ? 0 : (best + worst) / 2; }
};

// The weakest link: "the overall strength will depend on its strength and the strength of the private key".
int key_exchange_score(const TlsFacts& facts) {
  std::uint32_t weakest = std::numeric_limits<std::uint32_t>::max();
  if (facts.handshake && !facts.handshake->chain.certificates.empty()) {
    weakest = rsa_equivalent(facts.handshake->chain.certificates.front());
  }
  for (const std::uint16_t group : facts.groups) weakest = std::min(weakest, rsa_equivalent(Group{group}));
  if (facts.dh_bits) weakest = std::min(weakest, *facts.dh_bits);
  int points = key_points(weakest);
  for (const VersionFacts& version : facts.versions) {
    for (const std::uint16_t code : version.suites) {
      const CipherSuite* const suite = find_suite(code);
      if (suite == nullptr) continue;
      if (suite->exchange == KeyExchange::Anonymous) return 0;
      if (suite->exportable) points = std::min(points, 40);
    }
  }
  return points;
}

std::uint32_t curve_equivalent(std::uint32_t bits) {
  if (bits >= 512) return 15'360;
  if (bits >= 384) return 7'680;
  if (bits >= 255) return 3'072;
  return bits >= 224 ? 2'048 : 1'024;
}

}  // namespace

std::uint32_t rsa_equivalent(const net::CertificateFacts& certificate) {
  if (certificate.key_type == "EC") return curve_equivalent(certificate.key_bits);
  if (certificate.key_type == "Ed25519") return 3'072;
  if (certificate.key_type == "Ed448") return 7'680;
  return certificate.key_bits;
}

std::uint32_t rsa_equivalent(Group group) {
  switch (group) {
    case Group::P256:
    case Group::X25519:
      return 3'072;
    case Group::P384:
    case Group::X448:
      return 7'680;
    case Group::P521:
      return 15'360;
    case Group::Ffdhe2048:
      return 2'048;
    case Group::Ffdhe3072:
      return 3'072;
    case Group::Ffdhe4096:
      return 4'096;
    case Group::Ffdhe6144:
      return 6'144;
    case Group::Ffdhe8192:
      return 8'192;
  }
  return 0;
}

TlsScores scores_of(const TlsFacts& facts) {
  Range protocols;
  Range ciphers;
  for (const VersionFacts& version : facts.versions) {
    protocols.add(protocol_points(version.version));
    for (const std::uint16_t code : version.suites) {
      if (const CipherSuite* const suite = find_suite(code); suite != nullptr) ciphers.add(cipher_points(suite->bits));
    }
  }
  TlsScores scores{.protocol = protocols.score(), .key_exchange = key_exchange_score(facts), .cipher = ciphers.score()};
  // "A zero in any category will push the overall score to zero."
  const bool zero = scores.protocol == 0 || scores.key_exchange == 0 || scores.cipher == 0;
  if (!zero) scores.total = (30 * scores.protocol + 30 * scores.key_exchange + 40 * scores.cipher) / 100;
  return scores;
}

Letter letter_of(int total) {
  if (total >= 80) return Letter::A;
  if (total >= 65) return Letter::B;
  if (total >= 50) return Letter::C;
  if (total >= 35) return Letter::D;
  return total >= 20 ? Letter::E : Letter::F;
}

}  // namespace belfry::inspect
