#include "inspect/tls_facts.hpp"

#include <algorithm>
#include <utility>

namespace belfry::inspect {

std::string_view to_string(Observed observed) {
  switch (observed) {
    case Observed::Unknown:
      return "unknown";
    case Observed::No:
      return "no";
    case Observed::Yes:
      return "yes";
  }
  std::unreachable();
}

const OfferResult* find_offer(const TlsFacts& facts, Offer offer) {
  const auto found = std::ranges::find(facts.offers, offer, &OfferResult::offer);
  return found == facts.offers.end() ? nullptr : &*found;
}

bool answers_tls(const TlsFacts& facts) {
  return std::ranges::any_of(good_offers(), [&](Offer offer) {
    const OfferResult* const result = find_offer(facts, offer);
    return result != nullptr && result->answer == OfferAnswer::Accepted;
  });
}

const VersionFacts* find_version(const TlsFacts& facts, TlsVersion version) {
  const auto found = std::ranges::find(facts.versions, version, &VersionFacts::version);
  return found == facts.versions.end() ? nullptr : &*found;
}

std::optional<std::int64_t> days_left(const TlsFacts& facts, base::WallTime now) {
  if (!facts.handshake || facts.handshake->chain.certificates.empty()) return std::nullopt;
  return std::chrono::floor<std::chrono::days>(facts.handshake->chain.certificates.front().not_after - now).count();
}

}  // namespace belfry::inspect
