#include "edge/listener.hpp"

#include "edge/http1_session.hpp"
#include "edge/http2_session.hpp"
#include "edge/proxy_protocol.hpp"
#include "net/native_address.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace belfry::edge {

namespace asio = boost::asio;

namespace {

// Taken off the kernel's queue at once, before those that are open get their turn again.
constexpr int kAcceptBatch = 64;
constexpr std::chrono::milliseconds kPause{200};
// At the limit, clients who come and go make it pause again and again: they must not fill the log by it.
constexpr std::chrono::minutes kSayAgain{1};
// Of a client's first bytes, what is looked at ahead of TLS.
constexpr std::size_t kPeeked = 4096;

bool is_listed(const std::vector<base::AddressRange>& ranges, const base::IpAddress& address) {
  return std::ranges::any_of(ranges, [&](const base::AddressRange& range) { return range.contains(address); });
}

// Errors of accept(2) that are the connection's own: it is gone before it was taken.
bool concerns_one_connection(int error) {
  return error == ECONNABORTED || error == EINTR || error == EPROTO || error == EPERM || error == ENETDOWN ||
         error == EHOSTUNREACH || error == ENETUNREACH || error == EHOSTDOWN || error == ENOPROTOOPT;
}

}  // namespace

Listener::Listener(ListenerParts parts, base::FileDescriptor listening, ListenOptions options)
    : parts_{std::move(parts)},
      options_{std::move(options)},
      listening_{parts_.executor, listening.release()},
      // One more for the loop that accepts.
      tasks_{parts_.executor, parts_.connections + 1},
      resume_{parts_.executor},
      pause_{parts_.surroundings.wheel, [this] { resume_.set(); }},
      refused_{parts_.metrics, record::ReasonFamily::ConnectionsRefused},
      failed_handshakes_{parts_.metrics, record::ReasonFamily::HandshakeFailures},
      open_{parts_.metrics.connections_open()},
      accepted_{parts_.metrics.connections_accepted()} {}

Listener::~Listener() = default;

void Listener::start() {
  if (!tasks_.spawn(accept_loop())) throw std::logic_error{"a listener is started once"};
}

void Listener::drain() {
  draining_ = true;
  boost::system::error_code ignored;
  listening_.close(ignored);
  resume_.set();
  for (const Connection& connection : connections_) {
    if (connection.session != nullptr) connection.session->drain();
  }
}

void Listener::stop() {
  for (const Connection& connection : connections_) {
    if (connection.session != nullptr) {
      connection.session->stop();
    } else if (connection.socket != nullptr) {
      connection.socket->stop();
    }
  }
}

asio::awaitable<void> Listener::join() {
  return tasks_.join();
}

asio::awaitable<void> Listener::accept_loop() {
  while (!draining_) {
    boost::system::error_code error;
    co_await listening_.async_wait(asio::posix::stream_descriptor::wait_read,
                                   asio::redirect_error(asio::use_awaitable, error));
    for (int taken = 0; !draining_ && taken < kAcceptBatch; ++taken) {
      net::NativeAddress native;
      base::FileDescriptor socket{
          ::accept4(listening_.native_handle(), native.get(), &native.size, SOCK_NONBLOCK | SOCK_CLOEXEC)};
      if (socket) {
        // The peer of a Unix socket has no address but the one that its header names.
        const auto peer = parts_.is_private ? std::optional{base::Endpoint{base::IpAddress::v4(INADDR_LOOPBACK), 0}}
                                            : net::from_native(native);
        if (peer) accepted(std::move(socket), *peer);
        continue;
      }
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      if (concerns_one_connection(errno)) continue;
      co_await pause(errno == EMFILE || errno == ENFILE ? "no file descriptor is left" : "the kernel has no memory");
      break;
    }
  }
}

asio::awaitable<void> Listener::pause(std::string_view why) {
  const base::SteadyTime now = parts_.surroundings.wheel.now();
  if (!said_ || now - *said_ >= kSayAgain) {
    parts_.log.warning("accepting pauses", {{"why", why}, {"connections", connections_.size()}});
    said_ = now;
  }
  pause_.arm(kPause);
  co_await resume_.wait();
}

bool Listener::names_client(const base::Endpoint& peer) const {
  return parts_.is_private || (options_.proxy_protocol && is_listed(options_.trusted_proxies, peer.address));
}

// A proxy's connections are many clients', and its own among them (health checks) must not fail for their number.
std::uint32_t Listener::cap_of(const base::IpAddress& address) const {
  return is_listed(options_.trusted_proxies, address) ? ConnectionLimit::kNoCap : options_.connections_per_address;
}

void Listener::accepted(base::FileDescriptor socket, base::Endpoint peer) {
  // Behind a proxy's header stands somebody else; that address is the one that counts.
  const bool by_proxy = names_client(peer);
  if (!by_proxy && !parts_.surroundings.site.admit(peer.address)) return refused_.count("blocked_address");
  auto lease = parts_.limit.acquire(peer.address, by_proxy ? ConnectionLimit::kNoCap : cap_of(peer.address));
  if (!lease) return refused_.count("too_many_connections");
  net::Socket::Native native{parts_.executor};
  boost::system::error_code error;
  const net::Socket::Native::protocol_type tcp{peer.address.is_v4() ? AF_INET : AF_INET6, IPPROTO_TCP};
  native.assign(parts_.is_private ? net::Socket::Native::protocol_type{AF_UNIX, 0} : tcp, socket.get(), error);
  if (error) return refused_.count("out_of_resources");
  (void)socket.release();  // `native` owns it now
  auto task =
      serve(std::make_unique<net::Socket>(std::move(native), parts_.surroundings.wheel), peer, std::move(*lease));
  if (!tasks_.spawn(std::move(task))) return refused_.count("listener_full");
  accepted_.add();
}

asio::awaitable<void> Listener::serve(std::unique_ptr<net::Socket> socket, base::Endpoint peer,
                                      [[maybe_unused]] ConnectionLimit::Lease held) {
  open_.add(1);
  const auto place = connections_.insert(connections_.end(), {.socket = socket.get()});
  if (names_client(peer)) {
    co_await serve_behind_proxy(std::move(socket), peer, &*place);
  } else {
    co_await serve_tls(std::move(socket), peer, &*place);
  }
  connections_.erase(place);
  open_.add(-1);
}

asio::awaitable<void> Listener::serve_behind_proxy(std::unique_ptr<net::Socket> socket, base::Endpoint peer,
                                                   Connection* connection) {
  const auto client = co_await read_proxy_header(socket.get(), peer);
  if (!client) {
    refused_.count("proxy_header");
    co_return;
  }
  if (!parts_.surroundings.site.admit(client->address)) {
    refused_.count("blocked_address");
    co_return;
  }
  const auto lease = parts_.limit.acquire(client->address, cap_of(client->address));
  if (!lease) {
    refused_.count("too_many_connections");
    co_return;
  }
  co_await serve_tls(std::move(socket), *client, connection);
}

asio::awaitable<std::optional<base::Endpoint>> Listener::read_proxy_header(net::Socket* socket, base::Endpoint peer) {
  socket->read_within(parts_.surroundings.limits.proxy_header);
  base::Buffer header;
  for (;;) {
    const auto progress = parse_proxy_header(header.view());
    if (!progress) co_return std::nullopt;
    // LOCAL and UNKNOWN: the proxy speaks for itself.
    if (progress->complete()) co_return progress->source.value_or(peer);
    // Not a byte more than the header's: what follows is TLS's.
    const auto got = co_await socket->read(&header, progress->missing);
    if (!got || *got == 0) co_return std::nullopt;
  }
}

asio::awaitable<bool> Listener::answered_ahead_of_tls(net::Socket* socket) {
  std::array<char, kPeeked> bytes;
  const ssize_t got = ::recv(socket->descriptor(), bytes.data(), bytes.size(), MSG_PEEK);
  if (got <= 0) co_return true;
  const auto answer = parts_.first_bytes({bytes.data(), static_cast<std::size_t>(got)});
  if (!answer) co_return false;
  // What was looked at is taken off the socket too: closing with bytes unread would be a reset, and lose the answer.
  (void)::recv(socket->descriptor(), bytes.data(), bytes.size(), 0);
  (void)co_await socket->write(base::Buffer::copy_of(*answer));
  socket->shutdown_send();
  co_return true;
}

asio::awaitable<void> Listener::serve_tls(std::unique_ptr<net::Socket> socket, base::Endpoint client,
                                          Connection* connection) {
  socket->read_within(parts_.surroundings.limits.handshake);
  socket->write_within(parts_.surroundings.limits.handshake);
  // The client speaks first: one that says nothing costs no TLS.
  if (const auto spoken = co_await socket->wait_readable(); !spoken) {
    failed_handshakes_.count(net::to_string(spoken.error()));
    co_return;
  }
  if (parts_.first_bytes != nullptr && co_await answered_ahead_of_tls(socket.get())) co_return;
  auto stream = std::make_unique<net::TlsStream>(std::move(socket), parts_.tls.native());
  if (const auto shaken = co_await stream->handshake(); !shaken) {
    failed_handshakes_.count(net::to_string(shaken.error()));
    co_return;
  }
  stream->socket().no_read_deadline();
  stream->socket().no_write_deadline();
  const http::Client who{.endpoint = client, .tls_version = stream->version()};
  Surroundings surroundings = parts_.surroundings;
  // A proxy's streams are many clients', like its connections.
  if (is_listed(options_.trusted_proxies, client.address)) surroundings.streams_per_address = ConnectionLimit::kNoCap;
  std::unique_ptr<Session> session;
  if (stream->protocol() == "h2") {
    session = std::make_unique<Http2Session>(parts_.executor, std::move(stream), who, surroundings);
  } else {
    session = std::make_unique<Http1Session>(std::move(stream), who, surroundings);
  }
  connection->session = session.get();
  if (draining_) session->drain();
  co_await session->run();
  connection->session = nullptr;
  connection->socket = nullptr;
}

}  // namespace belfry::edge
