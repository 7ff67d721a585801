#include "net/socket.hpp"

#include "base/clock.hpp"
#include "base/task_group.hpp"

#include <arpa/inet.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace belfry::net {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class SocketTest : public testing::Test {
 protected:
  SocketTest() {
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()) != 0) std::abort();
    peer_ = pair[1];
    socket_ = adopt(AF_UNIX, pair[0]);
  }
  ~SocketTest() override {
    close_peer();
    if (socket_) socket_->stop();
    run_ready();
  }

  std::unique_ptr<Socket> adopt(int family, int descriptor) {
    Socket::Native native{io_};
    native.assign(asio::generic::stream_protocol{family, 0}, descriptor);
    return std::make_unique<Socket>(std::move(native), wheel_);
  }

  void run_ready() {
    io_.restart();
    while (io_.poll() > 0) {
    }
  }
  void run_until(const std::function<bool()>& condition) {
    const auto limit = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
      io_.restart();
      if (io_.poll() == 0) std::this_thread::yield();
      ASSERT_LT(std::chrono::steady_clock::now(), limit) << "what was waited for did not happen";
    }
  }
  void advance(std::chrono::milliseconds time) {
    clock_.advance(time);
    wheel_.advance();
    run_ready();
  }

  template <class T>
  static asio::awaitable<void> keep(asio::awaitable<T> task, std::optional<T>* result) {
    result->emplace(co_await std::move(task));
  }
  template <class T>
  void start(asio::awaitable<T> task, std::optional<T>* result) {
    ASSERT_TRUE(tasks_.spawn(keep(std::move(task), result)));
    run_ready();
  }
  template <class T>
  T await(asio::awaitable<T> task) {
    std::optional<T> result;
    start(std::move(task), &result);
    run_until([&] { return result.has_value(); });
    return std::move(result.value());
  }

  // The peer's descriptor does not block.
  std::string peer_reads() {
    std::string all;
    std::array<char, 65'536> bytes{};
    for (;;) {
      const ssize_t count = ::read(peer_, bytes.data(), bytes.size());
      if (count <= 0) return all;
      all.append(bytes.data(), static_cast<std::size_t>(count));
    }
  }
  void peer_sends(std::string_view text) {
    ASSERT_EQ(::write(peer_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void close_peer() {
    if (peer_ >= 0) ::close(std::exchange(peer_, -1));
  }

  asio::io_context io_;
  base::FakeClock clock_;
  base::TimerWheel wheel_{clock_};
  base::TaskGroup tasks_{io_.get_executor(), 16};
  int peer_ = -1;
  std::unique_ptr<Socket> socket_;
};

TEST_F(SocketTest, ReadsWhatComesAndThenTheEnd) {
  base::Buffer buffer;
  std::optional<NetResult<std::size_t>> count;
  start(socket_->read(&buffer), &count);
  EXPECT_FALSE(count);
  peer_sends("hello");
  run_until([&] { return count.has_value(); });
  EXPECT_EQ(*count, 5u);
  EXPECT_EQ(buffer.view(), "hello");
  close_peer();
  EXPECT_EQ(await(socket_->read(&buffer)), 0u);
  EXPECT_EQ(buffer.view(), "hello");
}

TEST_F(SocketTest, HoldsNoMemoryWhileNothingComes) {
  base::Buffer buffer;
  (void)buffer.room();
  std::optional<NetResult<std::size_t>> count;
  start(socket_->read(&buffer), &count);
  EXPECT_EQ(buffer.view().data(), nullptr);
  peer_sends("x");
  run_until([&] { return count.has_value(); });
}

TEST_F(SocketTest, ReadsBehindWhatTheBufferHolds) {
  base::Buffer buffer = base::Buffer::copy_of("he");
  peer_sends("llo");
  EXPECT_EQ(await(socket_->read(&buffer)), 3u);
  EXPECT_EQ(buffer.view(), "hello");
}

TEST_F(SocketTest, WaitsAgainBehindAFullBuffer) {
  const std::string text(base::Buffer::kCapacity, 'x');
  peer_sends(text);
  base::Buffer buffer;
  EXPECT_EQ(await(socket_->read(&buffer)), text.size());
  buffer.release();
  std::optional<NetResult<std::size_t>> count;
  start(socket_->read(&buffer), &count);  // tried at once, because more was likely; there is none
  EXPECT_FALSE(count);
  EXPECT_EQ(buffer.view().data(), nullptr);
  peer_sends("y");
  run_until([&] { return count.has_value(); });
  EXPECT_EQ(buffer.view(), "y");
}

asio::awaitable<NetResult<void>> write_pieces(Socket* socket, std::size_t pieces) {
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    const char letter = static_cast<char>('a' + piece % 26);
    if (auto written = co_await socket->write(base::Buffer::copy_of(std::string(base::Buffer::kCapacity, letter)));
        !written) {
      co_return written;
    }
  }
  co_return NetResult<void>{};
}

TEST_F(SocketTest, WritesAllAsThePeerTakesIt) {
  constexpr std::size_t kPieces = 256;
  std::optional<NetResult<void>> written;
  start(write_pieces(socket_.get(), kPieces), &written);
  EXPECT_FALSE(written);  // more than the socket holds
  std::string received;
  run_until([&] {
    received += peer_reads();
    return written.has_value();
  });
  received += peer_reads();
  EXPECT_TRUE(*written);
  ASSERT_EQ(received.size(), kPieces * base::Buffer::kCapacity);
  for (std::size_t piece = 0; piece < kPieces; ++piece) {
    EXPECT_EQ(received[piece * base::Buffer::kCapacity], static_cast<char>('a' + piece % 26));
  }
}

TEST_F(SocketTest, FailsAWriteToAClosedPeerWithoutASignal) {
  close_peer();
  EXPECT_EQ(await(socket_->write(base::Buffer::copy_of("x"))), NetResult<void>{std::unexpected(NetError::Closed)});
}

TEST_F(SocketTest, EndsAReadAtItsDeadline) {
  base::Buffer buffer;
  socket_->read_within(5s);
  std::optional<NetResult<std::size_t>> count;
  start(socket_->read(&buffer), &count);
  advance(4900ms);
  EXPECT_FALSE(count);
  advance(300ms);
  ASSERT_TRUE(count);
  EXPECT_EQ(count->error(), NetError::DeadlineExceeded);
  EXPECT_EQ(await(socket_->read(&buffer)).error(), NetError::DeadlineExceeded);  // until it is set again
  socket_->read_within(5s);
  peer_sends("x");
  EXPECT_EQ(await(socket_->read(&buffer)), 1u);
}

TEST_F(SocketTest, MovesADeadlineUnderAWait) {
  base::Buffer buffer;
  socket_->read_within(5s);
  std::optional<NetResult<std::size_t>> count;
  start(socket_->read(&buffer), &count);
  advance(4s);
  socket_->read_within(5s);
  advance(4s);
  EXPECT_FALSE(count);
  socket_->no_read_deadline();
  advance(100s);
  EXPECT_FALSE(count);
  socket_->read_within(1s);
  advance(1200ms);
  ASSERT_TRUE(count);
  EXPECT_EQ(count->error(), NetError::DeadlineExceeded);
}

TEST_F(SocketTest, EndsAWriteAtItsDeadlineAndLeavesTheReadWaiting) {
  base::Buffer buffer;
  std::optional<NetResult<std::size_t>> count;
  start(socket_->read(&buffer), &count);
  std::optional<NetResult<void>> written;
  socket_->write_within(5s);
  start(write_pieces(socket_.get(), 256), &written);
  EXPECT_FALSE(written);
  advance(5200ms);
  run_until([&] { return written.has_value(); });
  EXPECT_EQ(written->error(), NetError::DeadlineExceeded);
  EXPECT_FALSE(count);
  peer_sends("x");
  run_until([&] { return count.has_value(); });
  EXPECT_EQ(*count, 1u);
}

TEST_F(SocketTest, StopEndsBothDirectionsForGood) {
  base::Buffer buffer;
  std::optional<NetResult<std::size_t>> count;
  std::optional<NetResult<void>> written;
  start(socket_->read(&buffer), &count);
  start(write_pieces(socket_.get(), 256), &written);
  EXPECT_FALSE(socket_->stopped());
  socket_->stop();
  run_until([&] { return count && written; });
  EXPECT_EQ(count->error(), NetError::Closed);
  EXPECT_EQ(written->error(), NetError::Closed);
  EXPECT_TRUE(socket_->stopped());
  peer_sends("x");
  EXPECT_EQ(await(socket_->read(&buffer)).error(), NetError::Closed);
  EXPECT_EQ(await(socket_->write(base::Buffer::copy_of("x"))).error(), NetError::Closed);
}

TEST_F(SocketTest, ReadsOnAfterItsOwnEnd) {
  socket_->shutdown_send();
  char byte = 0;
  EXPECT_EQ(::read(peer_, &byte, 1), 0);
  peer_sends("x");
  base::Buffer buffer;
  EXPECT_EQ(await(socket_->read(&buffer)), 1u);
}

TEST_F(SocketTest, KnowsAStaleConnection) {
  EXPECT_FALSE(socket_->is_stale());
  peer_sends("x");
  EXPECT_TRUE(socket_->is_stale());
  base::Buffer buffer;
  EXPECT_EQ(await(socket_->read(&buffer)), 1u);  // looking took nothing
  EXPECT_FALSE(socket_->is_stale());
  close_peer();
  EXPECT_TRUE(socket_->is_stale());
}

TEST_F(SocketTest, AStoppedSocketIsStale) {
  socket_->stop();
  EXPECT_TRUE(socket_->is_stale());
}

asio::awaitable<void> read_for_ever(Socket* socket, bool* cancelled) {
  base::Buffer buffer;
  try {
    co_await socket->read(&buffer);
  } catch (const boost::system::system_error&) {
    *cancelled = true;
  }
}

TEST_F(SocketTest, LetsATaskBeCancelled) {
  bool cancelled = false;
  asio::cancellation_signal signal;
  asio::co_spawn(io_, read_for_ever(socket_.get(), &cancelled),
                 asio::bind_cancellation_slot(signal.slot(), asio::detached));
  run_ready();
  signal.emit(asio::cancellation_type::terminal);
  run_until([&] { return cancelled; });
  EXPECT_FALSE(socket_->stopped());
  peer_sends("x");
  base::Buffer buffer;
  EXPECT_EQ(await(socket_->read(&buffer)), 1u);  // the socket itself is as good as before
}

// A TCP listener on a loopback address.
class Listener {
 public:
  explicit Listener(const base::IpAddress& address, int backlog = 16) {
    descriptor_ = ::socket(address.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0) return;  // no such family on this machine
    sockaddr_storage local{};
    socklen_t size = sizeof local;
    if (address.is_v4()) {
      local.ss_family = AF_INET;
      reinterpret_cast<sockaddr_in&>(local).sin_addr.s_addr = htonl(address.v4_value());
      size = sizeof(sockaddr_in);
    } else {
      local.ss_family = AF_INET6;
      reinterpret_cast<sockaddr_in6&>(local).sin6_addr = in6addr_loopback;
      size = sizeof(sockaddr_in6);
    }
    if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&local), size) != 0) return;
    if (::listen(descriptor_, backlog) != 0) return;
    size = sizeof local;
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&local), &size);
    endpoint_ = {address, ntohs(address.is_v4() ? reinterpret_cast<const sockaddr_in&>(local).sin_port
                                                : reinterpret_cast<const sockaddr_in6&>(local).sin6_port)};
  }
  ~Listener() { close(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  bool listens() const { return endpoint_.port != 0; }
  base::Endpoint endpoint() const { return endpoint_; }
  int accept() { return ::accept4(descriptor_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); }
  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_ = -1;
  base::Endpoint endpoint_;
};

class DialTest : public SocketTest {
 protected:
  using Dialled = NetResult<std::unique_ptr<Socket>>;

  void connects_to(Listener& listener) {
    auto dialled = await(dial(io_.get_executor(), &wheel_, listener.endpoint(), 5s));
    ASSERT_TRUE(dialled);
    close_peer();
    run_until([&] { return (peer_ = listener.accept()) >= 0; });
    ASSERT_TRUE(await((*dialled)->write(base::Buffer::copy_of("hello"))));
    std::string received;
    run_until([&] {
      received += peer_reads();
      return received == "hello";
    });
    // The deadline for connecting is none for what follows.
    base::Buffer buffer;
    std::optional<NetResult<std::size_t>> count;
    start((*dialled)->read(&buffer), &count);
    advance(60s);
    EXPECT_FALSE(count);
    peer_sends("x");
    run_until([&] { return count.has_value(); });
    EXPECT_EQ(*count, 1u);
  }
};

TEST_F(DialTest, ConnectsByIpv4) {
  Listener listener{*base::IpAddress::parse("127.0.0.1")};
  ASSERT_TRUE(listener.listens());
  connects_to(listener);
}

TEST_F(DialTest, ConnectsByIpv6) {
  Listener listener{*base::IpAddress::parse("::1")};
  if (!listener.listens()) GTEST_SKIP() << "this machine has no IPv6";
  connects_to(listener);
}

TEST_F(DialTest, IsRefusedWhereNobodyListens) {
  Listener listener{*base::IpAddress::parse("127.0.0.1")};
  listener.close();
  EXPECT_EQ(await(dial(io_.get_executor(), &wheel_, listener.endpoint(), 5s)).error(), NetError::Refused);
}

TEST_F(DialTest, IsRefusedWhereTheNetworkSaysNo) {
  // Broadcast is no address to connect to.
  const base::Endpoint broadcast{*base::IpAddress::parse("255.255.255.255"), 80};
  EXPECT_EQ(await(dial(io_.get_executor(), &wheel_, broadcast, 5s)).error(), NetError::Refused);
}

TEST_F(DialTest, GivesUpAtItsDeadline) {
  // A listener whose line is full does not answer (Linux drops what comes then).
  Listener listener{*base::IpAddress::parse("127.0.0.1"), 0};
  std::array<std::optional<Dialled>, 4> results;
  for (auto& result : results) start(dial(io_.get_executor(), &wheel_, listener.endpoint(), 5s), &result);
  run_ready();
  advance(5200ms);
  run_until([&] { return results.back().has_value(); });
  ASSERT_FALSE(*results.back());
  EXPECT_EQ(results.back()->error(), NetError::DeadlineExceeded);
}

}  // namespace
}  // namespace belfry::net
