#pragma once

// How passing a request on can fail, and whether the client can still be told.

#include "http/exchange.hpp"

#include <cstdint>
#include <optional>
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
std::string_view to_string(UpstreamFailure failure);  // snake_case, static, for the log

struct UpstreamError {
  UpstreamFailure failure = UpstreamFailure::Unreachable;
  // What happened on the client's side, where that was the cause: for ClientBody, ClientGone, and BrokenOff by it.
  std::optional<http::StreamError> client = {};

  // Whether the client can still be given a response.
  bool answerable() const { return failure != UpstreamFailure::BrokenOff && failure != UpstreamFailure::ClientGone; }
  friend bool operator==(const UpstreamError&, const UpstreamError&) = default;
};

}  // namespace belfry::upstream
