#pragma once

// Takes an admitted exchange to the application behind and its response back: one connection of the pool, HTTP/1.1,
// both bodies streamed with back-pressure in constant memory, a WebSocket tunnel where the application agreed to one.
//
// What always holds: the application sees exactly the path that was matched and the query as it came; no field by which
// it would know a client comes from the client itself (forwarding_headers.hpp); a response that can't be read strictly
// is not passed on; a connection is used again only if both messages on it ended where they said they would.
//
// A request is sent a second time only if its method is idempotent, it has no body, the connection was an old one and
// ended before any byte of a response (RFC 9110, section 9.2.2; RFC 9112, section 9.3.1).
//
// One a worker, on its thread.

#include "http/exchange.hpp"
#include "upstream/forwarding_headers.hpp"
#include "upstream/options.hpp"
#include "upstream/pool.hpp"
#include "upstream/upstream_error.hpp"

#include <boost/asio/awaitable.hpp>

#include <expected>
#include <optional>
#include <string>
#include <utility>

namespace belfry::upstream {

// What the relay is told of one request beside the exchange.
struct ForwardContext {
  std::string request_id;  // the value of X-Request-Id
  ForwardedFields forwarded = ForwardedFields::Replace;
  std::optional<Identity> identity;  // none: nobody is signed in
};

class Relay {
 public:
  // `pool` outlives the relay and is this worker's.
  Relay(Pool* pool, UpstreamOptions options) : pool_{pool}, options_{std::move(options)} {}
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  // For requests that begin from now on. The addresses are the pool's.
  void set_options(UpstreamOptions options) { options_ = std::move(options); }

  // Answers the exchange with the application's response, or says why not. `exchange` outlives the call. When it
  // returns, nothing of it runs any more and the exchange's on_abandoned() is taken back.
  boost::asio::awaitable<std::expected<void, UpstreamError>> forward(http::Exchange* exchange, ForwardContext context);

 private:
  std::string write_head(const http::Exchange& exchange, const ForwardContext& context, http::Upgrade upgrade);

  Pool* pool_;
  UpstreamOptions options_;
  // Keeps its memory from request to request; used between two suspensions only.
  http::RequestHead outgoing_;
};

}  // namespace belfry::upstream
