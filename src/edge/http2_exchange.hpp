#pragma once

// One request and its response over HTTP/2. Owned by its session, until the stream is closed and its handler has
// returned, whichever comes last.

#include "base/event.hpp"
#include "base/timer_wheel.hpp"
#include "edge/http2_session.hpp"
#include "edge/rate_window.hpp"
#include "edge/sent_body.hpp"
#include "http/exchange.hpp"
#include "http/parse_error.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace belfry::edge {

class Http2Exchange final : public http::Exchange {
 public:
  Http2Exchange(Http2Session& session, std::int32_t id);

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
  // Extended CONNECT (RFC 8441) is not offered, so nothing over HTTP/2 is ever an upgrade.
  http::Awaitable<http::StreamResult<http::Tunnel*>> begin_tunnel(http::ResponseHead head) override;
  bool head_sent() const override { return stage_ != Stage::Head; }
  std::uint64_t body_bytes_sent() const override { return sent_.bytes(); }
  void on_abandoned(std::move_only_function<void()> abandoned) override;
  void abort() override;

 private:
  friend class Http2Session;
  friend struct Http2Callbacks;

  enum class Stage : std::uint8_t { Head, Body, Complete, Aborted };

  // After the handler: reads and drops what it left of the request's body, up to a bound, and asks the client to stop
  // where it was more. A reset takes the response from some clients, so it is kept for those who have much to send.
  http::Awaitable<void> skip_body();
  // Both are needed before the stream may be reset: the response is out, and the rest of the request is not wanted.
  void reset_if_unwanted();

  // What the callbacks of nghttp2 bring in.
  void take_field(std::string_view name, std::string_view value);
  void take_trailer(std::string_view name, std::string_view value);
  // The head as a whole, once its block has ended.
  void finish_head(bool end_stream);
  void take_data(std::string_view bytes);
  void stream_closed();
  // All of an announced body is there but the client's word that it is all.
  bool holds_last_piece() const;
  // The data source: how much goes into the next DATA frame, and its flags.
  ssize_t next_data(std::size_t limit, std::uint32_t* flags);
  void data_sent(std::size_t bytes);

  http::StreamResult<void> queue(base::Buffer piece, http::More more);
  http::Awaitable<http::StreamResult<void>> wait_for_room();
  void submit_fields(const http::ResponseHead& head, std::uint8_t flags, const nghttp2_data_provider* source);
  std::unexpected<http::StreamError> give_up();

  struct Pseudo {
    std::string method, scheme, authority, path;
  };

  Http2Session& session_;
  std::int32_t id_;
  ConnectionLimit::Lease place_;  // among the streams of its address
  bool handling_ = false;
  bool closed_ = false;

  // The request.
  Pseudo pseudo_;
  http::Fields incoming_;
  std::size_t list_size_ = 0;
  std::optional<http::ParseError> refused_;
  http::RequestHead request_;
  bool head_done_ = false;
  bool request_ended_ = false;
  bool continue_due_ = false;
  std::uint64_t body_limit_ = 0;
  std::uint64_t body_read_ = 0;
  std::vector<base::Buffer> in_;
  http::Fields trailers_;
  base::Event arrived_;
  RateWindow rate_;
  bool too_slow_ = false;

  // The response.
  Stage stage_ = Stage::Head;
  bool swallow_body_ = false;
  SentBody sent_;
  base::Buffer out_;
  bool last_piece_ = false;
  bool response_ended_ = false;
  bool unwanted_ = false;
  http::Fields response_trailers_;
  base::Event drained_;

  std::move_only_function<void()> abandoned_;
  base::Deadline read_deadline_;
  base::Deadline write_deadline_;
};

}  // namespace belfry::edge
