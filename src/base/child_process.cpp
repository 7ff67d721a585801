#include "base/child_process.hpp"

#include "base/file_descriptor.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>
#include <utility>

namespace belfry::base {

namespace {

constexpr std::size_t kLineLimit = 4096;

// Only calls that are safe between fork and exec.
[[noreturn]] void become(char* const* command, int output) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(output, STDOUT_FILENO);
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execvp(command[0], command);
  ::_exit(127);
}

// The first line that comes, without its end; nullopt where none comes.
std::optional<std::string> read_line(int input, std::chrono::milliseconds within) {
  std::string line;
  for (;;) {
    pollfd ready{.fd = input, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>(within.count())) != 1) return std::nullopt;
    std::array<char, 256> piece{};
    const ssize_t got = ::read(input, piece.data(), piece.size());
    if (got <= 0) return std::nullopt;
    line.append(piece.data(), static_cast<std::size_t>(got));
    if (const auto end = line.find('\n'); end != std::string::npos) return line.substr(0, end);
    if (line.size() > kLineLimit) return std::nullopt;
  }
}

}  // namespace

std::expected<ChildProcess, std::string> ChildProcess::start(std::vector<std::string> command,
                                                             std::chrono::milliseconds within) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);

  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return std::unexpected{"no file descriptor is left"};
  const FileDescriptor input{pipe[0]};
  FileDescriptor output{pipe[1]};
  const pid_t process = ::fork();
  if (process < 0) return std::unexpected{"no process can be started"};
  if (process == 0) become(arguments.data(), output.get());
  output = {};
  ChildProcess child{process};
  auto line = read_line(input.get(), within);
  if (!line) return std::unexpected{command.front() + " did not start"};
  child.first_line_ = std::move(*line);
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : process_{std::exchange(other.process_, -1)}, first_line_{std::move(other.first_line_)} {}

ChildProcess::~ChildProcess() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

}  // namespace belfry::base
