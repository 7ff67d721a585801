#pragma once

// What the answers of a site amount to: pure functions from what was said to one row of the report each. The controls
// call the very same functions (app/drill_controls.hpp).

#include "app/drill_report.hpp"
#include "inspect/tls_facts.hpp"
#include "inspect/tls_port_80.hpp"
#include "net/http_client.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::app {

// transit.encrypted. Nothing there, or nothing but the way to https of the same host: holds. Any other answer of HTTP:
// broken. Silence is unknown: a filter looks the same as a network that lost the packet.
DrillRow judge_port_80(const inspect::Port80& port, std::string_view host);
// The same as the header grade asks for it.
inspect::PlainHttp plain_http_of(const inspect::Port80& port, std::string_view host);

// transit.encrypted, at one address: every weak offer refused for certain holds, one accepted is broken.
// TLS_FALLBACK_SCSV is a weakness only of a server that speaks TLS 1.3.
DrillRow judge_offers(const inspect::TlsFacts& facts);
// transit.encrypted: the chain leads to a trusted root, for this name, today. Without a root that could be trusted (a
// loopback site, and no authority named), untrusted is unknown.
enum class Roots : std::uint8_t { Known, NoneNamed };
DrillRow judge_certificate(const inspect::TlsFacts& facts, Roots roots, base::WallTime now);
// transit.report.
DrillRow judge_tls_grade(const DrillTls& tls, base::WallTime now);

// transit.hsts. `id`: "hsts.page" or "hsts.error".
DrillRow judge_hsts(std::string_view id, const net::FetchResponse& response);

// Why the answer is not the page of the site that a visitor sees, an error or a redirect that was not followed; none
// where it is. Its headers, policy and cookies say nothing of the site's pages then.
std::optional<std::string> why_no_page(const net::FetchResponse& response);

// Observatory's grade; no claim speaks of it.
DrillRow judge_headers(const inspect::HeaderGrade& grade);

// response.csp. A finding of high or medium severity is broken: the mark that Belfry sets itself.
DrillRow judge_policy(const std::vector<inspect::CspFinding>& findings, std::size_t policies);

// No claim speaks of it; a fault is broken all the same.
DrillRow judge_cookies(const std::vector<inspect::CookieFinding>& findings, std::size_t cookies);

// request.traced: whether a request id came back. That it is found again in a log is only the site's to show: unknown
// either way.
DrillRow judge_trace(const net::FetchResponse& response);

// request.origin: the same post from the site's own page and from elsewhere. Holds: the first is let through and the
// second refused with 403. Broken: both have the same status, and it is not an error.
DrillRow judge_origin(const net::FetchResponse& own, const net::FetchResponse& foreign);

struct Burst {
  std::size_t asked = 0;  // how many were consented to
  std::size_t sent = 0;
  std::size_t failed = 0;                 // no complete answer
  std::size_t answered_before = 0;        // neither as an error nor as a refusal
  std::optional<std::size_t> refused_at;  // the first that was answered with 429 or 503, from 1
  std::uint16_t refused_with = 0;
  std::chrono::milliseconds took{0};
};
// Slower than this, all answered says nothing: a bucket refills meanwhile.
inline constexpr double kSlowestBurst = 10;  // requests a second
// request.rate. The caller names the number that must meet a limit: a refusal with 429 after a good answer holds; all
// of them answered is broken; a refusal that a site which is down or shut would give as well (503, or from the first
// request on), errors alone, too slow, cut short by time, or answers missing is unknown.
DrillRow judge_burst(const Burst& burst);

// programme.answered, as far as it can be seen from outside: RFC 9116's file.
DrillRow judge_security_txt(const net::FetchResponse& response, std::string_view url, base::WallTime now);

// A row that could not be told.
DrillRow untold(std::string_view id, std::string_view claim, std::string finding);

}  // namespace belfry::app
