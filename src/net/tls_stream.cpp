#include "net/tls_stream.hpp"

#include <openssl/err.h>

#include <cerrno>
#include <new>

namespace belfry::net {

namespace {

// SSL_get_error() looks at the thread's queue. Clearing one that is empty, as it nearly always is, walks through all of
// it.
void clear_errors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

}  // namespace

TlsStream::TlsStream(std::unique_ptr<Socket> socket, SSL_CTX* context)
    : socket_{std::move(socket)}, ssl_{SSL_new(context)} {
  if (ssl_ == nullptr || SSL_set_fd(ssl_.get(), socket_->descriptor()) != 1) throw std::bad_alloc{};
  SSL_set_accept_state(ssl_.get());
}

TlsStream::~TlsStream() = default;

Awaitable<void> TlsStream::wait_for(int wanted) {
  if (wanted == SSL_ERROR_WANT_READ) return socket_->wait_readable();
  return socket_->wait_writable();
}

Awaitable<void> TlsStream::handshake() {
  for (;;) {
    if (socket_->stopped()) co_return std::unexpected(NetError::Closed);
    clear_errors();
    const int result = SSL_accept(ssl_.get());
    if (result == 1) co_return NetResult<void>{};
    const int wanted = SSL_get_error(ssl_.get(), result);
    if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE) {
      broken_ = true;
      co_return std::unexpected(wanted == SSL_ERROR_SSL ? NetError::TlsFailed : NetError::Closed);
    }
    if (auto ready = co_await wait_for(wanted); !ready) co_return ready;
  }
}

Awaitable<std::size_t> TlsStream::read(base::Buffer* into) {
  bool try_first = likely_more_ || has_pending();
  if (try_first) co_await socket_->take_turns();
  for (;;) {
    if (socket_->read_expired()) co_return std::unexpected(NetError::DeadlineExceeded);
    if (!try_first) {
      into->release_if_empty();
      if (auto ready = co_await socket_->wait_readable(); !ready) co_return std::unexpected(ready.error());
    }
    if (socket_->stopped()) co_return std::unexpected(NetError::Closed);
    const auto room = into->room();
    clear_errors();
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), room.data(), room.size(), &got);
    if (result == 1) {
      into->commit(got);
      // A full record is seldom alone: the next read tries before it waits.
      likely_more_ = got >= base::Buffer::kCapacity / 2;
      co_return got;
    }
    likely_more_ = false;
    const int wanted = SSL_get_error(ssl_.get(), result);
    if (wanted == SSL_ERROR_ZERO_RETURN) co_return std::size_t{0};
    if (wanted == SSL_ERROR_WANT_WRITE) {
      // A key update that must be answered (RFC 8446, section 4.6.3) before reading goes on.
      if (auto ready = co_await socket_->wait_writable(); !ready) co_return std::unexpected(ready.error());
      try_first = true;
      continue;
    }
    if (wanted != SSL_ERROR_WANT_READ) {
      broken_ = true;
      co_return std::unexpected(wanted == SSL_ERROR_SSL ? NetError::TlsFailed : NetError::Closed);
    }
    try_first = false;
  }
}

Attempt TlsStream::try_write(base::Buffer* piece) {
  while (!piece->empty()) {
    if (socket_->stopped() || broken_) return Attempt::Broken;
    const auto bytes = piece->view();
    clear_errors();
    std::size_t sent = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
    if (result == 1) {
      piece->consume(sent);
      continue;
    }
    // There is no renegotiation, so a write never waits to read.
    if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_WRITE) return Attempt::Blocked;
    broken_ = true;
    return Attempt::Broken;
  }
  return Attempt::Done;
}

Awaitable<void> TlsStream::write(base::Buffer piece) {
  for (;;) {
    switch (try_write(&piece)) {
      case Attempt::Done:
        co_return NetResult<void>{};
      case Attempt::Broken:
        co_return std::unexpected(NetError::Closed);
      case Attempt::Blocked:
        if (auto ready = co_await socket_->wait_writable(); !ready) co_return ready;
    }
  }
}

void TlsStream::close() {
  if (closed_) return;
  closed_ = true;
  // After a fatal error OpenSSL must not be asked to say anything more.
  if (!broken_ && !socket_->stopped() && SSL_is_init_finished(ssl_.get()) == 1) {
    clear_errors();
    SSL_shutdown(ssl_.get());
  }
  socket_->shutdown_send();
}

std::string_view TlsStream::protocol() const {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string_view TlsStream::version() const {
  return SSL_get_version(ssl_.get());
}

bool TlsStream::has_pending() const {
  return SSL_has_pending(ssl_.get()) == 1;
}

}  // namespace belfry::net
