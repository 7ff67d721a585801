#include "base/task_group.hpp"

#include "base/event.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <stdexcept>

namespace belfry::base {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> count(int* counter) {
  ++*counter;
  co_return;
}

asio::awaitable<void> wait_for(Event* event, int* ended) {
  co_await event->wait();
  ++*ended;
}

asio::awaitable<void> join_then(TaskGroup* group, int* joined) {
  co_await group->join();
  ++*joined;
}

asio::awaitable<void> fail() {
  throw std::logic_error{"broken"};
  co_return;
}

class TaskGroupTest : public testing::Test {
 protected:
  void run_ready() {
    context.restart();
    context.poll();
  }

  asio::io_context context{1};
  Event first{context.get_executor()};
  Event second{context.get_executor()};
  int ended = 0;
};

TEST_F(TaskGroupTest, RunsWhatIsSpawned) {
  TaskGroup group{context.get_executor(), 10};
  int counter = 0;
  EXPECT_TRUE(group.spawn(count(&counter)));
  EXPECT_TRUE(group.spawn(count(&counter)));
  run_ready();
  EXPECT_EQ(counter, 2);
  EXPECT_EQ(group.running(), 0U);
}

TEST_F(TaskGroupTest, RefusesTheTaskAboveItsCapacity) {
  TaskGroup group{context.get_executor(), 2};
  int counter = 0;
  EXPECT_TRUE(group.spawn(wait_for(&first, &ended)));
  EXPECT_TRUE(group.spawn(wait_for(&second, &ended)));
  EXPECT_FALSE(group.spawn(count(&counter)));
  first.set();
  second.set();
  run_ready();
  EXPECT_EQ(counter, 0);
  EXPECT_EQ(ended, 2);
}

TEST_F(TaskGroupTest, HasRoomAgainWhenATaskHasEnded) {
  TaskGroup group{context.get_executor(), 1};
  int counter = 0;
  for (int i = 1; i <= 3; ++i) {
    EXPECT_TRUE(group.spawn(count(&counter)));
    run_ready();
    EXPECT_EQ(counter, i);
  }
}

TEST_F(TaskGroupTest, IsJoinedWhenTheLastTaskHasEnded) {
  TaskGroup group{context.get_executor(), 10};
  TaskGroup joiners{context.get_executor(), 1};
  int joined = 0;
  EXPECT_TRUE(group.spawn(wait_for(&first, &ended)));
  EXPECT_TRUE(group.spawn(wait_for(&second, &ended)));
  EXPECT_TRUE(joiners.spawn(join_then(&group, &joined)));
  run_ready();
  EXPECT_EQ(joined, 0);
  first.set();
  run_ready();
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(joined, 0);
  second.set();
  run_ready();
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(joined, 1);
}

TEST_F(TaskGroupTest, IsJoinedAtOnceWhereNothingRuns) {
  TaskGroup group{context.get_executor(), 10};
  TaskGroup joiners{context.get_executor(), 1};
  int joined = 0;
  EXPECT_TRUE(joiners.spawn(join_then(&group, &joined)));
  run_ready();
  EXPECT_EQ(joined, 1);
}

TEST_F(TaskGroupTest, IsNotJoinedForATaskThatEndedBefore) {
  TaskGroup group{context.get_executor(), 10};
  TaskGroup joiners{context.get_executor(), 1};
  int counter = 0;
  int joined = 0;
  EXPECT_TRUE(group.spawn(count(&counter)));
  run_ready();
  EXPECT_TRUE(group.spawn(wait_for(&first, &ended)));
  EXPECT_TRUE(joiners.spawn(join_then(&group, &joined)));
  run_ready();
  EXPECT_EQ(joined, 0) << "gone before the task was";
  first.set();
  run_ready();
  EXPECT_EQ(joined, 1);
}

TEST_F(TaskGroupTest, LetsABrokenInvariantOutOfTheLoop) {
  TaskGroup group{context.get_executor(), 10};
  EXPECT_TRUE(group.spawn(fail()));
  EXPECT_THROW(run_ready(), std::logic_error);
  EXPECT_EQ(group.running(), 0U);
}

void outlive() {
  asio::io_context context{1};
  Event never{context.get_executor()};
  int ended = 0;
  TaskGroup group{context.get_executor(), 10};
  if (group.spawn(wait_for(&never, &ended))) context.poll();
}

TEST(TaskGroupDeathTest, TerminatesWhereTasksWouldOutliveIt) {
  EXPECT_DEATH(outlive(), "");
}

}  // namespace
}  // namespace belfry::base
