#pragma once

// One listening socket of one worker, and every connection that came in by it: accepted, counted against its address,
// looked up in the blocklist, taken through TLS, and served by the session that it negotiated.
//
// All on the worker's thread.

#include "base/event.hpp"
#include "base/file_descriptor.hpp"
#include "base/task_group.hpp"
#include "edge/connection_limit.hpp"
#include "edge/session.hpp"
#include "edge/tls_context.hpp"
#include "net/socket.hpp"
#include "record/log.hpp"
#include "record/metrics.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::edge {

// Looks at the first bytes of a connection before TLS does: what it gives is sent instead, and the connection closed.
// With nothing, TLS begins.
using FirstBytes = std::optional<std::string> (*)(std::string_view bytes);

// What listeners share, beside what their sessions do. All of it outlives them.
struct ListenerParts {
  boost::asio::any_io_executor executor;
  Surroundings surroundings;
  TlsContext& tls;
  ConnectionLimit& limit;
  record::Metrics& metrics;
  record::Log& log;
  std::size_t connections;  // open at a time by this listener, inclusive
  // A Unix socket of our own processes: whoever comes speaks the PROXY protocol, and must.
  bool is_private = false;
  // None in belfry: TLS is all that is spoken. The twin of the drill that tries plaintext has one.
  FirstBytes first_bytes = nullptr;
};

class Listener {
 public:
  Listener(ListenerParts parts, base::FileDescriptor listening, ListenOptions options);
  // join() first.
  ~Listener();

  void start();
  // For connections that come from now on.
  void use(ListenOptions options) { options_ = std::move(options); }
  // No more connections; sessions end when they are idle.
  void drain();
  // Ends every connection.
  void stop();
  boost::asio::awaitable<void> join();

 private:
  // A connection, from its accept to its end.
  struct Connection {
    net::Socket* socket = nullptr;
    Session* session = nullptr;
  };

  boost::asio::awaitable<void> accept_loop();
  // Whether the peer says by a PROXY protocol header for whom it comes.
  bool names_client(const base::Endpoint& peer) const;
  // Waits for what may have passed: another connection's end, or the kernel's memory.
  boost::asio::awaitable<void> pause(std::string_view why);
  std::uint32_t cap_of(const base::IpAddress& address) const;
  void accepted(base::FileDescriptor socket, base::Endpoint peer);
  boost::asio::awaitable<void> serve(std::unique_ptr<net::Socket> socket, base::Endpoint peer,
                                     ConnectionLimit::Lease held);
  // Under the address that the proxy names, which meets what a peer's own meets at accept.
  boost::asio::awaitable<void> serve_behind_proxy(std::unique_ptr<net::Socket> socket, base::Endpoint peer,
                                                  Connection* connection);
  boost::asio::awaitable<void> serve_tls(std::unique_ptr<net::Socket> socket, base::Endpoint client,
                                         Connection* connection);
  // Whether `first_bytes` has answered the client, or it went away before it said anything.
  boost::asio::awaitable<bool> answered_ahead_of_tls(net::Socket* socket);
  // Reads the PROXY protocol's header off the socket; the client that it names, or nothing where it is no good.
  boost::asio::awaitable<std::optional<base::Endpoint>> read_proxy_header(net::Socket* socket, base::Endpoint peer);

  ListenerParts parts_;
  ListenOptions options_;
  boost::asio::posix::stream_descriptor listening_;
  base::TaskGroup tasks_;
  base::Event resume_;
  base::Deadline pause_;
  std::list<Connection> connections_;
  record::ReasonCounters refused_;
  record::ReasonCounters failed_handshakes_;
  record::Gauge open_;
  record::Counter accepted_;
  bool draining_ = false;
  std::optional<base::SteadyTime> said_;  // when the log was last told of a pause
};

}  // namespace belfry::edge
