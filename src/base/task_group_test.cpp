#include "base/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <vector>

namespace belfry::base {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

asio::awaitable<void> count(int* counter) {
  ++*counter;
  co_return;
}

// Waits until it is cancelled; `ended` counts how many did so.
asio::awaitable<void> wait_for_cancel(int* ended) {
  asio::steady_timer timer{co_await asio::this_coro::executor, 1h};
  const auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (error == asio::error::operation_aborted) ++*ended;
}

asio::awaitable<void> throw_something() {
  throw std::runtime_error{"a broken invariant"};
  co_return;
}

asio::awaitable<void> join_then(TaskGroup* group, int* joined) {
  co_await group->join();
  ++*joined;
}

class TaskGroupTest : public testing::Test {
 protected:
  // Runs what is ready, and does not wait for timers.
  void run_ready() {
    context.restart();
    context.poll();
  }

  asio::io_context context;
};

TEST_F(TaskGroupTest, RunsWhatIsSpawned) {
  TaskGroup group{context.get_executor(), 10};
  int counter = 0;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(group.spawn(count(&counter)));
  run_ready();
  EXPECT_EQ(counter, 10);
  EXPECT_EQ(group.running(), 0U);
}

TEST_F(TaskGroupTest, RefusesTheTaskAboveItsCapacity) {
  TaskGroup group{context.get_executor(), 2};
  int ended = 0;
  int counter = 0;
  EXPECT_TRUE(group.spawn(wait_for_cancel(&ended)));
  EXPECT_TRUE(group.spawn(wait_for_cancel(&ended)));
  EXPECT_FALSE(group.spawn(count(&counter)));
  EXPECT_EQ(group.spawn_cancellable(count(&counter)), nullptr);
  run_ready();
  EXPECT_EQ(counter, 0);
  EXPECT_EQ(group.running(), 2U);
  group.cancel();
  run_ready();
  EXPECT_EQ(ended, 2);
}

TEST_F(TaskGroupTest, HasRoomAgainWhenATaskHasEnded) {
  TaskGroup group{context.get_executor(), 1};
  int counter = 0;
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(group.spawn(count(&counter)));
    run_ready();
  }
  EXPECT_EQ(counter, 5);
}

TEST_F(TaskGroupTest, CancelsAllAndStartsNoMore) {
  TaskGroup group{context.get_executor(), 100};
  int ended = 0;
  int counter = 0;
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(group.spawn(wait_for_cancel(&ended)));
  run_ready();
  group.cancel();
  EXPECT_FALSE(group.spawn(count(&counter)));
  run_ready();
  EXPECT_EQ(ended, 50);
  EXPECT_EQ(counter, 0);
  EXPECT_EQ(group.running(), 0U);
}

TEST_F(TaskGroupTest, CancelsATaskThatHasNotRunYet) {
  TaskGroup group{context.get_executor(), 10};
  int ended = 0;
  EXPECT_TRUE(group.spawn(wait_for_cancel(&ended)));
  group.cancel();
  run_ready();
  EXPECT_EQ(group.running(), 0U) << "a cancel that came before the first step was lost";
}

TEST_F(TaskGroupTest, CancelsOneAlone) {
  TaskGroup group{context.get_executor(), 10};
  int first = 0;
  int second = 0;
  auto* signal = group.spawn_cancellable(wait_for_cancel(&first));
  ASSERT_NE(signal, nullptr);
  EXPECT_TRUE(group.spawn(wait_for_cancel(&second)));
  run_ready();
  signal->emit(asio::cancellation_type::terminal);
  run_ready();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 0);
  EXPECT_EQ(group.running(), 1U);
  group.cancel();
  run_ready();
  EXPECT_EQ(second, 1);
}

TEST_F(TaskGroupTest, IsJoinedWhenTheLastTaskHasEnded) {
  TaskGroup group{context.get_executor(), 10};
  int ended = 0;
  int joined = 0;
  EXPECT_TRUE(group.spawn(wait_for_cancel(&ended)));
  auto* second = group.spawn_cancellable(wait_for_cancel(&ended));
  asio::co_spawn(context, join_then(&group, &joined), asio::detached);
  asio::co_spawn(context, join_then(&group, &joined), asio::detached);
  run_ready();
  EXPECT_EQ(joined, 0);
  second->emit(asio::cancellation_type::terminal);
  run_ready();
  EXPECT_EQ(joined, 0);
  group.cancel();
  run_ready();
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(joined, 2);
}

TEST_F(TaskGroupTest, IsJoinedAtOnceWhereNothingRuns) {
  TaskGroup group{context.get_executor(), 10};
  int joined = 0;
  asio::co_spawn(context, join_then(&group, &joined), asio::detached);
  run_ready();
  EXPECT_EQ(joined, 1);
}

TEST_F(TaskGroupTest, IsJoinedAlsoWhereTheJoinerIsCancelledMeanwhile) {
  TaskGroup inner{context.get_executor(), 10};
  TaskGroup outer{context.get_executor(), 10};
  int ended = 0;
  int joined = 0;
  EXPECT_TRUE(inner.spawn(wait_for_cancel(&ended)));
  EXPECT_TRUE(outer.spawn(join_then(&inner, &joined)));
  run_ready();
  outer.cancel();
  run_ready();
  EXPECT_EQ(joined, 0) << "gone before the tasks were";
  EXPECT_EQ(outer.running(), 1U);
  inner.cancel();
  run_ready();
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(joined, 1);
}

// What a session does: it works until it is cancelled, then joins the tasks it owns.
asio::awaitable<void> work_then_join(TaskGroup* group, int* ended, int* joined) {
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await wait_for_cancel(ended);
  co_await group->join();
  ++*joined;
}

TEST_F(TaskGroupTest, IsJoinedAlsoWhereTheJoinerWasCancelledBefore) {
  TaskGroup inner{context.get_executor(), 10};
  TaskGroup outer{context.get_executor(), 10};
  int ended = 0;
  int joined = 0;
  int inner_ended = 0;
  EXPECT_TRUE(inner.spawn(wait_for_cancel(&inner_ended)));
  EXPECT_TRUE(outer.spawn(work_then_join(&inner, &ended, &joined)));
  run_ready();
  outer.cancel();
  run_ready();
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(joined, 0);
  EXPECT_EQ(outer.running(), 1U);
  inner.cancel();
  run_ready();
  EXPECT_EQ(joined, 1);
}

asio::awaitable<void> join_then_wait(TaskGroup* group, int* ended) {
  co_await group->join();
  co_await wait_for_cancel(ended);
}

TEST_F(TaskGroupTest, LeavesTheJoinerCancellable) {
  TaskGroup inner{context.get_executor(), 10};
  TaskGroup outer{context.get_executor(), 10};
  int ended = 0;
  EXPECT_TRUE(outer.spawn(join_then_wait(&inner, &ended)));
  run_ready();
  outer.cancel();
  run_ready();
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(outer.running(), 0U);
}

// Goes on after it was cancelled, as a loop does that takes the error for its peer's.
asio::awaitable<void> wait_twice(int* ended) {
  co_await wait_for_cancel(ended);
  co_await wait_for_cancel(ended);
}

TEST_F(TaskGroupTest, TakesATaskThatAsioStoppedForEnded) {
  TaskGroup group{context.get_executor(), 10};
  int ended = 0;
  EXPECT_TRUE(group.spawn(wait_twice(&ended)));
  run_ready();
  group.cancel();
  EXPECT_NO_THROW(run_ready());
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(group.running(), 0U);
}

TEST_F(TaskGroupTest, LetsABrokenInvariantOutOfTheLoop) {
  TaskGroup group{context.get_executor(), 10};
  EXPECT_TRUE(group.spawn(throw_something()));
  EXPECT_THROW(run_ready(), std::runtime_error);
  EXPECT_EQ(group.running(), 0U);
}

void destroy_group_with_a_running_task() {
  asio::io_context context;
  int ended = 0;
  TaskGroup group{context.get_executor(), 1};
  if (group.spawn(wait_for_cancel(&ended))) context.poll();
}

TEST(TaskGroupDeathTest, TerminatesWhereTasksWouldOutliveIt) {
  EXPECT_DEATH(destroy_group_with_a_running_task(), "terminate called");
}

}  // namespace
}  // namespace belfry::base
