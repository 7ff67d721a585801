#include "net/client_connection.hpp"

#include "net/native_address.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace belfry::net {

namespace {

NetError error_of(int error) {
  switch (error) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return NetError::OutOfResources;
    case EPIPE:
    case ECONNRESET:
      return NetError::Closed;
    default:
      return NetError::Refused;
  }
}

// Waits until one of `events` is there.
NetResult<void> wait_for(int socket, short events, const base::Clock& clock, base::SteadyTime until) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock.steady_now()).count();
    if (left <= 0) return std::unexpected{NetError::DeadlineExceeded};
    pollfd watched{.fd = socket, .events = events, .revents = 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return std::unexpected{error_of(errno)};
  }
}

// The proxy-protocol document, section 2.1: the line of a proxied connection.
std::string proxy_header(const Way& way) {
  const base::IpAddress source = way.source.value_or(base::IpAddress::v4(0x7f000001));
  // One line speaks of one family; who is meant as destination is looked at by nobody.
  const std::string destination = source.is_v4() ? "127.0.0.1" : "::1";
  return std::string{source.is_v4() ? "PROXY TCP4 " : "PROXY TCP6 "} + source.to_string() + ' ' + destination +
         " 1024 443\r\n";
}

NetResult<base::FileDescriptor> connect_tcp(const Way& way, const base::Clock& clock, base::SteadyTime until) {
  NativeAddress peer = to_native(way.endpoint);
  base::FileDescriptor socket{::socket(peer.get()->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!socket) return std::unexpected{error_of(errno)};
  if (way.source) {
    NativeAddress own = to_native({.address = *way.source, .port = 0});
    if (::bind(socket.get(), own.get(), own.size) != 0) return std::unexpected{error_of(errno)};
  }
  if (::connect(socket.get(), peer.get(), peer.size) == 0) return socket;
  if (errno != EINPROGRESS) return std::unexpected{error_of(errno)};
  if (auto waited = wait_for(socket.get(), POLLOUT, clock, until); !waited) return std::unexpected{waited.error()};
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return std::unexpected{error_of(error)};
  return socket;
}

}  // namespace

NetResult<base::FileDescriptor> connect_private_socket(const Way& way) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& path = way.socket.native();
  if (path.size() >= sizeof address.sun_path) return std::unexpected{NetError::Refused};
  std::memcpy(address.sun_path, path.data(), path.size());
  base::FileDescriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!socket) return std::unexpected{error_of(errno)};
  const timeval patience{.tv_sec = 1, .tv_usec = 0};
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0 ||
      ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return std::unexpected{error_of(errno)};
  }
  const std::string header = proxy_header(way);
  // A hundred bytes into an empty buffer: all or nothing.
  if (::send(socket.get(), header.data(), header.size(), MSG_NOSIGNAL) != std::ssize(header)) {
    return std::unexpected{error_of(errno)};
  }
  const int flags = ::fcntl(socket.get(), F_GETFL);
  if (flags < 0 || ::fcntl(socket.get(), F_SETFL, flags | O_NONBLOCK) != 0) return std::unexpected{error_of(errno)};
  return socket;
}

NetResult<ClientConnection> ClientConnection::open(const Way& way, const base::Clock& clock, base::SteadyTime until) {
  auto socket = way.socket.empty() ? connect_tcp(way, clock, until) : connect_private_socket(way);
  if (!socket) return std::unexpected{socket.error()};
  return ClientConnection{std::move(*socket), clock, until};
}

NetResult<void> ClientConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (auto waited = wait_for(socket_.get(), POLLOUT, *clock_, until_); !waited) return waited;
    } else if (errno != EINTR) {
      return std::unexpected{error_of(errno)};
    }
  }
  return {};
}

NetResult<std::string> ClientConnection::receive(std::size_t most) {
  std::string bytes(most, '\0');
  for (;;) {
    if (auto waited = wait_for(socket_.get(), POLLIN, *clock_, until_); !waited) {
      return std::unexpected{waited.error()};
    }
    const ssize_t got = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (got >= 0) {
      bytes.resize(static_cast<std::size_t>(got));
      return bytes;
    }
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return std::unexpected{error_of(errno)};
  }
}

}  // namespace belfry::net
