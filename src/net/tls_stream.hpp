#pragma once

// The server's end of a TLS connection: OpenSSL driven over a non-blocking socket. An idle connection holds no buffer
// (the context sets SSL_MODE_RELEASE_BUFFERS), one read() costs one system call and one write() one record and one
// system call, as long as the socket takes it.
//
// One thread. At most one read and one write are under way at a time; they may be at the same time.

#include "base/buffer.hpp"
#include "net/net_error.hpp"
#include "net/socket.hpp"

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string_view>

namespace belfry::net {

class TlsStream {
 public:
  // Of the contexts of `edge`: read-ahead, partial writes and moving buffers are set there. Takes a reference on it.
  TlsStream(std::unique_ptr<Socket> socket, SSL_CTX* context);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  // The caller sets the socket's deadlines, here and below.
  Awaitable<void> handshake();
  // The next bytes of plaintext, into the room of `into`; how many. 0: the peer closed the stream in order.
  Awaitable<std::size_t> read(base::Buffer* into);
  Awaitable<void> write(base::Buffer piece);
  // As much of `piece` as the socket takes at once; what was taken is consumed. After Blocked, go on with the same
  // bytes.
  Attempt try_write(base::Buffer* piece);
  // Says close_notify (RFC 8446, section 6.1) if the socket takes it at once, then FIN. On a socket that was stopped,
  // FIN alone: the peer can tell a stream that was cut from one that ended. A second call does nothing.
  void close();

  // "h2", "http/1.1", or empty where the client offered nothing.
  std::string_view protocol() const;
  std::string_view version() const;  // "TLSv1.3"; static text
  // Whether bytes that have come are still held inside.
  bool has_pending() const;
  Socket& socket() { return *socket_; }
  const Socket& socket() const { return *socket_; }

 private:
  // After a call of OpenSSL that did not succeed: waits for what it wants. An error if it wants nothing.
  Awaitable<void> wait_for(int wanted);

  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  std::unique_ptr<Socket> socket_;
  std::unique_ptr<SSL, Free> ssl_;
  bool likely_more_ = false;
  bool broken_ = false;
  bool closed_ = false;
};

}  // namespace belfry::net
