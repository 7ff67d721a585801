#include "inspect/tls_offer.hpp"

#include "inspect/tls_dialogue.hpp"
#include "inspect/tls_recipes.hpp"
#include "net/tls_probe.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace belfry::inspect {

namespace {

constexpr std::array kGood{Offer::Modern13, Offer::Modern12};
constexpr std::array kWeak{
    Offer::Ssl2,
    Offer::Ssl3,
    Offer::Tls10,
    Offer::Tls11,
    Offer::StaticRsa,
    Offer::Cbc,
    Offer::Rc4,
    Offer::TripleDes,
    Offer::Export,
    Offer::Null,
    Offer::Anonymous,
    Offer::Compression,
    Offer::LegacyRenegotiation,
    Offer::Renegotiation,
    Offer::Fallback,
    Offer::Plaintext,
};

OfferResult not_chosen(OfferResult result) {
  result.answer = OfferAnswer::Refused;
  result.reason = OfferReason::NotChosen;
  return result;
}

OfferResult offer_ssl2(const net::Way& way, const base::Clock& clock, base::SteadyTime until) {
  return say_bytes(ssl2_client_hello(), way, clock, until, [](std::string_view so_far, OfferResult* result) {
    const auto flight = parse_ssl2_flight(so_far);
    if (!flight) {
      result->reason = OfferReason::Garbage;
      return true;
    }
    if (std::holds_alternative<std::monostate>(*flight)) return false;
    const auto* const hello = std::get_if<Ssl2ServerHello>(&*flight);
    // A server that does SSL 2.0 and has no cipher in common goes no further.
    const bool accepted = hello != nullptr && hello->ciphers > 0;
    result->answer = accepted ? OfferAnswer::Accepted : OfferAnswer::Refused;
    if (const auto* const alert = std::get_if<TlsAlert>(&*flight)) {
      const bool own = (static_cast<unsigned char>(so_far[0]) & 0x80U) != 0;
      result->reason = own ? OfferReason::ErrorReply : OfferReason::Alert;
      if (!own) result->alert = alert->description;
    } else {
      result->reason = accepted ? OfferReason::Chosen : OfferReason::NotChosen;
    }
    return true;
  });
}

// RFC 9110: 400 Bad Request, 421 Misdirected Request, 426 Upgrade Required.
bool wants_tls(std::uint16_t status) {
  return status == 400 || status == 421 || status == 426;
}

bool judge_plaintext(std::string_view so_far, OfferResult* result) {
  constexpr std::string_view kHttp = "HTTP/1.";
  if (so_far.substr(0, kHttp.size()) != kHttp.substr(0, so_far.size())) {
    const auto flight = parse_flight(so_far);
    if (flight && std::holds_alternative<std::monostate>(*flight)) return false;
    if (const auto* const alert = flight ? std::get_if<TlsAlert>(&*flight) : nullptr) {
      result->answer = OfferAnswer::Refused;
      result->reason = OfferReason::Alert;
      result->alert = alert->description;
    } else {
      result->reason = OfferReason::Garbage;
    }
    return true;
  }
  const auto status = http_status(so_far);
  if (!status) return false;
  if (*status == 0) {
    result->reason = OfferReason::Garbage;
    return true;
  }
  result->http_status = status;
  result->answer = wants_tls(*status) ? OfferAnswer::Refused : OfferAnswer::Accepted;
  result->reason = wants_tls(*status) ? OfferReason::ErrorReply : OfferReason::HttpReply;
  return true;
}

OfferResult offer_renegotiation(const net::Way& way, std::string_view server_name, const base::Clock& clock,
                                base::SteadyTime until) {
  OfferResult result;
  const auto probed = net::probe_renegotiation({.way = way, .server_name = std::string{server_name}}, clock, until);
  if (!probed) {
    const net::NetError error = probed.error().error;
    result.reason = error == net::NetError::DeadlineExceeded ? OfferReason::Timeout : OfferReason::ConnectFailed;
    return result;
  }
  switch (*probed) {
    case net::Renegotiation::Refused:
      result.answer = OfferAnswer::Refused;
      result.reason = OfferReason::NotChosen;
      break;
    case net::Renegotiation::Accepted:
      result.answer = OfferAnswer::Accepted;
      result.reason = OfferReason::Completed;
      break;
    case net::Renegotiation::Unclear:
      result.reason = OfferReason::Timeout;
      break;
    case net::Renegotiation::NotApplicable:
      result.reason = OfferReason::NotApplicable;
      break;
  }
  return result;
}

}  // namespace

std::span<const Offer> good_offers() {
  return kGood;
}

std::span<const Offer> weak_offers() {
  return kWeak;
}

std::string_view to_string(OfferAnswer answer) {
  switch (answer) {
    case OfferAnswer::Refused:
      return "refused";
    case OfferAnswer::Accepted:
      return "accepted";
    case OfferAnswer::Unclear:
      return "unclear";
  }
  std::unreachable();
}

std::string_view to_string(OfferReason reason) {
  switch (reason) {
    case OfferReason::Alert:
      return "alert";
    case OfferReason::Closed:
      return "closed";
    case OfferReason::Reset:
      return "reset";
    case OfferReason::NotChosen:
      return "not_chosen";
    case OfferReason::ErrorReply:
      return "error_reply";
    case OfferReason::Chosen:
      return "chosen";
    case OfferReason::HttpReply:
      return "http_reply";
    case OfferReason::Completed:
      return "completed";
    case OfferReason::ConnectFailed:
      return "connect_failed";
    case OfferReason::Timeout:
      return "timeout";
    case OfferReason::Garbage:
      return "garbage";
    case OfferReason::BrokenOff:
      return "broken_off";
    case OfferReason::NotApplicable:
      return "not_applicable";
    case OfferReason::Unproven:
      return "unproven";
    case OfferReason::NotTried:
      return "not_tried";
  }
  std::unreachable();
}

OfferResult try_offer(Offer offer, const net::Way& way, std::string_view server_name, const base::Clock& clock,
                      base::SteadyTime until) {
  OfferResult result;
  if (offer == Offer::Ssl2) {
    result = offer_ssl2(way, clock, until);
  } else if (offer == Offer::Plaintext) {
    result = say_bytes(plaintext_request(server_name), way, clock, until, judge_plaintext);
  } else if (offer == Offer::Renegotiation) {
    result = offer_renegotiation(way, server_name, clock, until);
  } else {
    result = say_hello(recipe_of(offer, server_name), way, clock, until).result;
    const bool weak_left_out = result.answer == OfferAnswer::Accepted && result.hello &&
                               ((offer == Offer::Compression && result.hello->compression == 0) ||
                                (offer == Offer::LegacyRenegotiation && result.hello->renegotiation_info));
    if (weak_left_out) result = not_chosen(std::move(result));
  }
  result.offer = offer;
  return result;
}

bool counts_as_refused(const OfferResult& weak, const OfferResult& good) {
  const bool impossible = weak.reason == OfferReason::NotApplicable && good.offer == Offer::Modern13;
  return (weak.answer == OfferAnswer::Refused || impossible) && good.answer == OfferAnswer::Accepted;
}

bool counts_as_weakness(const OfferResult& weak, const OfferResult& modern13) {
  return weak.answer == OfferAnswer::Accepted &&
         (weak.offer != Offer::Fallback || modern13.answer == OfferAnswer::Accepted);
}

}  // namespace belfry::inspect
