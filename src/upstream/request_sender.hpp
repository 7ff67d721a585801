#pragma once

// The request's way to the application: the head and the first piece of body in one write, then piece by piece as the
// client sends it and the application takes it.

#include "base/buffer.hpp"
#include "net/socket.hpp"
#include "upstream/passage.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>

namespace belfry::upstream {

class RequestSender {
 public:
  // `passage` outlives it.
  explicit RequestSender(Passage* passage);

  // Whether there is a body to read at all.
  bool has_body() const { return has_body_; }
  // Reads the first piece from the client, ahead of begin(); nothing where there is no body.
  boost::asio::awaitable<Outcome<void>> read_first_piece();
  // Writes the head with that piece. Afterwards passage->request_sent says whether that was all.
  net::Awaitable<void> begin();
  // Writes the rest while the response is read. Where the client fails it says so in the passage and ends the waiting
  // for the application; where the application takes no more it leaves the last word to the response.
  boost::asio::awaitable<void> send_rest();

 private:
  boost::asio::awaitable<Outcome<void>> read_piece();
  bool fill(base::Buffer& out);
  net::Awaitable<void> flush(base::Buffer out);
  void give_up(net::NetError error);

  Passage* passage_;
  bool has_body_;
  bool chunked_;
  std::uint64_t remaining_ = 0;  // of a body of known length, not yet read from the client
  bool body_read_ = false;       // the client's body has ended
  base::Buffer piece_;           // read, not yet written
};

}  // namespace belfry::upstream
