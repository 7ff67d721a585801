#include "base/child_process.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace belfry::base {
namespace {

using namespace std::chrono_literals;

TEST(ChildProcess, GivesTheFirstLineAndEndsWithItsOwner) {
  pid_t process = 0;
  {
    const auto child = ChildProcess::start({"sh", "-c", "echo $$; exec sleep 60"}, 5s);
    ASSERT_TRUE(child) << child.error();
    process = static_cast<pid_t>(std::stol(child->first_line()));
    EXPECT_EQ(::kill(process, 0), 0);
  }
  EXPECT_NE(::kill(process, 0), 0) << "gone, and waited for";
}

TEST(ChildProcess, TellsOfAProgramThatIsNotThereOrSaysNothing) {
  EXPECT_FALSE(ChildProcess::start({"/nowhere/program"}, 5s));
  EXPECT_FALSE(ChildProcess::start({"true"}, 5s));
  EXPECT_FALSE(ChildProcess::start({"sleep", "60"}, 50ms));
}

TEST(ChildProcess, InheritsNoDescriptor) {
  constexpr int kNumber = 57;
  ASSERT_EQ(::dup2(STDERR_FILENO, kNumber), kNumber);  // without close-on-exec
  const auto child = ChildProcess::start({"sh", "-c", "[ -e /proc/$$/fd/57 ] && echo inherited || echo none"}, 5s);
  ::close(kNumber);
  ASSERT_TRUE(child);
  EXPECT_EQ(child->first_line(), "none");
}

}  // namespace
}  // namespace belfry::base
