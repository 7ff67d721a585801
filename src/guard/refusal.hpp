#pragma once

// What a guard says of a request: Admit, or Refuse with a reason. The reasons of everything else in Belfry that turns a
// request away stand here too, so that the refusal page, the log line and the counters speak one language and the
// status of each reason is decided in one place.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace belfry::guard {

enum class Reason : std::uint8_t {
  // The guards, in the order of the pipeline.
  UnknownHost,       // neither a host of the site nor Belfry's own
  BlockedAddress,    // on the blocklist and not on the allow list
  RateExceeded,      // the address asked for too much at once; carries retry_after
  MethodNotAllowed,  // the route has no such method
  BodyTooLarge,      // announced or found to be above the route's limit
  MalformedUpgrade,  // a protocol switch that is no WebSocket handshake (RFC 6455, section 4.1)
  ForeignOrigin,     // sent by a page of another origin
  AmbiguousOrigin,   // what it says of its origin can be read in two ways
  MissingOrigin,     // carries cookies and does not say where it was sent from
  // Behind them, by who asks (access_rule.hpp) and what they bring.
  SignInNeeded,        // nobody is signed in
  SecondFactorNeeded,  // somebody who has yet to set one
  NotAllowed,          // not for this person, or for nobody
  CsrfToken,           // a form's token is missing, stale, or another session's or action's
  SignInOver,          // what was begun is over, or was another browser's
  SignInBlocked,       // the address failed on too many accounts; carries retry_after
  AccountsUnavailable,
  // Before them, where a trusted proxy speaks for the client.
  MalformedForwarding,  // what it says of the client's address can't be read
  // The handlers.
  NotFound,
  MalformedQuery,       // a value in the query is not of the form that the page takes
  MalformedBody,        // bad chunk, or longer or shorter than announced
  BodyTooSlow,          // the client's body did not come in time
  TooBusy,              // a bounded queue is full; carries retry_after
  Internal,             // a broken invariant, contained
  UpstreamUnreachable,  // no connection to the application
  UpstreamInvalid,      // what it answered is not HTTP, or broke off before its head was complete
  UpstreamTimeout,      // it did not answer in time
};

// How many there are: the counters have one place for each.
inline constexpr std::size_t kReasons = static_cast<std::size_t>(Reason::UpstreamTimeout) + 1;

// snake_case, for the log and the counters: "rate_exceeded". Static text.
std::string_view to_string(Reason reason);

// The one place where a reason becomes a status.
constexpr std::uint16_t status_of(Reason reason) {
  switch (reason) {
    case Reason::UnknownHost:
      return 421;  // RFC 9110, section 15.5.20: not able to produce an authoritative response for the target URI
    case Reason::BlockedAddress:
    case Reason::ForeignOrigin:
    case Reason::AmbiguousOrigin:
    case Reason::MissingOrigin:
    case Reason::SecondFactorNeeded:
    case Reason::NotAllowed:
    case Reason::CsrfToken:
    case Reason::SignInOver:
      return 403;
    case Reason::SignInNeeded:
      return 401;
    case Reason::RateExceeded:
    case Reason::SignInBlocked:
      return 429;
    case Reason::MethodNotAllowed:
      return 405;
    case Reason::BodyTooLarge:
      return 413;
    case Reason::MalformedUpgrade:
    case Reason::MalformedForwarding:
    case Reason::MalformedQuery:
    case Reason::MalformedBody:
      return 400;
    case Reason::NotFound:
      return 404;
    case Reason::BodyTooSlow:
      return 408;
    case Reason::TooBusy:
    case Reason::AccountsUnavailable:
      return 503;
    case Reason::Internal:
      return 500;
    case Reason::UpstreamUnreachable:
    case Reason::UpstreamInvalid:
      return 502;
    case Reason::UpstreamTimeout:
      return 504;
  }
  return 500;  // a value outside the enum is a broken invariant: answered as one
}

struct Admit {};

struct Refuse {
  Reason reason;
  // For Retry-After (RFC 9110, section 10.2.3): when asking again may succeed.
  std::optional<std::chrono::seconds> retry_after{};
  friend bool operator==(const Refuse&, const Refuse&) = default;
};

class [[nodiscard]] Verdict {
 public:
  Verdict(Admit) : admitted_{true} {}
  Verdict(Refuse refuse) : refuse_{refuse} {}

  bool admitted() const { return admitted_; }
  // Where !admitted().
  const Refuse& refusal() const { return refuse_; }

 private:
  bool admitted_ = false;
  Refuse refuse_{Reason::Internal};
};

}  // namespace belfry::guard
