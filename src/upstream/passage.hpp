#pragma once

// What the two directions of one forward() share. It lives in forward()'s frame, and both have ended before that does.

#include "base/buffer.hpp"
#include "http/exchange.hpp"
#include "upstream/pool.hpp"
#include "upstream/upstream_error.hpp"

#include <chrono>
#include <expected>
#include <optional>
#include <string>

namespace belfry::upstream {

template <class T>
using Outcome = std::expected<T, UpstreamError>;

struct Passage {
  explicit Passage(http::Exchange* of) : exchange{of} {
    exchange->on_abandoned([this] {
      abandoned = true;
      stop_waiting();
    });
  }
  ~Passage() { exchange->on_abandoned({}); }
  Passage(const Passage&) = delete;
  Passage& operator=(const Passage&) = delete;

  http::Exchange* const exchange;
  std::chrono::milliseconds first_byte{0};
  std::chrono::milliseconds idle{0};

  std::string head_text;  // the request's head as it is sent
  Lease lease;

  bool request_sent = false;                    // the whole request was written
  bool response_seen = false;                   // a byte of a response has come
  bool head_received = false;                   // the final response's head
  bool send_timed_out = false;                  // the application did not take the request
  bool abandoned = false;                       // the client went away
  std::optional<http::StreamError> body_error;  // reading the client's body failed

  // Ends what waits for the application, in either direction.
  void stop_waiting() {
    if (lease) lease.socket().stop();
  }

  // Why a read or write on the application's side failed.
  UpstreamError failure_of(net::NetError error) const {
    if (body_error) return client_failure(*body_error);
    if (abandoned) return client_failure(http::StreamError::Closed);
    if (error == net::NetError::DeadlineExceeded || send_timed_out) {
      return {.failure = UpstreamFailure::FirstByteTimeout};
    }
    return {.failure = UpstreamFailure::NoResponse};
  }

  static UpstreamError client_failure(http::StreamError error) {
    if (error == http::StreamError::Closed) return {.failure = UpstreamFailure::ClientGone, .client = error};
    return {.failure = UpstreamFailure::ClientBody, .client = error};
  }
};

}  // namespace belfry::upstream
