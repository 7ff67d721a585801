#pragma once

// One request and its response over HTTP/1.1. Lives in the frame of Http1Session::serve.

#include "base/timer_wheel.hpp"
#include "edge/http1_session.hpp"
#include "edge/rate_window.hpp"
#include "edge/sent_body.hpp"
#include "http/chunked.hpp"
#include "http/exchange.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace belfry::edge {

class Http1Exchange final : public http::Exchange, private http::Tunnel {
 public:
  Http1Exchange(Http1Session& session, http::ParsedRequest parsed);

  const http::RequestHead& request() const override { return request_; }
  const http::Client& client() const override { return session_.client_; }
  void limit_body(std::uint64_t bytes) override { body_limit_ = bytes; }
  http::Awaitable<http::StreamResult<base::Buffer>> read_body() override;
  const http::Fields& request_trailers() const override { return trailers_; }
  http::Awaitable<http::StreamResult<void>> send_interim(http::ResponseHead head) override;
  http::Awaitable<http::StreamResult<void>> send_head(http::ResponseHead head, base::Buffer first,
                                                      http::More more) override;
  http::Awaitable<http::StreamResult<void>> send_body(base::Buffer piece, http::More more) override;
  http::Awaitable<http::StreamResult<void>> send_trailers(http::Fields trailers) override;
  http::Awaitable<http::StreamResult<http::Tunnel*>> begin_tunnel(http::ResponseHead head) override;
  bool head_sent() const override { return stage_ != Stage::Head; }
  std::uint64_t body_bytes_sent() const override { return sent_.bytes(); }
  void on_abandoned(std::move_only_function<void()> abandoned) override;
  void abort() override;

  // After the handler: whether the response is whole, or was a tunnel's.
  bool complete() const { return stage_ == Stage::Complete || stage_ == Stage::Tunnel; }
  bool closes() const { return close_; }
  // Reads and drops what the handler left of the request's body, up to a bound; false if it was more, or broken.
  http::Awaitable<bool> skip_body();

 private:
  enum class Stage : std::uint8_t { Head, Body, Complete, Tunnel, Aborted };

  // http::Tunnel
  http::Awaitable<http::StreamResult<base::Buffer>> read() override;
  http::Awaitable<http::StreamResult<void>> write(base::Buffer piece) override;

  // More of an announced body is to come than skip_body() drops.
  bool leaves_too_much() const;
  http::Awaitable<http::StreamResult<void>> fill_input();
  http::Awaitable<http::StreamResult<base::Buffer>> read_chunked();
  http::Awaitable<http::StreamResult<void>> send_text(std::string text);
  http::Awaitable<http::StreamResult<void>> send_piece(base::Buffer piece);
  http::Awaitable<http::StreamResult<void>> send_framed(base::Buffer piece, http::More more);
  // For a body that does not keep its announced length: aborts.
  std::unexpected<http::StreamError> give_up();
  void look_for_client();

  Http1Session& session_;
  http::RequestHead request_;
  bool close_;
  bool accepts_trailers_;

  // The request's body.
  std::uint64_t body_limit_ = 0;
  std::uint64_t body_read_ = 0;
  bool body_ended_;
  bool body_broken_ = false;
  bool continue_due_;
  http::ChunkedDecoder chunks_;
  http::Fields trailers_;
  RateWindow rate_;

  // The response.
  Stage stage_ = Stage::Head;
  bool swallow_body_ = false;
  bool chunked_ = false;
  SentBody sent_;

  std::move_only_function<void()> abandoned_;
  base::Deadline look_;
};

}  // namespace belfry::edge
