// The judges of what stands below HTTP: the offers of TLS, the certificate, the port of plain HTTP.

#include "app/drill_judges.hpp"
#include "http/authority.hpp"
#include "http/fields.hpp"
#include "inspect/tls_offer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace belfry::app {

namespace {

constexpr std::string_view kEncrypted = "transit.encrypted";
constexpr std::string_view kHttps = "https://";

DrillRow row(std::string_view id, std::string_view claim, RowState state, std::string finding) {
  return {std::string{id}, std::string{claim}, state, std::move(finding), {}};
}

// The host that an https redirect leads to; empty where none can be read.
std::string host_of(std::string_view location) {
  if (!http::equals_ignoring_case(location.substr(0, kHttps.size()), kHttps)) return {};
  location.remove_prefix(kHttps.size());
  const auto authority = http::Authority::parse(location.substr(0, location.find_first_of("/?#")));
  return authority ? authority->host : std::string{};
}

// The good offer that was accepted, if any: without one nothing says that a refusal was one.
const inspect::OfferResult* accepted_good(const inspect::TlsFacts& facts) {
  for (const inspect::Offer offer : inspect::good_offers()) {
    const inspect::OfferResult* const result = find_offer(facts, offer);
    if (result != nullptr && result->answer == inspect::OfferAnswer::Accepted) return result;
  }
  return nullptr;
}

bool speaks_tls13(const inspect::TlsFacts& facts) {
  const inspect::OfferResult* const modern = find_offer(facts, inspect::Offer::Modern13);
  return modern != nullptr && modern->answer == inspect::OfferAnswer::Accepted;
}

}  // namespace

DrillRow judge_port_80(const inspect::Port80& port, std::string_view host) {
  constexpr std::string_view kId = "plain_http";
  switch (port.state) {
    case inspect::Port80State::Closed:
      return row(kId, kEncrypted, RowState::Holds, "closed");
    case inspect::Port80State::Silent:
      return untold(kId, kEncrypted, "no answer: filtered, or out of reach");
    case inspect::Port80State::Unreachable:
      return untold(kId, kEncrypted, "could not be tried from here");
    case inspect::Port80State::Open:
      return untold(kId, kEncrypted, "somebody listens, and speaks no HTTP");
    case inspect::Port80State::Redirects:
      if (host_of(port.location) == host) {
        return row(kId, kEncrypted, RowState::Holds,
                   fmt::format("open, and leads to https of the same host ({})", port.status.value_or(0)));
      }
      return row(kId, kEncrypted, RowState::Broken,
                 fmt::format("open, and leads to another host at once: {}", shown(port.location)));
    case inspect::Port80State::Plain:
      return row(kId, kEncrypted, RowState::Broken,
                 fmt::format("answers without encryption, with status {}", port.status.value_or(0)));
  }
  return untold(kId, kEncrypted, "could not be tried from here");
}

inspect::PlainHttp plain_http_of(const inspect::Port80& port, std::string_view host) {
  switch (port.state) {
    case inspect::Port80State::Closed:
      return inspect::PlainHttp::Closed;
    case inspect::Port80State::Redirects:
      return host_of(port.location) == host ? inspect::PlainHttp::RedirectsToHttps
                                            : inspect::PlainHttp::RedirectsOffHost;
    case inspect::Port80State::Plain:
      return port.location.empty() ? inspect::PlainHttp::Answers : inspect::PlainHttp::RedirectsToPlainHttp;
    case inspect::Port80State::Silent:
    case inspect::Port80State::Unreachable:
    case inspect::Port80State::Open:
      break;
  }
  return inspect::PlainHttp::Unknown;
}

DrillRow judge_offers(const inspect::TlsFacts& facts) {
  constexpr std::string_view kId = "tls.offers";
  const inspect::OfferResult* const good = accepted_good(facts);
  if (good == nullptr)
    return untold(kId, kEncrypted, facts.address + ": neither TLS 1.3 nor TLS 1.2 could be agreed on");
  std::size_t refused = 0;
  std::size_t accepted = 0;
  std::size_t tried = 0;
  std::vector<std::string> details;
  for (const inspect::Offer offer : inspect::weak_offers()) {
    // A lower version than the server's newest is all that TLS_FALLBACK_SCSV speaks of.
    if (offer == inspect::Offer::Fallback && !speaks_tls13(facts)) continue;
    const inspect::OfferResult* const result = find_offer(facts, offer);
    if (result != nullptr && result->reason == inspect::OfferReason::NotApplicable) continue;
    ++tried;
    if (result == nullptr) {
      details.push_back(fmt::format("{}: not tried", name_of(offer).en));
    } else if (counts_as_refused(*result, *good)) {
      ++refused;
    } else {
      accepted += result->answer == inspect::OfferAnswer::Accepted ? 1 : 0;
      details.push_back(fmt::format("{}: {}", name_of(offer).en, describe(*result).en));
    }
  }
  const RowState state = accepted > 0 ? RowState::Broken : refused == tried ? RowState::Holds : RowState::Unknown;
  DrillRow result =
      row(kId, kEncrypted, state,
          fmt::format("{}: {} of {} weak offers refused, {} accepted", facts.address, refused, tried, accepted));
  result.details = std::move(details);
  return result;
}

DrillRow judge_certificate(const inspect::TlsFacts& facts, Roots roots, base::WallTime now) {
  constexpr std::string_view kId = "tls.certificate";
  constexpr std::int64_t kSoon = 14;
  if (!facts.handshake || facts.handshake->chain.certificates.empty()) {
    return untold(kId, kEncrypted, facts.address + ": no handshake: " + shown(facts.handshake_error));
  }
  const net::ChainFacts& chain = facts.handshake->chain;
  const std::int64_t days = days_left(facts, now).value_or(0);
  const bool in_time = chain.certificates.front().not_before <= now && now < chain.certificates.front().not_after;
  const bool unjudged = !chain.trusted && roots == Roots::NoneNamed;
  RowState state = RowState::Broken;
  if (chain.name_matches && in_time && chain.trusted) state = RowState::Holds;
  if (chain.name_matches && in_time && unjudged) state = RowState::Unknown;
  DrillRow result = row(kId, kEncrypted, state,
                        fmt::format("{}: {}, {}, {} days left", facts.address,
                                    chain.trusted ? "trusted" : "not trusted (" + shown(chain.verification) + ")",
                                    chain.name_matches ? "for this name" : "not for this name", days));
  if (unjudged) result.details.emplace_back("name the authority with --ca to have the chain judged");
  if (in_time && days < kSoon) result.details.emplace_back("it ends soon");
  for (const net::CertificateFacts& one : chain.certificates) {
    result.details.push_back(
        fmt::format("{}, by {}, {} {}", shown(one.subject), shown(one.issuer), shown(one.key_type), one.key_bits));
  }
  return result;
}

DrillRow judge_tls_grade(const DrillTls& tls, base::WallTime now) {
  DrillRow result = row("tls.grade", "transit.report", RowState::Graded,
                        fmt::format("{}: {} by the rules of SSL Labs ({} of 100 points)", tls.address,
                                    to_string(tls.grade.letter), tls.grade.scores.total));
  if (tls.grade.without_trust != tls.grade.letter) {
    result.details.push_back(fmt::format("{} if the certificate were trusted", to_string(tls.grade.without_trust)));
  }
  for (const inspect::GradeRule& rule : tls.grade.rules) {
    result.details.push_back(fmt::format("{} ({})", rule.sentence.en, rule.source));
  }
  if (const auto days = days_left(tls.facts, now); !days) result.details.emplace_back("no certificate was seen");
  return result;
}

}  // namespace belfry::app
