#include "app/drill_controls.hpp"

#include "app/drill_judges.hpp"
#include "inspect/cookies_grade.hpp"
#include "inspect/hsts.hpp"
#include "inspect/tls_offer.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace belfry::app {

namespace {

using Said = std::initializer_list<std::pair<std::string_view, std::string_view>>;

net::FetchResponse answer(std::uint16_t status, Said fields = {}, std::string body = {}) {
  net::FetchResponse response;
  response.status = status;
  for (const auto& [name, value] : fields) response.fields.add(name, value);
  response.body = std::move(body);
  return response;
}

DrillRow policy_row(std::string_view value) {
  const auto policies = inspect::parse_csp(value).value_or(std::vector<inspect::CspPolicy>{});
  return judge_policy(inspect::evaluate_csp(policies), policies.size());
}

DrillRow cookie_row(std::string_view value) {
  const auto cookies = inspect::cookies_set_by(answer(200, {{"set-cookie", value}}).fields);
  return judge_cookies(inspect::grade_cookies(cookies), cookies.size());
}

Burst burst_of(std::optional<std::size_t> refused_at) {
  return {.asked = 100,
          .sent = refused_at.value_or(100),
          .failed = 0,
          .answered_before = refused_at.value_or(101) - 1,
          .refused_at = refused_at,
          .refused_with = 429,
          .took = std::chrono::milliseconds{500}};
}

inspect::Port80 port_of(inspect::Port80State state, std::string location = {}) {
  return {.state = state, .status = 200, .location = std::move(location), .first_bytes = {}};
}

// A server that takes good offers and refuses weak ones, but for `accepted`.
inspect::TlsFacts tls_with(std::optional<inspect::Offer> accepted) {
  inspect::TlsFacts facts;
  const auto add = [&](inspect::Offer offer, bool taken) {
    inspect::OfferResult result;
    result.offer = offer;
    result.answer = taken ? inspect::OfferAnswer::Accepted : inspect::OfferAnswer::Refused;
    result.reason = taken ? inspect::OfferReason::Chosen : inspect::OfferReason::Alert;
    if (!taken) result.alert = 40;  // handshake_failure (RFC 8446, section 6)
    facts.offers.push_back(std::move(result));
  };
  for (const inspect::Offer offer : inspect::good_offers()) add(offer, true);
  for (const inspect::Offer offer : inspect::weak_offers()) add(offer, offer == accepted);
  return facts;
}

net::HandshakeFacts handshake_of(bool trusted, base::WallTime now) {
  net::HandshakeFacts handshake;
  net::CertificateFacts leaf;
  leaf.not_before = now - std::chrono::days{1};
  leaf.not_after = now + std::chrono::days{60};
  handshake.chain.certificates.push_back(std::move(leaf));
  handshake.chain.trusted = trusted;
  handshake.chain.name_matches = true;
  return handshake;
}

inspect::TlsFacts certificate_of(bool trusted, base::WallTime now) {
  inspect::TlsFacts facts;
  facts.handshake = handshake_of(trusted, now);
  return facts;
}

// A server that speaks these versions, and is otherwise as well kept as can be.
inspect::Letter letter_with(std::vector<inspect::VersionFacts> versions, base::WallTime now) {
  using inspect::Observed;
  inspect::TlsFacts facts;
  net::HandshakeFacts handshake = handshake_of(true, now);
  net::CertificateFacts& leaf = handshake.chain.certificates.front();
  leaf.key_type = "EC";
  leaf.key_bits = 256;
  leaf.signature = "ecdsa-with-SHA256";
  handshake.chain.in_order = true;
  handshake.chain.verification = "ok";
  facts.handshake = std::move(handshake);
  facts.versions = std::move(versions);
  facts.groups = {static_cast<std::uint16_t>(inspect::Group::X25519)};
  facts.secure_renegotiation = Observed::Yes;
  facts.client_renegotiation = Observed::No;
  facts.compression = Observed::No;
  facts.complete = Observed::Yes;
  return inspect::grade(facts, {.present = Observed::Yes, .max_age = std::chrono::days{365}}, now).letter;
}

bool grades_by_version(base::WallTime now) {
  using inspect::Observed;
  // TLS_AES_128_GCM_SHA256; TLS_RSA_WITH_RC4_128_SHA.
  const inspect::VersionFacts modern{inspect::TlsVersion::Tls13, {0x1301}, Observed::Unknown, Observed::Yes};
  const inspect::VersionFacts old{inspect::TlsVersion::Tls10, {0x0005}, Observed::Unknown, Observed::Yes};
  const auto is_good = [](inspect::Letter letter) {
    return letter == inspect::Letter::APlus || letter == inspect::Letter::A;
  };
  return is_good(letter_with({modern}, now)) && !is_good(letter_with({modern, old}, now));
}

std::string security_txt(base::WallTime expires) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(expires)};
  const auto two = [](unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return "Contact: mailto:security@site.invalid\nExpires: " + std::to_string(static_cast<int>(date.year())) + "-" +
         two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day())) + "T00:00:00Z\n";
}

DrillRow security_row(base::WallTime expires, base::WallTime now) {
  return judge_security_txt(answer(200, {{"content-type", "text/plain"}}, security_txt(expires)),
                            "https://site.invalid/.well-known/security.txt", now);
}

class Controls {
 public:
  // The fault must be seen as one, and its absence must not.
  void make(const DrillRow& with_fault, const DrillRow& without) {
    note(with_fault.id, with_fault.state == RowState::Broken && without.state == RowState::Holds);
  }

  // As make(), and what cannot be told must not be taken for either.
  void make(const DrillRow& with_fault, const DrillRow& without, const DrillRow& neither) {
    note(with_fault.id, with_fault.state == RowState::Broken && without.state == RowState::Holds &&
                            neither.state == RowState::Unknown);
  }

  void note(const std::string& id, bool seen) {
    ++controls_.made;
    if (seen) {
      ++controls_.seen;
    } else {
      controls_.blind.push_back(id);
    }
  }

  DrillControls take() { return std::move(controls_); }

 private:
  DrillControls controls_;
};

}  // namespace

DrillControls run_controls(base::WallTime now) {
  constexpr std::string_view kHsts = "strict-transport-security";
  constexpr std::string_view kHost = "site.invalid";
  Controls controls;
  controls.make(judge_offers(tls_with(inspect::Offer::Tls10)), judge_offers(tls_with({})));
  controls.make(judge_certificate(certificate_of(false, now), Roots::Known, now),
                judge_certificate(certificate_of(true, now), Roots::Known, now));
  controls.note("tls.grade", grades_by_version(now));
  controls.make(judge_port_80(port_of(inspect::Port80State::Plain), kHost),
                judge_port_80(port_of(inspect::Port80State::Redirects, "https://site.invalid/"), kHost));
  for (const std::string_view id : {"hsts.page", "hsts.error"}) {
    controls.make(judge_hsts(id, answer(404)), judge_hsts(id, answer(404, {{kHsts, "max-age=63072000"}})));
  }
  controls.make(policy_row("script-src 'unsafe-inline'; object-src 'none'"), policy_row("default-src 'none'"));
  controls.make(cookie_row("session=1"), cookie_row("session=1; Secure; HttpOnly; SameSite=Lax"));
  controls.make(judge_origin(answer(200), answer(200)), judge_origin(answer(200), answer(403)));
  controls.make(judge_burst(burst_of({})), judge_burst(burst_of(50)),
                judge_burst(burst_of(1)));  // a site that is down refuses from the first request on
  controls.make(security_row(now - std::chrono::days{2}, now), security_row(now + std::chrono::days{60}, now));

  inspect::GradedSite bare;
  bare.plain_http = inspect::PlainHttp::Answers;
  inspect::GradedSite sealed;
  sealed.plain_http = inspect::PlainHttp::Closed;
  for (const auto& [name, value] : Said{{"content-security-policy", "default-src 'none'; frame-ancestors 'none'"},
                                        {kHsts, "max-age=63072000"},
                                        {"x-content-type-options", "nosniff"}}) {
    sealed.page.add(name, value);
  }
  controls.note("headers", inspect::grade_headers(bare).letter == "F" && inspect::grade_headers(sealed).letter == "A+");
  return controls.take();
}

void apply_controls(const DrillControls& controls, std::vector<DrillRow>& rows) {
  for (DrillRow& row : rows) {
    if (std::ranges::find(controls.blind, row.id) == controls.blind.end()) continue;
    row.state = RowState::Unknown;
    row.details.insert(row.details.begin(), row.finding);
    row.finding = "the control did not see the planted fault: this check tells nothing";
  }
}

}  // namespace belfry::app
