#include "base/blocking_pool.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace belfry::base {

namespace asio = boost::asio;

std::string_view to_string(BlockingError error) {
  switch (error) {
    case BlockingError::Full:
      return "full";
    case BlockingError::Stopped:
      return "stopped";
  }
  return {};
}

BlockingPool::BlockingPool(std::size_t threads, std::size_t queue)
    : capacity_{std::max<std::size_t>(threads, 1) + queue} {
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) threads_.emplace_back([this] { serve(); });
}

BlockingPool::~BlockingPool() {
  stop();
}

std::optional<BlockingError> BlockingPool::enqueue(Job& job) {
  {
    const std::lock_guard lock{mutex_};
    if (stopped_) return BlockingError::Stopped;
    if (jobs_.size() + running_ >= capacity_) return BlockingError::Full;
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
  return std::nullopt;
}

asio::awaitable<std::expected<void, BlockingError>> BlockingPool::run_work(Work work) {
  // The outcome lives in this frame, which the handler keeps: it is written before the frame is resumed, on no other
  // thread than its own.
  Outcome outcome;
  auto initiate = [this, &outcome](auto handler, Work its_work) {
    // Keeps the caller's event loop from ending meanwhile.
    auto guard = asio::make_work_guard(handler);
    Job job{.work = std::move(its_work),
            .finish = [&outcome, guard = std::move(guard), handler = std::move(handler)](Outcome became) mutable {
              asio::post(guard.get_executor(),
                         [&outcome, handler = std::move(handler), became = std::move(became)]() mutable {
                           outcome = std::move(became);
                           std::move(handler)();
                         });
            }};
    if (const auto refused = enqueue(job)) job.finish({.error = refused, .thrown = {}});
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(initiate), asio::use_awaitable,
                                                                       std::move(work));
  if (outcome.thrown) std::rethrow_exception(outcome.thrown);
  if (outcome.error) co_return std::unexpected{*outcome.error};
  co_return std::expected<void, BlockingError>{};
}

void BlockingPool::serve() {
  std::unique_lock lock{mutex_};
  for (;;) {
    wake_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
    if (stopped_) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    ++running_;
    lock.unlock();
    Outcome outcome;
    try {
      job.work();
    } catch (...) {
      outcome.thrown = std::current_exception();
    }
    job.work = nullptr;
    lock.lock();
    // Before the caller knows, so that its next call finds the place free.
    --running_;
    lock.unlock();
    job.finish(std::move(outcome));
    // With what it holds of the caller's.
    job.finish = nullptr;
    lock.lock();
  }
}

void BlockingPool::stop() {
  std::deque<Job> waiting;
  {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    waiting.swap(jobs_);
  }
  wake_.notify_all();
  for (Job& job : waiting) {
    job.work = nullptr;
    job.finish({.error = BlockingError::Stopped, .thrown = {}});
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace belfry::base
