#include "people/even_time.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace belfry::people {

namespace asio = boost::asio;

std::chrono::nanoseconds until_even(std::chrono::nanoseconds elapsed) {
  constexpr std::chrono::nanoseconds kStep = kEvenStep;
  return kStep - elapsed % kStep;
}

http::Awaitable<void> pause(std::chrono::nanoseconds time) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  asio::steady_timer timer{executor, time};
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

http::Awaitable<void> even_out(const base::Clock* clock, base::SteadyTime begun) {
  const std::chrono::nanoseconds left = until_even(clock->steady_now() - begun);
  co_await pause(left);
}

}  // namespace belfry::people
