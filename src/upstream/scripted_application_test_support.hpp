#pragma once

// An application on a loopback port that does, step by step, what a test says, on the test's own thread: each step lets
// the event loop run until it is done. Nothing here waits for time; a step that does not come about fails the test
// after some seconds.

#include "base/clock.hpp"
#include "base/ip_address.hpp"
#include "base/task_group.hpp"
#include "base/timer_wheel.hpp"

#include <arpa/inet.h>
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace belfry::upstream {

// The event loop of a worker, its time in the test's hand.
class Stage {
 public:
  Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  ~Stage() { run_ready(); }

  // Starts the task; its result appears in `result`, which outlives it.
  template <class T>
  void start(boost::asio::awaitable<T> task, std::optional<T>* result) {
    if (!tasks.spawn(keep(std::move(task), result))) ADD_FAILURE() << "too many tasks";
  }
  template <class T>
  T await(boost::asio::awaitable<T> task) {
    std::optional<T> result;
    start(std::move(task), &result);
    run_until([&] { return result.has_value(); }, "a result");
    return std::move(result.value());
  }

  // Lets the loop run until `condition` holds; false, and a failure of the test, where it does not.
  bool run_until(const std::function<bool()>& condition, std::string_view what) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!condition()) {
      io.restart();
      if (io.poll() == 0) std::this_thread::yield();
      if (std::chrono::steady_clock::now() > limit) {
        ADD_FAILURE() << "in vain: " << what;
        return false;
      }
    }
    return true;
  }
  // Lets it run until it has nothing to do.
  void run_ready() {
    io.restart();
    while (io.poll() > 0) {
    }
  }
  void advance(std::chrono::milliseconds time) {
    clock.advance(time);
    wheel.advance();
    run_ready();
  }

  boost::asio::io_context io;
  base::FakeClock clock;
  base::TimerWheel wheel{clock};
  base::TaskGroup tasks{io.get_executor(), 256};

 private:
  template <class T>
  static boost::asio::awaitable<void> keep(boost::asio::awaitable<T> task, std::optional<T>* result) {
    result->emplace(co_await std::move(task));
  }
};

// One connection, the application's end.
class Peer {
 public:
  Peer(Stage* stage, int descriptor) : stage_{stage}, descriptor_{descriptor} {
    if (descriptor >= 0) ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
  }
  Peer(Peer&& other) noexcept : stage_{other.stage_}, descriptor_{std::exchange(other.descriptor_, -1)} {}
  Peer& operator=(Peer&&) = delete;
  ~Peer() { close(); }

  // All that has come up to and with `end`.
  std::string read_through(std::string_view end) {
    std::size_t at = std::string::npos;
    stage_->run_until(
        [&] {
          receive();
          at = received_.find(end);
          return at != std::string::npos;
        },
        "bytes for the application");
    if (at == std::string::npos) return std::exchange(received_, {});
    std::string text = received_.substr(0, at + end.size());
    received_.erase(0, text.size());
    return text;
  }
  std::string read_head() { return read_through("\r\n\r\n"); }
  std::string read(std::size_t count) {
    stage_->run_until(
        [&] {
          receive();
          return received_.size() >= count;
        },
        "bytes for the application");
    std::string text = received_.substr(0, count);
    received_.erase(0, text.size());
    return text;
  }
  // What has come so far and was not read.
  std::string_view unread() {
    stage_->run_ready();
    receive();
    return received_;
  }
  bool reads_end() {
    return stage_->run_until(
        [&] {
          receive();
          return ended_;
        },
        "the end of the connection");
  }

  void send(std::string_view text) {
    stage_->run_until(
        [&] {
          const ssize_t sent = ::write(descriptor_, text.data(), text.size());
          if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
          return text.empty() || (sent < 0 && errno != EAGAIN);
        },
        "room for the response");
  }
  // How much of `text` the connection takes before it is full, with the other end at work.
  std::size_t send_until_full(std::string_view text) {
    std::size_t total = 0;
    for (int idle = 0; idle < 50 && total < text.size();) {
      stage_->run_ready();
      const ssize_t sent = ::write(descriptor_, text.data() + total, text.size() - total);
      if (sent > 0) {
        total += static_cast<std::size_t>(sent);
        idle = 0;
      } else {
        ++idle;
      }
    }
    return total;
  }
  void end_sending() { ::shutdown(descriptor_, SHUT_WR); }
  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }

 private:
  void receive() {
    char bytes[16'384];
    for (;;) {
      const ssize_t count = descriptor_ < 0 ? 0 : ::read(descriptor_, bytes, sizeof bytes);
      if (count > 0) received_.append(bytes, static_cast<std::size_t>(count));
      if (count == 0 || (count < 0 && errno != EAGAIN)) ended_ = true;
      if (count <= 0) return;
    }
  }

  Stage* stage_;
  int descriptor_;
  std::string received_;
  bool ended_ = false;
};

class ScriptedApplication {
 public:
  // Port 0: any that is free.
  explicit ScriptedApplication(Stage* stage, int backlog = 128, std::uint16_t port = 0) : stage_{stage} {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener_ < 0) std::abort();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    socklen_t size = sizeof address;
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, backlog) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      ADD_FAILURE() << "no port to listen on";
    }
    endpoint_ = {base::IpAddress::v4(INADDR_LOOPBACK), ntohs(address.sin_port)};
  }
  ScriptedApplication(const ScriptedApplication&) = delete;
  ScriptedApplication& operator=(const ScriptedApplication&) = delete;
  ~ScriptedApplication() { stop_listening(); }

  base::Endpoint endpoint() const { return endpoint_; }

  Peer accept() {
    int descriptor = -1;
    stage_->run_until([&] { return (descriptor = ::accept(listener_, nullptr, nullptr)) >= 0; }, "a connection");
    return {stage_, descriptor};
  }
  // Whether somebody has connected and was not accepted yet.
  bool has_caller() {
    stage_->run_ready();
    const int descriptor = ::accept(listener_, nullptr, nullptr);
    if (descriptor >= 0) ::close(descriptor);
    return descriptor >= 0;
  }
  void stop_listening() {
    if (listener_ >= 0) ::close(std::exchange(listener_, -1));
  }

 private:
  Stage* stage_;
  int listener_ = -1;
  base::Endpoint endpoint_;
};

}  // namespace belfry::upstream
