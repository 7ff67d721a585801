#pragma once

// One core's share of the door: an event loop on a thread of its own, with its listeners, its connections, its pool to
// the application and its Door. Workers share nothing that is locked on the way of a request.

#include "app/door.hpp"
#include "app/settings.hpp"
#include "base/task_group.hpp"
#include "base/timer_wheel.hpp"
#include "edge/listener.hpp"
#include "edge/tls_context.hpp"
#include "upstream/pool.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace belfry::app {

class Worker {
 public:
  // Does not run yet. `listening` are bound and listening sockets, one for each address; `private_socket` is the Unix
  // socket of the door's own drills, or none. Throws std::runtime_error where the certificate cannot be used.
  Worker(DoorParts parts, const std::shared_ptr<const Settings>& settings, const edge::Certificate& certificate,
         const edge::TicketKeys& tickets, edge::ConnectionLimit& limit, edge::ConnectionLimit& streams,
         std::vector<base::FileDescriptor> listening, base::FileDescriptor private_socket, std::size_t connections);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void start();
  // Any thread, here and below; takes effect on the worker's.
  void use(std::shared_ptr<const Settings> settings);
  void use(edge::Certificate certificate);
  // Takes no more connections and lets what is under way end, up to `within`; then cuts what is left.
  void begin_shutdown(std::chrono::milliseconds within);
  // Returns when the thread has ended.
  void join();

 private:
  boost::asio::awaitable<void> tick();
  boost::asio::awaitable<void> shut_down();
  void run();

  boost::asio::io_context loop_;
  record::Log& log_;
  base::TimerWheel wheel_;
  base::TaskGroup tasks_;
  upstream::Pool pool_;
  upstream::Pool empty_pool_;
  upstream::Relay relay_;
  upstream::Relay nowhere_;
  Door door_;
  edge::TlsContext tls_;
  std::vector<std::unique_ptr<edge::Listener>> listeners_;
  std::optional<base::Deadline> cut_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace belfry::app
