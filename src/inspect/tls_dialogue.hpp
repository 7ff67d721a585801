#pragma once

// One hello said to a server and its first flight read: the connection behind each offer and each step of a scan.

#include "base/clock.hpp"
#include "inspect/tls_hello.hpp"
#include "inspect/tls_offer.hpp"
#include "inspect/tls_server_hello.hpp"
#include "net/client_connection.hpp"
#include "net/way.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::inspect {

// How much is read: up to the ServerHello, or on to the key exchange that says the group or the size of the prime.
enum class ReadTo : std::uint8_t { ServerHello, KeyExchange };

struct Said {
  OfferResult result;
  // With ReadTo::KeyExchange, of an accepted hello, where it came.
  std::optional<KeyExchangeFacts> exchange;
};

// One connection, ended at `until`. Accepted with Chosen for a ServerHello that chose what `recipe` offers; whether
// that is a weakness is the caller's to say. `result.offer` is the caller's to set too.
Said say_hello(const HelloRecipe& recipe, const net::Way& way, const base::Clock& clock, base::SteadyTime until,
               ReadTo read_to = ReadTo::ServerHello);

// Sends `bytes` and reads until `judge`, which gets all that came so far, knows: true. What ends it otherwise
// (Closed, Timeout, ...) stands in the result, which `judge` fills in.
OfferResult say_bytes(std::string_view bytes, const net::Way& way, const base::Clock& clock, base::SteadyTime until,
                      const std::function<bool(std::string_view, OfferResult*)>& judge);

}  // namespace belfry::inspect
