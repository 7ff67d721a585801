#pragma once

// Runs a coroutine of this room to its end on an event loop of its own, for tests.

#include "base/task_group.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace belfry::accounts {

// What it gave; nullopt while it waits.
template <class T>
struct Awaited {
  std::optional<T> value;
  std::exception_ptr thrown;
};

template <class T>
boost::asio::awaitable<void> keep(boost::asio::awaitable<T> work, Awaited<T>* awaited) {
  try {
    T value = co_await std::move(work);
    awaited->value.emplace(std::move(value));
  } catch (...) {
    awaited->thrown = std::current_exception();
  }
}

// Throws what the coroutine threw.
template <class T>
T await_for_test(boost::asio::awaitable<T> work) {
  boost::asio::io_context loop;
  base::TaskGroup tasks{loop.get_executor(), 1};
  Awaited<T> awaited;
  if (!tasks.spawn(keep(std::move(work), &awaited))) throw std::logic_error{"no room for a task"};
  loop.run();
  if (awaited.thrown) std::rethrow_exception(awaited.thrown);
  return std::move(awaited.value.value());
}

}  // namespace belfry::accounts
