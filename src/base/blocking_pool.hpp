#pragma once

// Blocking work (a database, the hashing of passwords) off the event loops: a coroutine hands a function to the pool's
// threads, waits without holding its own thread, and goes on where it was. The number of calls that wait is bounded; a
// full queue is an answer, which becomes 503 with Retry-After, never a growing line.
//
//   auto rows = co_await pool.run([this] { return store_.rows(); });
//   if (!rows) ...  // Full or Stopped: the function was not called and will not be
//
// The pool does not cut a function off: it must end by itself, within a deadline of its own. It outlives the coroutines
// that wait for it, and their event loops outlive the functions: an event loop with a waiting coroutine does not run
// out of work, so that joining it is enough.

#include <boost/asio/awaitable.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace belfry::base {

enum class BlockingError : std::uint8_t {
  Full,     // as many calls run and wait as may
  Stopped,  // the pool was stopped before the call's turn came
};
std::string_view to_string(BlockingError error);

class BlockingPool {
 public:
  // `threads` (at least 1) calls run at a time, and up to `queue` wait beside them, inclusive.
  BlockingPool(std::size_t threads, std::size_t queue);
  // Stops.
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // Calls `function` on a thread of the pool and resumes the caller on its own executor with what it gave. What it
  // throws is thrown at the caller. The function, with all it holds, is gone from the pool's thread by then.
  template <class Function>
  boost::asio::awaitable<std::expected<std::invoke_result_t<Function&>, BlockingError>> run(Function function) {
    using Value = std::invoke_result_t<Function&>;
    auto call = std::make_shared<Call<Value>>();
    Work work = [call, function = std::move(function)]() mutable {
      if constexpr (std::is_void_v<Value>) {
        function();
      } else {
        call->value.emplace(function());
      }
    };
    const auto ran = co_await run_work(std::move(work));
    if (!ran) co_return std::unexpected{ran.error()};
    if constexpr (std::is_void_v<Value>) {
      co_return std::expected<void, BlockingError>{};
    } else {
      std::optional<Value> value = std::move(call->value);
      if (!value) throw std::logic_error{"a call that ran gave nothing"};
      co_return std::expected<Value, BlockingError>{std::in_place, std::move(*value)};
    }
  }

  // Takes no more calls, answers those that wait with Stopped, and returns when those that run have ended. A second
  // call does nothing. Not on a thread of the pool.
  void stop();

 private:
  using Work = std::move_only_function<void()>;
  template <class Value>
  struct Call {
    std::conditional_t<std::is_void_v<Value>, std::monostate, std::optional<Value>> value;
  };
  // What became of a call.
  struct Outcome {
    std::optional<BlockingError> error;
    std::exception_ptr thrown;
  };
  struct Job {
    Work work;
    std::move_only_function<void(Outcome)> finish;  // resumes the caller; on any thread
  };

  boost::asio::awaitable<std::expected<void, BlockingError>> run_work(Work work);
  // Takes the job, or says why not and leaves it to the caller.
  std::optional<BlockingError> enqueue(Job& job);
  void serve();

  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;  // guarded by mutex_, as is all down to stopped_
  std::size_t running_ = 0;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace belfry::base
