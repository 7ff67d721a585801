#include "upstream/run_beside.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <exception>

namespace belfry::upstream {

namespace asio = boost::asio;

namespace {

// Ends, whatever happens, with the failure put aside: the first to end ends the other.
asio::awaitable<void> run_main(asio::awaitable<void> task, std::exception_ptr* failure) {
  try {
    co_await std::move(task);
  } catch (...) {
    *failure = std::current_exception();
  }
}

asio::awaitable<void> run_side(asio::awaitable<void> task, std::exception_ptr* failure) {
  try {
    co_await std::move(task);
    // Done before the other: waits to be cancelled.
    asio::steady_timer never{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
    co_await never.async_wait(asio::use_awaitable);
  } catch (...) {
    *failure = std::current_exception();
  }
}

bool is_cancellation(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    return error.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

}  // namespace

asio::awaitable<void> run_beside(asio::awaitable<void> main, asio::awaitable<void> side) {
  using asio::experimental::awaitable_operators::operator||;
  std::exception_ptr main_failure;
  std::exception_ptr side_failure;
  auto both = run_main(std::move(main), &main_failure) || run_side(std::move(side), &side_failure);
  co_await std::move(both);
  // A failure that is no cancellation is the cause; the cancellation of the other its effect.
  if (side_failure && !is_cancellation(side_failure)) std::rethrow_exception(side_failure);
  if (main_failure) std::rethrow_exception(main_failure);
}

}  // namespace belfry::upstream
