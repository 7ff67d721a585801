#include "net/socket.hpp"

#include "base/file_descriptor.hpp"
#include "net/native_address.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace belfry::net {

namespace asio = boost::asio;

namespace {

// Up to 256 KiB at a time of one connection.
constexpr int kReadsInARow = 16;

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK;
}

NetError connect_error(int error) {
  switch (error) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:  // no local port left
      return NetError::OutOfResources;
    case ETIMEDOUT:
      return NetError::DeadlineExceeded;
    default:
      return NetError::Refused;
  }
}

}  // namespace

std::string_view to_string(NetError error) {
  switch (error) {
    case NetError::Closed:
      return "closed";
    case NetError::DeadlineExceeded:
      return "deadline_exceeded";
    case NetError::Refused:
      return "refused";
    case NetError::OutOfResources:
      return "out_of_resources";
    case NetError::TlsFailed:
      return "tls_failed";
  }
  return "";
}

Socket::Socket(Native native, base::TimerWheel& wheel)
    : native_{std::move(native)},
      wheel_{wheel},
      read_deadline_{wheel,
                     [this] {
                       read_expired_ = true;
                       boost::system::error_code ignored;
                       native_.cancel(ignored);
                     }},
      write_deadline_{wheel, [this] {
                        write_expired_ = true;
                        boost::system::error_code ignored;
                        native_.cancel(ignored);
                      }} {
  boost::system::error_code ignored;
  native_.native_non_blocking(true, ignored);
  const int on = 1;
  ::setsockopt(native_.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // not TCP: fails, and may
}

void Socket::read_within(std::chrono::milliseconds time) {
  read_expired_ = false;
  read_deadline_.arm(time);
}

void Socket::write_within(std::chrono::milliseconds time) {
  write_expired_ = false;
  write_deadline_.arm(time);
}

void Socket::no_read_deadline() {
  read_expired_ = false;
  read_deadline_.disarm();
}

void Socket::no_write_deadline() {
  write_expired_ = false;
  write_deadline_.disarm();
}

Awaitable<void> Socket::wait_readable() {
  return wait(Direction::Read);
}
Awaitable<void> Socket::wait_writable() {
  return wait(Direction::Write);
}

Awaitable<void> Socket::wait(Direction direction) {
  const bool& expired = direction == Direction::Read ? read_expired_ : write_expired_;
  for (;;) {
    if (stopped_) co_return std::unexpected(NetError::Closed);
    if (expired) co_return std::unexpected(NetError::DeadlineExceeded);
    boost::system::error_code error;
    co_await native_.async_wait(direction == Direction::Read ? Native::wait_read : Native::wait_write,
                                asio::redirect_error(asio::use_awaitable, error));
    if (!error) co_return NetResult<void>{};
    // Cancelling ends the waits of both directions: whoever was not meant waits on.
    if (error != asio::error::operation_aborted) co_return std::unexpected(NetError::Closed);
  }
}

asio::awaitable<void> Socket::take_turns() {
  if (++reads_in_a_row_ < kReadsInARow) co_return;
  reads_in_a_row_ = 0;
  co_await asio::post(native_.get_executor(), asio::use_awaitable);
}

Awaitable<std::size_t> Socket::read(base::Buffer* into, std::size_t most) {
  if (likely_more_) co_await take_turns();
  for (;;) {
    if (read_expired_) co_return std::unexpected(NetError::DeadlineExceeded);
    if (!likely_more_) {
      into->release_if_empty();
      if (auto ready = co_await wait_readable(); !ready) co_return std::unexpected(ready.error());
    }
    if (stopped_) co_return std::unexpected(NetError::Closed);
    auto room = into->room();
    room = room.first(std::min(room.size(), most));
    const ssize_t got = ::recv(descriptor(), room.data(), room.size(), 0);
    if (got >= 0) {
      into->commit(static_cast<std::size_t>(got));
      likely_more_ = static_cast<std::size_t>(got) == room.size();
      co_return static_cast<std::size_t>(got);
    }
    likely_more_ = false;
    if (errno == EINTR) continue;
    if (!would_block(errno)) co_return std::unexpected(NetError::Closed);
  }
}

Attempt Socket::try_write(base::Buffer* piece) {
  while (!piece->empty()) {
    if (stopped_) return Attempt::Broken;
    const auto bytes = piece->view();
    const ssize_t sent = ::send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      piece->consume(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno == EINTR) continue;
    return would_block(errno) ? Attempt::Blocked : Attempt::Broken;
  }
  return Attempt::Done;
}

Awaitable<void> Socket::write(base::Buffer piece) {
  for (;;) {
    switch (try_write(&piece)) {
      case Attempt::Done:
        co_return NetResult<void>{};
      case Attempt::Broken:
        co_return std::unexpected(NetError::Closed);
      case Attempt::Blocked:
        if (auto ready = co_await wait_writable(); !ready) co_return ready;
    }
  }
}

void Socket::stop() {
  stopped_ = true;
  boost::system::error_code ignored;
  native_.cancel(ignored);
}

void Socket::shutdown_send() {
  ::shutdown(descriptor(), SHUT_WR);
}

bool Socket::is_stale() {
  if (stopped_) return true;
  char byte = 0;
  const ssize_t got = ::recv(descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || !would_block(errno);
}

boost::asio::awaitable<NetResult<std::unique_ptr<Socket>>> dial(asio::any_io_executor executor, base::TimerWheel* wheel,
                                                                base::Endpoint endpoint,
                                                                std::chrono::milliseconds within) {
  const NativeAddress address = to_native(endpoint);
  base::FileDescriptor owned{::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!owned) co_return std::unexpected(connect_error(errno));  // EAFNOSUPPORT, where IPv6 is switched off
  Socket::Native native{executor};
  boost::system::error_code error;
  native.assign({address.storage.ss_family, IPPROTO_TCP}, owned.get(), error);
  if (error) co_return std::unexpected(NetError::OutOfResources);
  const int descriptor = owned.release();
  auto socket = std::make_unique<Socket>(std::move(native), *wheel);
  if (::connect(descriptor, address.get(), address.size) != 0) {
    if (errno != EINPROGRESS) co_return std::unexpected(connect_error(errno));
    socket->write_within(within);
    if (auto ready = co_await socket->wait_writable(); !ready) co_return std::unexpected(ready.error());
    int failed = 0;
    socklen_t size = sizeof failed;
    ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failed, &size);
    if (failed != 0) co_return std::unexpected(connect_error(failed));
    socket->no_write_deadline();
  }
  co_return socket;
}

}  // namespace belfry::net
