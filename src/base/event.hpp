#pragma once

// Wakes one waiting coroutine. An event that is set before anybody waits is kept until the next wait; setting it twice
// is setting it once. One thread, one waiter at a time.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace belfry::base {

class Event {
 public:
  explicit Event(const boost::asio::any_io_executor& executor);

  void set();
  boost::asio::awaitable<void> wait();

 private:
  // A timer that never expires: cancelling it is how Asio resumes a waiter.
  boost::asio::steady_timer timer_;
  bool set_ = false;
  bool awaited_ = false;
};

}  // namespace belfry::base
