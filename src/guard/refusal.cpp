#include "guard/refusal.hpp"

namespace belfry::guard {

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::UnknownHost:
      return "unknown_host";
    case Reason::BlockedAddress:
      return "blocked_address";
    case Reason::RateExceeded:
      return "rate_exceeded";
    case Reason::MethodNotAllowed:
      return "method_not_allowed";
    case Reason::BodyTooLarge:
      return "body_too_large";
    case Reason::MalformedUpgrade:
      return "malformed_upgrade";
    case Reason::ForeignOrigin:
      return "foreign_origin";
    case Reason::AmbiguousOrigin:
      return "ambiguous_origin";
    case Reason::MissingOrigin:
      return "missing_origin";
    case Reason::SignInNeeded:
      return "sign_in_needed";
    case Reason::SecondFactorNeeded:
      return "second_factor_needed";
    case Reason::NotAllowed:
      return "not_allowed";
    case Reason::CsrfToken:
      return "csrf_token";
    case Reason::SignInOver:
      return "sign_in_over";
    case Reason::SignInBlocked:
      return "sign_in_blocked";
    case Reason::AccountsUnavailable:
      return "accounts_unavailable";
    case Reason::MalformedForwarding:
      return "malformed_forwarding";
    case Reason::NotFound:
      return "not_found";
    case Reason::MalformedQuery:
      return "malformed_query";
    case Reason::MalformedBody:
      return "malformed_body";
    case Reason::BodyTooSlow:
      return "body_too_slow";
    case Reason::TooBusy:
      return "too_busy";
    case Reason::Internal:
      return "internal";
    case Reason::UpstreamUnreachable:
      return "upstream_unreachable";
    case Reason::UpstreamInvalid:
      return "upstream_invalid";
    case Reason::UpstreamTimeout:
      return "upstream_timeout";
  }
  return "internal";
}

}  // namespace belfry::guard
