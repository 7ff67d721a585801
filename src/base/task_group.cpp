#include "base/task_group.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <utility>

namespace belfry::base {

namespace asio = boost::asio;

TaskGroup::TaskGroup(asio::any_io_executor executor, std::size_t capacity)
    : executor_{std::move(executor)}, capacity_{capacity}, ended_{executor_} {}

TaskGroup::~TaskGroup() {
  if (running_ > 0) std::terminate();
}

bool TaskGroup::spawn(asio::awaitable<void> task) {
  if (running_ >= capacity_) return false;
  ++running_;
  asio::co_spawn(executor_, std::move(task), [this](const std::exception_ptr& failure) {
    if (--running_ == 0) ended_.set();
    if (failure) std::rethrow_exception(failure);
  });
  return true;
}

asio::awaitable<void> TaskGroup::join() {
  while (running_ > 0) co_await ended_.wait();
}

}  // namespace belfry::base
