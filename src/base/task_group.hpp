#pragma once

// A TaskGroup owns the coroutines that were started in it: it bounds their number, and is joined before what they work
// on goes away. No coroutine in Belfry runs detached; task_group.cpp is the one file that spawns. Tasks are not
// cancelled from outside: what they wait for (a socket, a deadline, an event) is ended, and they see it.
//
// All members are called on the executor's thread.

#include "base/event.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>

namespace belfry::base {

class TaskGroup {
 public:
  // Holds up to `capacity` running tasks, inclusive.
  TaskGroup(boost::asio::any_io_executor executor, std::size_t capacity);
  // All tasks must have ended: join() first. A group destroyed with running tasks is a broken invariant (terminates).
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts `task`; false, with the task destroyed unstarted, when the group is full. An exception that leaves a task is
  // a broken invariant: it is rethrown out of the event loop.
  [[nodiscard]] bool spawn(boost::asio::awaitable<void> task);

  // Returns when no task runs. One joiner at a time.
  boost::asio::awaitable<void> join();

  std::size_t running() const { return running_; }

 private:
  boost::asio::any_io_executor executor_;
  std::size_t capacity_;
  std::size_t running_ = 0;
  Event ended_;
};

}  // namespace belfry::base
