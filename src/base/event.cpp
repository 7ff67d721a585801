#include "base/event.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace belfry::base {

namespace asio = boost::asio;

Event::Event(const asio::any_io_executor& executor) : timer_{executor, asio::steady_timer::time_point::max()} {}

void Event::set() {
  set_ = true;
  if (awaited_) timer_.cancel();
}

asio::awaitable<void> Event::wait() {
  while (!set_) {
    boost::system::error_code cancelled;
    awaited_ = true;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    awaited_ = false;
  }
  set_ = false;
}

}  // namespace belfry::base
