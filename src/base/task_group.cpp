#include "base/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <utility>

namespace belfry::base {

namespace asio = boost::asio;

namespace {

// A cancelled coroutine that goes on is stopped by Asio with this exception at its next co_await: it ended as asked.
void rethrow_unless_cancelled(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;
  }
}

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor, std::size_t capacity)
    : executor_{std::move(executor)}, capacity_{capacity}, ended_{executor_, asio::steady_timer::time_point::max()} {}

TaskGroup::~TaskGroup() {
  if (!tasks_.empty()) std::terminate();
}

bool TaskGroup::spawn(asio::awaitable<void> task) {
  return spawn_cancellable(std::move(task)) != nullptr;
}

asio::cancellation_signal* TaskGroup::spawn_cancellable(asio::awaitable<void> task) {
  if (closed_ || tasks_.size() >= capacity_) return nullptr;
  const auto place = tasks_.emplace(tasks_.end());
  asio::co_spawn(executor_, std::move(task),
                 asio::bind_cancellation_slot(place->signal.slot(), [this, place](const std::exception_ptr& failure) {
                   tasks_.erase(place);
                   if (tasks_.empty()) ended_.cancel();
                   if (failure) rethrow_unless_cancelled(failure);
                 }));
  return &place->signal;
}

void TaskGroup::cancel() {
  closed_ = true;
  // A task that ends at once erases its own node; the list's other nodes stay where they are.
  for (auto task = tasks_.begin(); task != tasks_.end();) {
    const auto next = std::next(task);
    task->signal.emit(asio::cancellation_type::terminal);
    task = next;
  }
}

asio::awaitable<void> TaskGroup::join() {
  // Joining goes on when the joiner itself is cancelled: what the tasks work on must outlive them.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  while (!tasks_.empty()) {
    boost::system::error_code ignored;
    co_await ended_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  // The state is the whole coroutine's, not this function's: give it back as a spawned coroutine has it.
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
}

}  // namespace belfry::base
