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
#include "upstream/options.hpp"
#include "upstream/pool.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::upstream {

enum class UpstreamFailure : std::uint8_t {
  // Nothing of a response was sent to the client: the caller answers with a page of its own.
  Unreachable,       // 502: no connection
  Overloaded,        // 503: the pool is full
  ConnectTimeout,    // 504
  NoResponse,        // 502: the application ended the connection without a complete response head
  FirstByteTimeout,  // 504: no complete response head within first_byte, or it did not take the request within idle
  InvalidResponse,   // 502: what it sent is not strictly HTTP, or its head is too large
  ClientBody,        // the request's body failed; UpstreamError::client says how: Malformed 400, TooLarge 413,
                     // DeadlineExceeded 408

  // The response had begun: exchange->abort() was called, and nothing more can be said to this client.
  BrokenOff,

  // Nobody is left to answer.
  ClientGone,
};
std::string_view to_string(UpstreamFailure failure);  // snake_case, for the log

struct UpstreamError {
  UpstreamFailure failure = UpstreamFailure::Unreachable;
  // What happened on the client's side, where that was the cause: for ClientBody, ClientGone, and BrokenOff by it.
  std::optional<http::StreamError> client;

  // Whether the client can still be given a response.
  bool answerable() const { return failure != UpstreamFailure::BrokenOff && failure != UpstreamFailure::ClientGone; }
  friend bool operator==(const UpstreamError&, const UpstreamError&) = default;
};

// What is done with the forwarding fields that the client sent.
enum class ForwardedFields : bool {
  Replace,  // they are removed: anybody can write them
  Extend,   // X-Forwarded-For and Forwarded come from a trusted proxy: ours are added behind them
};

// What the relay is told of one request beside the exchange.
struct ForwardContext {
  std::string request_id;  // the value of X-Request-Id
  ForwardedFields forwarded = ForwardedFields::Replace;
};

class Relay {
 public:
  // 100, 102 and 103 responses before the final one, inclusive.
  static constexpr int kInterimLimit = 16;

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
  Pool* pool_;
  UpstreamOptions options_;
};

}  // namespace belfry::upstream
