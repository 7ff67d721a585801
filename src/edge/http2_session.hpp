#pragma once

// HTTP/2 on one connection, on top of libnghttp2. One coroutine reads, one writes, and each request is answered by one
// of its own; all run on the connection's thread.
//
// Back-pressure: a stream's body is read from the client only as fast as its handler takes it (windows are given back
// when it does), and its response is taken from the handler only as fast as the client reads that stream. One stalled
// stream holds two Buffers and stops nobody else. What a client may make the server keep or do is bounded by
// kStreams, kStreamWindow, kConnectionWindow, Http2Budget, and for all connections of one address together by
// EdgeLimits::streams_per_address.

#include "base/buffer.hpp"
#include "base/event.hpp"
#include "base/task_group.hpp"
#include "base/timer_wheel.hpp"
#include "edge/http2_budget.hpp"
#include "edge/http2_client_streams.hpp"
#include "edge/http2_frames.hpp"
#include "edge/session.hpp"
#include "net/tls_stream.hpp"

#include <nghttp2/nghttp2.h>

#include <map>
#include <memory>
#include <string>

namespace belfry::edge {

class Http2Exchange;

class Http2Session final : public Session {
 public:
  static constexpr std::uint32_t kStreams = 100;
  static constexpr std::int32_t kStreamWindow = 256 * 1024;
  static constexpr std::int32_t kConnectionWindow = 1024 * 1024;
  // Uncompressed, with 32 bytes for each field (RFC 9113, section 6.5.2); inclusive.
  static constexpr std::uint32_t kHeaderList = 16 * 1024;
  // A header list beyond this is not answered but ends the connection.
  static constexpr std::uint32_t kHeaderListAbuse = 4 * kHeaderList;

  Http2Session(const boost::asio::any_io_executor& executor, std::unique_ptr<net::TlsStream> stream,
               http::Client client, Surroundings surroundings);
  ~Http2Session() override;

  boost::asio::awaitable<void> run() override;
  void drain() override;
  void stop() override;

 private:
  friend class Http2Exchange;
  friend struct Http2Callbacks;

  boost::asio::awaitable<void> read_loop();
  boost::asio::awaitable<void> write_loop();
  boost::asio::awaitable<void> serve(Http2Exchange* exchange);

  // Moves frames into out_ until it is full or there are none.
  void fill();
  void wake_writer() { wake_.set(); }
  // No more frames either way: the writer says goodbye, the reader waits a little for the client to do so.
  void close();
  void terminate(std::uint32_t error);
  // Ends the connection of a client that overdraws its budget.
  void spend(double cost);
  void pay_for(const Http2Frame& frame);
  void pay_for_our_reset(std::uint32_t error) { spend(Http2Budget::cost_of_our_reset(error)); }
  // The session's deadline after a change: a head under way, nothing under way, or streams with deadlines of their own.
  void update_deadline();
  void begin_stream(std::int32_t id);
  void head_complete(Http2Exchange& exchange, bool end_stream);
  void forget_if_over(Http2Exchange& exchange);

  struct Free {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };

  boost::asio::any_io_executor executor_;
  std::unique_ptr<net::TlsStream> stream_;
  http::Client client_;
  Surroundings surroundings_;
  std::unique_ptr<nghttp2_session, Free> session_;
  std::map<std::int32_t, std::unique_ptr<Http2Exchange>> streams_;
  base::TaskGroup tasks_;
  base::Event wake_;
  base::Deadline deadline_;
  Http2Frames frames_;
  Http2ClientStreams client_streams_;
  Http2Budget budget_;

  base::Buffer out_;
  std::string_view unsent_;  // the rest of the frame that nghttp2 gave last; valid until it is asked for the next
  bool head_under_way_ = false;
  bool terminating_ = false;  // nothing more is taken from the client; the goodbye is on its way
  bool closing_ = false;      // the writer has said goodbye
  bool ended_ = false;        // the connection is gone
};

}  // namespace belfry::edge
