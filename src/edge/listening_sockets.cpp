#include "edge/listening_sockets.hpp"

#include "net/native_address.hpp"

#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace belfry::edge {

namespace {

// Connections that the kernel holds for us while a worker is busy.
constexpr int kBacklog = 4096;

ListenError error_of(const base::Endpoint& endpoint, int error) {
  std::string message = "cannot listen on " + endpoint.to_string() + ": ";
  switch (error) {
    case EADDRINUSE:
      message += "another program listens there; stop it, or choose another address with [site] listen";
      break;
    case EACCES:
    case EPERM:
      message += "not permitted; ports below 1024 need root or CAP_NET_BIND_SERVICE, or choose a higher port";
      break;
    case EADDRNOTAVAIL:
      message += "this machine has no such address";
      break;
    case EAFNOSUPPORT:
      message += "this machine has no IPv6";
      break;
    default:
      message += std::strerror(error);
  }
  return {endpoint, error, std::move(message)};
}

// A bound and listening socket, or its errno.
std::expected<base::FileDescriptor, int> open_one(const base::Endpoint& endpoint) {
  const net::NativeAddress address = net::to_native(endpoint);
  base::FileDescriptor socket{
      ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP)};
  if (!socket) return std::unexpected(errno);
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) return std::unexpected(errno);
  if (!endpoint.address.is_v4()) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(socket.get(), address.get(), address.size) != 0) return std::unexpected(errno);
  if (::listen(socket.get(), kBacklog) != 0) return std::unexpected(errno);
  return socket;
}

// SO_REUSEPORT would let a second Belfry of the same user share the port, and each would get half of the connections:
// one bind without it tells whether somebody is there.
int probe(const base::Endpoint& endpoint) {
  const net::NativeAddress address = net::to_native(endpoint);
  const base::FileDescriptor socket{::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP)};
  if (!socket) return errno;
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!endpoint.address.is_v4()) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  return ::bind(socket.get(), address.get(), address.size) == 0 ? 0 : errno;
}

}  // namespace

bool ListenError::no_such_family() const {
  return error == EAFNOSUPPORT || (error == EADDRNOTAVAIL && !endpoint.address.is_v4());
}

std::expected<ListeningSockets, ListenError> listen_on(base::Endpoint endpoint, std::size_t workers) {
  if (const int error = probe(endpoint); error != 0) return std::unexpected(error_of(endpoint, error));
  ListeningSockets listening{endpoint, {}};
  for (std::size_t worker = 0; worker < workers; ++worker) {
    auto socket = open_one(listening.endpoint);
    if (!socket) return std::unexpected(error_of(listening.endpoint, socket.error()));
    net::NativeAddress bound;
    if (::getsockname(socket->get(), bound.get(), &bound.size) != 0) {
      return std::unexpected(error_of(listening.endpoint, errno));
    }
    listening.endpoint.port = net::from_native(bound).value_or(listening.endpoint).port;
    listening.sockets.push_back(std::move(*socket));
  }
  return listening;
}

std::expected<base::FileDescriptor, std::string> listen_privately(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& name = path.native();
  if (name.size() >= sizeof address.sun_path) {
    return std::unexpected{"cannot listen on " + name +
                           ": the path is longer than the 107 bytes that a socket may have"};
  }
  std::memcpy(address.sun_path, name.data(), name.size());
  base::FileDescriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  ::unlink(name.c_str());
  if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(name.c_str(), S_IRUSR | S_IWUSR) != 0 || ::listen(socket.get(), kBacklog) != 0) {
    return std::unexpected{"cannot listen on " + name + ": " + std::strerror(errno)};
  }
  return socket;
}

}  // namespace belfry::edge
