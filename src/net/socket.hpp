#pragma once

// A connected, non-blocking stream socket (TCP or Unix) with a deadline for each direction. It knows two ways to do
// things: try (one system call, never waits) and wait (suspends the coroutine until the kernel says so). Whoever holds
// it decides in which order: an answer that cannot be there yet is waited for first, a stream in full flow is tried
// first.
//
// One thread, the one of its executor and wheel. At most one read and one write wait are under way at a time.

#include "base/buffer.hpp"
#include "base/ip_address.hpp"
#include "base/timer_wheel.hpp"
#include "net/net_error.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace belfry::net {

template <class T>
using Awaitable = boost::asio::awaitable<NetResult<T>>;

// What came of writing without waiting. Blocked: wait for the socket to be writable and go on.
enum class Attempt : std::uint8_t { Done, Blocked, Broken };

class Socket {
 public:
  using Native = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol>;

  // Takes a connected socket; makes it non-blocking and, where it is TCP, sets TCP_NODELAY.
  Socket(Native native, base::TimerWheel& wheel);
  ~Socket() = default;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  // Deadlines of the waits from now on; each replaces the one before. Once one has passed, every wait in that direction
  // fails with DeadlineExceeded until it is set again.
  void read_within(std::chrono::milliseconds time);
  void write_within(std::chrono::milliseconds time);
  void no_read_deadline();
  void no_write_deadline();

  Awaitable<void> wait_readable();
  Awaitable<void> wait_writable();
  // Whether the read deadline has passed: for readers that found bytes without waiting.
  bool read_expired() const { return read_expired_; }
  // To be asked after each read that did not wait: now and then lets the others on this thread have their turn, so that
  // a peer who sends faster than we work does not keep the thread to itself.
  boost::asio::awaitable<void> take_turns();

  // The next bytes, `most` of them at most, into the room of `into`; how many. 0 is the end of the stream. Waits as
  // long as there are none; holds no memory in `into` while it waits with nothing there.
  Awaitable<std::size_t> read(base::Buffer* into, std::size_t most = base::Buffer::kCapacity);
  // All of `piece`.
  Awaitable<void> write(base::Buffer piece);
  // As much of `piece` as the kernel takes at once; what was taken is consumed.
  Attempt try_write(base::Buffer* piece);

  // Ends what is under way with Closed, now and later. Does not close the descriptor: that is the destructor's.
  void stop();
  bool stopped() const { return stopped_; }
  // Sends FIN; reading goes on.
  void shutdown_send();

  int descriptor() { return native_.native_handle(); }
  base::TimerWheel& wheel() { return wheel_; }
  // True if the peer has closed or reset an idle connection, or sent what nobody asked for: not fit to be used again.
  bool is_stale();

 private:
  enum class Direction : bool { Read, Write };
  Awaitable<void> wait(Direction direction);

  Native native_;
  base::TimerWheel& wheel_;
  base::Deadline read_deadline_;
  base::Deadline write_deadline_;
  bool read_expired_ = false;
  bool write_expired_ = false;
  bool stopped_ = false;
  bool likely_more_ = false;
  int reads_in_a_row_ = 0;
};

// Connects to `endpoint`, or fails with Refused, DeadlineExceeded or OutOfResources.
boost::asio::awaitable<NetResult<std::unique_ptr<Socket>>> dial(boost::asio::any_io_executor executor,
                                                                base::TimerWheel* wheel, base::Endpoint endpoint,
                                                                std::chrono::milliseconds within);

}  // namespace belfry::net
