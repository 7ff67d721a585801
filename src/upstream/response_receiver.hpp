#pragma once

// The response's way back: its head read strictly and handed on together with what came of the body, then piece by
// piece, each read only after the client has taken the one before.

#include "base/buffer.hpp"
#include "http/chunked.hpp"
#include "http/head_parser.hpp"
#include "upstream/passage.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>

namespace belfry::upstream {

class ResponseReceiver {
 public:
  // 100, 102 and 103 responses before the final one, inclusive.
  static constexpr int kInterimLimit = 16;

  // `passage` outlives it. `asks_for_tunnel`: the request was a WebSocket handshake.
  ResponseReceiver(Passage* passage, bool asks_for_tunnel);

  // The head of the final response; interim ones were passed on.
  boost::asio::awaitable<Outcome<void>> read_head();
  // Whether the application agreed to a tunnel: then take_head() and take_rest() are for that.
  bool is_tunnel() const { return parsed_.head.status == 101; }
  http::ResponseHead take_head() { return std::move(parsed_.head); }
  base::Buffer take_rest() { return std::move(buffer_); }

  // Head and body to the client. Where the connection can be used again it is given back as soon as the response was
  // read, before the last of it is sent: the application need not wait for a slow client.
  boost::asio::awaitable<Outcome<void>> relay_body();

  // read_head() and relay_body() in one, with the outcome in `outcome`.
  boost::asio::awaitable<void> receive(Outcome<void>* outcome);

 private:
  enum class Framing : std::uint8_t { None, Counted, Chunked, UntilClose };

  boost::asio::awaitable<Outcome<void>> pass_interim(http::ResponseHead head);
  boost::asio::awaitable<Outcome<base::Buffer>> next_piece();
  Outcome<base::Buffer> take_piece();
  boost::asio::awaitable<Outcome<void>> send_last(base::Buffer piece);
  void choose_framing();
  void release_connection();

  Passage* passage_;
  bool asks_for_tunnel_;
  http::ResponseParser parser_;
  http::ParsedResponse parsed_;
  base::Buffer buffer_;  // read, not yet passed on
  Framing framing_ = Framing::None;
  std::uint64_t remaining_ = 0;  // Counted: not yet passed on
  bool ended_ = false;           // the whole response was read
  http::ChunkedDecoder decoder_;
};

}  // namespace belfry::upstream
