#pragma once

// HTTP/1.1 on one connection: request after request, in order, each answered whole before the next is read
// (pipelined ones wait in the buffer, or in the kernel). What cannot be read as a request is answered by the site's
// refusal and ends the connection: where one message's end is unclear, the next one's beginning is too.

#include "base/buffer.hpp"
#include "edge/session.hpp"
#include "http/head_parser.hpp"
#include "net/tls_stream.hpp"

#include <memory>

namespace belfry::edge {

class Http1Exchange;

class Http1Session final : public Session {
 public:
  Http1Session(std::unique_ptr<net::TlsStream> stream, http::Client client, Surroundings surroundings);
  ~Http1Session() override;

  boost::asio::awaitable<void> run() override;
  void drain() override;
  void stop() override;

 private:
  friend class Http1Exchange;

  enum class HeadOutcome : std::uint8_t { Complete, Ended, Refused };
  boost::asio::awaitable<HeadOutcome> read_head();
  boost::asio::awaitable<void> refuse(EdgeRefusal refusal);
  // Answers one request; false if the connection ends behind it.
  boost::asio::awaitable<bool> serve(http::ParsedRequest parsed);
  // Waits a little for the client to read the last response: closing on unread bytes would reset the connection and
  // could take the response from it (RFC 9112, section 9.6).
  boost::asio::awaitable<void> linger();

  std::unique_ptr<net::TlsStream> stream_;
  http::Client client_;
  Surroundings surroundings_;
  http::RequestParser parser_;
  base::Buffer input_;
  bool idle_ = true;
  bool draining_ = false;
};

}  // namespace belfry::edge
