#pragma once

// What the edge asks of the site that it serves. `app` implements it; one Site a thread, called on that thread alone.

#include "base/ip_address.hpp"
#include "http/exchange.hpp"

#include <cstdint>
#include <string_view>

namespace belfry::edge {

// Why the edge itself turned a request away, before there was an exchange.
struct EdgeRefusal {
  std::uint16_t status = 400;
  std::string_view reason;  // static text, snake_case: "bare_lf", "content_length_with_transfer_encoding", …
  http::Client client;
};

class Site {
 public:
  virtual ~Site() = default;

  // Asked once for each connection, of the client's own address, before any byte of TLS. false: close it.
  virtual bool admit(base::IpAddress address) = 0;

  // Answers the exchange. Where it returns without a complete response, the edge aborts the exchange.
  virtual http::Awaitable<void> handle(http::Exchange* exchange) = 0;

  // The complete, sealed response to what could not be read as a request; recorded by the site. The edge closes the
  // connection behind it.
  virtual http::Response refuse(const EdgeRefusal& refusal) = 0;
};

}  // namespace belfry::edge
