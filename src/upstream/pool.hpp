#pragma once

// The connections to the application behind: kept alive between requests, one pool a worker, all of fixed size. The
// connection that was used last is used next, so that what is not needed falls idle and is closed.
//
// An idle connection is looked at right before it is handed over (one system call, which does not wait): one that the
// application closed is of no use, and what lies on it unasked for, say the body of a response that must have none,
// would be taken for the answer to the next request, which may be somebody else's. What comes later than the look can't
// be told from an answer; for a connection that closes then there is the relay's retry rule.
//
// One thread. A Lease must not outlive its Pool.

#include "base/ip_address.hpp"
#include "base/timer_wheel.hpp"
#include "net/socket.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string_view>
#include <vector>

namespace belfry::upstream {

struct PoolOptions {
  // Both inclusive, for one worker. `connections` counts those in use, those being dialled and the idle ones.
  std::size_t connections = 1024;
  std::size_t idle = 64;
  // Closed after that time without use (up to a tick of the wheel later).
  std::chrono::milliseconds idle_time{30'000};
};

enum class PoolError : std::uint8_t {
  Unreachable,     // no address is known, or none of them takes connections
  ConnectTimeout,  // the last address that was tried did not answer in time
  Overloaded,      // as many connections as there may be, or no descriptor left
};
std::string_view to_string(PoolError error);

enum class Reuse : std::uint8_t {
  Idle,   // an idle connection that is fit, where there is one
  Never,  // a new connection is dialled
};

struct PoolCounts {
  std::size_t in_use = 0;  // leased or being dialled
  std::size_t idle = 0;
  std::uint64_t dialled = 0;  // attempts that led to a connection
  std::uint64_t reused = 0;
  std::uint64_t overloaded = 0;
};

class Pool;

// A connection in the hands of one request. Closed when the Lease is destroyed, unless it was given back.
class Lease {
 public:
  Lease() = default;
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease() { close(); }

  explicit operator bool() const { return socket_ != nullptr; }
  net::Socket& socket() const { return *socket_; }
  // True if it carried a request before this one.
  bool reused() const { return reused_; }

  // Back to the pool, fit for another request: the last response was read to its end, and nothing behind it.
  void give_back();
  void close();

 private:
  friend class Pool;
  Lease(Pool* pool, std::unique_ptr<net::Socket> socket, base::Endpoint endpoint, bool reused);

  Pool* pool_ = nullptr;
  std::unique_ptr<net::Socket> socket_;
  base::Endpoint endpoint_;
  bool reused_ = false;
};

class Pool {
 public:
  Pool(boost::asio::any_io_executor executor, base::TimerWheel* wheel, PoolOptions options = {});
  // All leases have ended.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Where the application listens; tried in this order, beginning with the one that answered last. Connections to an
  // address that is no longer among them are closed: idle ones now, leased ones when they come back.
  void set_addresses(std::vector<base::Endpoint> addresses);

  // An idle connection; an empty Lease where there is none that may be taken. Never waits.
  Lease take_idle(Reuse reuse);
  // A new connection. `within` is the time for all addresses together.
  boost::asio::awaitable<std::expected<Lease, PoolError>> dial(std::chrono::milliseconds within);
  // The one or the other.
  boost::asio::awaitable<std::expected<Lease, PoolError>> acquire(Reuse reuse, std::chrono::milliseconds within);

  // Closes what is idle and keeps no connection from now on: for a shutdown.
  void drain();

  PoolCounts counts() const;

 private:
  friend class Lease;
  struct Idle {
    std::unique_ptr<net::Socket> socket;
    base::Endpoint endpoint;
    base::SteadyTime since;
  };

  bool make_place();
  bool is_known(const base::Endpoint& endpoint) const;
  void keep(std::unique_ptr<net::Socket> socket, base::Endpoint endpoint);
  void close_expired();
  void arm_expiry();

  boost::asio::any_io_executor executor_;
  base::TimerWheel* wheel_;
  PoolOptions options_;
  std::vector<base::Endpoint> addresses_;
  std::size_t preferred_ = 0;
  bool draining_ = false;
  std::vector<Idle> idle_;  // oldest first
  base::Deadline expiry_;
  PoolCounts counts_;
};

}  // namespace belfry::upstream
