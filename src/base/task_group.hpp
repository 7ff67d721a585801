#pragma once

// A TaskGroup owns the coroutines that were started in it: it bounds their number, can cancel them all, and is joined
// before what they work on goes away. No coroutine in Belfry runs detached; task_group.cpp is the one file that spawns.
//
// All members are called on the executor's thread.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <list>

namespace belfry::base {

class TaskGroup {
 public:
  // Holds up to `capacity` running tasks, inclusive.
  TaskGroup(boost::asio::any_io_executor executor, std::size_t capacity);
  // All tasks must have ended: join() first. A group destroyed with running tasks is a broken invariant (terminates).
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts `task`; false, with the task destroyed unstarted, when the group is full or was cancelled for good.
  // An exception that leaves a task is a broken invariant: it is rethrown out of the event loop. Only operation_aborted
  // is not: Asio throws it in a cancelled task at its next co_await.
  [[nodiscard]] bool spawn(boost::asio::awaitable<void> task);

  // Starts `task` and gives the signal that cancels this one alone; nullptr where spawn() would be false. The signal
  // lives until the task has ended.
  [[nodiscard]] boost::asio::cancellation_signal* spawn_cancellable(boost::asio::awaitable<void> task);

  // Asks every task to stop (their pending operations end with operation_aborted) and lets no new one start.
  void cancel();

  // Returns when no task runs. Does not cancel by itself. Cancelling the joiner meanwhile is forgotten. A joiner that
  // may have been cancelled before must first say this_coro::throw_if_cancelled(false), or its co_await throws and the
  // tasks are not waited for.
  boost::asio::awaitable<void> join();

  std::size_t running() const { return tasks_.size(); }

 private:
  struct Task {
    boost::asio::cancellation_signal signal;
  };

  boost::asio::any_io_executor executor_;
  std::size_t capacity_;
  bool closed_ = false;
  std::list<Task> tasks_;
  boost::asio::steady_timer ended_;
};

}  // namespace belfry::base
