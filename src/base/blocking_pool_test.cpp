#include "base/blocking_pool.hpp"

#include "base/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace belfry::base {
namespace {

namespace asio = boost::asio;

// What one call came to, and on which thread its caller went on.
struct Seen {
  std::vector<std::string> answers;
  std::vector<std::thread::id> resumed_on;
};

asio::awaitable<void> call(BlockingPool* pool, std::function<std::string()> function, Seen* seen) {
  std::string answer;
  try {
    const auto result = co_await pool->run(std::move(function));
    answer = result ? *result : std::string{to_string(result.error())};
  } catch (const std::exception& error) {
    answer = error.what();
  }
  seen->answers.push_back(std::move(answer));
  seen->resumed_on.push_back(std::this_thread::get_id());
}

asio::awaitable<void> call_void(BlockingPool* pool, std::function<void()> function, bool* done) {
  const auto result = co_await pool->run(std::move(function));
  *done = result.has_value();
}

asio::awaitable<void> call_with_owned(BlockingPool* pool, std::unique_ptr<int> owned, std::unique_ptr<int>* got) {
  auto function = [owned = std::move(owned)]() mutable { return std::move(owned); };
  auto result = co_await pool->run(std::move(function));
  if (result) *got = std::move(*result);
}

// Holds the pool's threads until it is opened.
class Gate {
 public:
  std::function<std::string()> held(std::string answer) {
    return [this, answer = std::move(answer)] {
      ++entered_;
      entered_.notify_all();
      opened_.wait();
      return answer;
    };
  }
  void wait_for(int entered) {
    for (int seen = entered_; seen < entered; seen = entered_) entered_.wait(seen);
  }
  void open() { open_.set_value(); }

 private:
  std::atomic<int> entered_ = 0;
  std::promise<void> open_;
  std::shared_future<void> opened_ = open_.get_future().share();
};

class BlockingPoolTest : public testing::Test {
 protected:
  void start(BlockingPool& pool, std::function<std::string()> function) {
    ASSERT_TRUE(tasks_.spawn(call(&pool, std::move(function), &seen_)));
  }
  // Goes on until no call waits: the loop has to know of them by itself.
  void run() {
    loop_.restart();
    loop_.run();
  }
  // What is ready, without waiting for the pool.
  void run_ready() {
    loop_.restart();
    loop_.poll();
  }

  asio::io_context loop_;
  TaskGroup tasks_{loop_.get_executor(), 1000};
  Seen seen_;
};

TEST_F(BlockingPoolTest, RunsElsewhereAndResumesTheCallerOnItsOwnThread) {
  BlockingPool pool{1, 1};
  std::thread::id ran_on;
  start(pool, [&] {
    ran_on = std::this_thread::get_id();
    return "done";
  });
  run();
  EXPECT_EQ(seen_.answers, std::vector<std::string>{"done"});
  EXPECT_EQ(seen_.resumed_on, std::vector{std::this_thread::get_id()});
  EXPECT_NE(ran_on, std::this_thread::get_id());
}

TEST_F(BlockingPoolTest, TakesFunctionsWithoutAResultAndThoseThatCanOnlyBeMoved) {
  BlockingPool pool{2, 2};
  bool done = false;
  std::unique_ptr<int> got;
  ASSERT_TRUE(tasks_.spawn(call_void(&pool, [] {}, &done)));
  ASSERT_TRUE(tasks_.spawn(call_with_owned(&pool, std::make_unique<int>(7), &got)));
  run();
  EXPECT_TRUE(done);
  ASSERT_NE(got, nullptr);
  EXPECT_EQ(*got, 7);
}

TEST_F(BlockingPoolTest, ThrowsAtTheCallerWhatTheFunctionThrew) {
  BlockingPool pool{1, 1};
  start(pool, []() -> std::string { throw std::runtime_error{"no disk"}; });
  start(pool, [] { return "after"; });
  run();
  EXPECT_EQ(seen_.answers, (std::vector<std::string>{"no disk", "after"}));
}

TEST_F(BlockingPoolTest, RefusesTheCallAboveItsQueue) {
  BlockingPool pool{2, 3};
  Gate gate;
  for (int i = 0; i < 5; ++i) start(pool, gate.held("ran"));
  start(pool, gate.held("above"));
  run_ready();
  // The refusal does not wait for those that run.
  EXPECT_EQ(seen_.answers, std::vector<std::string>{"full"});
  gate.open();
  run();
  EXPECT_EQ(seen_.answers, (std::vector<std::string>{"full", "ran", "ran", "ran", "ran", "ran"}));
  // There is room again.
  start(pool, [] { return "later"; });
  run();
  EXPECT_EQ(seen_.answers.back(), "later");
}

TEST_F(BlockingPoolTest, TakesAsManyAsItHasThreadsWithoutAQueue) {
  BlockingPool pool{1, 0};
  for (int i = 0; i < 20; ++i) {
    start(pool, [] { return "ran"; });
    run();
  }
  EXPECT_EQ(seen_.answers, std::vector<std::string>(20, "ran"));
}

TEST_F(BlockingPoolTest, RunsUpToAsManyAtATimeAsItHasThreads) {
  BlockingPool pool{3, 3};
  Gate gate;
  for (int i = 0; i < 3; ++i) start(pool, gate.held("ran"));
  run_ready();
  gate.wait_for(3);  // with fewer threads it would never come
  gate.open();
  run();
  EXPECT_EQ(seen_.answers.size(), 3U);
}

TEST_F(BlockingPoolTest, AnswersThoseThatWaitWhenItStopsAndLetsThoseThatRunEnd) {
  BlockingPool pool{1, 5};
  Gate gate;
  bool called = false;
  start(pool, gate.held("ran"));
  for (int i = 0; i < 2; ++i) {
    start(pool, [&] {
      called = true;
      return "not to be";
    });
  }
  run_ready();
  gate.wait_for(1);
  std::thread stopping{[&] { pool.stop(); }};
  // The two are answered while the first still runs.
  while (seen_.answers.size() < 2) run_ready();
  EXPECT_EQ(seen_.answers, (std::vector<std::string>{"stopped", "stopped"}));
  gate.open();
  stopping.join();
  run();
  EXPECT_EQ(seen_.answers.back(), "ran");
  EXPECT_FALSE(called);
  start(pool, [] { return "too late"; });
  run();
  EXPECT_EQ(seen_.answers.back(), "stopped");
  pool.stop();
}

TEST_F(BlockingPoolTest, LetsGoOfTheFunctionBeforeTheCallerGoesOn) {
  BlockingPool pool{1, 1};
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = held;
  start(pool, [held = std::move(held)] { return "done"; });
  run();
  EXPECT_TRUE(watched.expired());
}

TEST_F(BlockingPoolTest, ServesManyCallsOfManyLoops) {
  constexpr std::size_t kLoops = 4;
  constexpr std::size_t kCalls = 500;
  BlockingPool pool{2, kLoops * kCalls};
  std::atomic<std::size_t> ran = 0;
  std::vector<std::thread> threads;
  std::atomic<std::size_t> answered = 0;
  threads.reserve(kLoops);
  for (std::size_t i = 0; i < kLoops; ++i) {
    threads.emplace_back([&] {
      asio::io_context loop;
      TaskGroup tasks{loop.get_executor(), kCalls};
      Seen seen;
      for (std::size_t j = 0; j < kCalls; ++j) {
        EXPECT_TRUE(tasks.spawn(call(
            &pool,
            [&] {
              ++ran;
              return std::string(100, 'x');
            },
            &seen)));
      }
      loop.run();
      for (const std::string& answer : seen.answers) answered += answer.size() / 100;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ran, kLoops * kCalls);
  EXPECT_EQ(answered, kLoops * kCalls);
}

}  // namespace
}  // namespace belfry::base
