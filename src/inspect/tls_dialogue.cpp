#include "inspect/tls_dialogue.hpp"

#include "crypto/encode.hpp"

#include <algorithm>
#include <span>

namespace belfry::inspect {

namespace {

OfferResult failed_to_connect(net::NetError error) {
  OfferResult result;
  result.reason = error == net::NetError::DeadlineExceeded ? OfferReason::Timeout : OfferReason::ConnectFailed;
  return result;
}

void note_end(const std::string& so_far, std::optional<net::NetError> error, OfferResult* result) {
  if (error == net::NetError::DeadlineExceeded) {
    result->reason = OfferReason::Timeout;
  } else if (!so_far.empty()) {
    result->reason = OfferReason::BrokenOff;
  } else {
    result->answer = OfferAnswer::Refused;
    result->reason = error ? OfferReason::Reset : OfferReason::Closed;
  }
}

bool is_offered(const HelloRecipe& recipe, const ServerHello& hello) {
  const bool version =
      recipe.version == TlsVersion::Tls13 ? hello.version == TlsVersion::Tls13 : hello.version <= recipe.version;
  const bool deflate = recipe.compression == HelloRecipe::Compression::DeflateFirst && hello.compression == 1;
  const bool protocol =
      hello.protocol.empty() || std::ranges::find(recipe.protocols, hello.protocol) != recipe.protocols.end();
  const CipherSuite* const suite = find_suite(hello.suite);
  return version && (hello.compression == 0 || deflate) && protocol && suite != nullptr &&
         std::ranges::find(recipe.suites, hello.suite) != recipe.suites.end();
}

void note_refusal(const TlsAlert& alert, OfferResult* result) {
  result->answer = OfferAnswer::Refused;
  result->reason = OfferReason::Alert;
  result->alert = alert.description;
}

}  // namespace

OfferResult say_bytes(std::string_view bytes, const net::Way& way, const base::Clock& clock, base::SteadyTime until,
                      const std::function<bool(std::string_view, OfferResult*)>& judge) {
  auto connection = net::ClientConnection::open(way, clock, until);
  if (!connection) return failed_to_connect(connection.error());
  OfferResult result;
  std::string so_far;
  // A server that is rude enough closes before it has read everything; what it said before that still counts.
  const auto sent = connection->send(bytes);
  for (;;) {
    const auto got = connection->receive();
    if (!got || got->empty()) {
      note_end(so_far, got ? (sent ? std::nullopt : std::optional{sent.error()}) : std::optional{got.error()}, &result);
      break;
    }
    so_far += *got;
    if (judge(so_far, &result)) break;
    if (so_far.size() > kFlightBytes) {
      result.reason = OfferReason::Garbage;
      break;
    }
  }
  result.first_bytes = crypto::to_hex(std::as_bytes(std::span{so_far}.first(std::min(so_far.size(), kFirstBytes))));
  return result;
}

Said say_hello(const HelloRecipe& recipe, const net::Way& way, const base::Clock& clock, base::SteadyTime until,
               ReadTo read_to) {
  Said said;
  bool chosen = false;
  said.result = say_bytes(client_hello(recipe), way, clock, until, [&](std::string_view so_far, OfferResult* result) {
    if (!chosen) {
      const auto flight = parse_flight(so_far);
      if (!flight) {
        result->reason = OfferReason::Garbage;
        return true;
      }
      if (std::holds_alternative<std::monostate>(*flight)) return false;
      if (const auto* const alert = std::get_if<TlsAlert>(&*flight)) {
        note_refusal(*alert, result);
        return true;
      }
      const auto& hello = std::get<ServerHello>(*flight);
      result->hello = hello;
      if (!is_offered(recipe, hello)) {
        result->reason = OfferReason::Garbage;
        return true;
      }
      chosen = true;
    }
    if (read_to == ReadTo::ServerHello) return true;
    const auto exchange = parse_key_exchange(so_far);
    if (exchange && *exchange) said.exchange = **exchange;
    return !exchange || exchange->has_value();
  });
  // However the rest of the flight went, the choice was made.
  if (chosen) {
    said.result.answer = OfferAnswer::Accepted;
    said.result.reason = OfferReason::Chosen;
  }
  return said;
}

}  // namespace belfry::inspect
