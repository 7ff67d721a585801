#include "upstream/run_beside.hpp"

#include "base/event.hpp"
#include "upstream/scripted_application_test_support.hpp"

#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace belfry::upstream {
namespace {

using Task = boost::asio::awaitable<void>;

struct Script {
  base::Event main_may_end;
  base::Event side_may_end;
  std::string log;
};

// Says how a task was left, also when it was cancelled.
struct Note {
  std::string* log;
  const char* text;
  ~Note() { *log += text; }
};

Task main_task(Script* script) {
  const Note note{&script->log, "main;"};
  co_await script->main_may_end.wait();
}
Task side_task(Script* script) {
  const Note note{&script->log, "side;"};
  co_await script->side_may_end.wait();
}
Task failing_task() {
  throw std::runtime_error{"broken"};
  co_return;
}

boost::asio::awaitable<std::string> run(Task main, Task side) {
  std::string thrown = "nothing";
  try {
    co_await run_beside(std::move(main), std::move(side));
  } catch (const std::runtime_error& error) {
    thrown = error.what();
  }
  co_return thrown;
}

class RunBesideTest : public testing::Test {
 protected:
  Stage stage_;
  Script script_{base::Event{stage_.io.get_executor()}, base::Event{stage_.io.get_executor()}, {}};
};

TEST_F(RunBesideTest, EndsTheSideWhenTheMainHasEnded) {
  std::optional<std::string> thrown;
  stage_.start(run(main_task(&script_), side_task(&script_)), &thrown);
  stage_.run_ready();
  EXPECT_EQ(script_.log, "");
  script_.main_may_end.set();
  stage_.run_until([&] { return thrown.has_value(); }, "both ends");
  EXPECT_EQ(script_.log, "main;side;");
  EXPECT_EQ(thrown, "nothing");
}

TEST_F(RunBesideTest, WaitsForTheMainWhenTheSideHasEnded) {
  std::optional<std::string> thrown;
  stage_.start(run(main_task(&script_), side_task(&script_)), &thrown);
  script_.side_may_end.set();
  stage_.run_ready();
  EXPECT_EQ(script_.log, "side;");
  EXPECT_FALSE(thrown);
  script_.main_may_end.set();
  stage_.run_until([&] { return thrown.has_value(); }, "both ends");
  EXPECT_EQ(script_.log, "side;main;");
}

TEST_F(RunBesideTest, AFailureOfTheSideEndsTheMain) {
  EXPECT_EQ(stage_.await(run(main_task(&script_), failing_task())), "broken");
  EXPECT_EQ(script_.log, "main;");
}

TEST_F(RunBesideTest, AFailureOfTheMainEndsTheSide) {
  EXPECT_EQ(stage_.await(run(failing_task(), side_task(&script_))), "broken");
  EXPECT_EQ(script_.log, "side;");
}

}  // namespace
}  // namespace belfry::upstream
