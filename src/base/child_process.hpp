#pragma once

// A program that runs beside this one for as long as the object lives, and that tells by a first line of output that it
// is ready. It inherits no descriptor but its output's, no blocked signal, and ends with the thread that started it,
// also where that is killed.

#include <sys/types.h>

#include <chrono>
#include <expected>
#include <string>
#include <vector>

namespace belfry::base {

class ChildProcess {
 public:
  // `command`: the program (looked for in PATH where it has no slash) and its arguments. Blocking, until its first line
  // came, `within` for each piece of it. The error is a line for the log.
  static std::expected<ChildProcess, std::string> start(std::vector<std::string> command,
                                                        std::chrono::milliseconds within);
  // Kills it, and waits for its end.
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ChildProcess& operator=(ChildProcess&&) = delete;

  // Without its end.
  const std::string& first_line() const { return first_line_; }

 private:
  explicit ChildProcess(pid_t process) : process_{process} {}

  pid_t process_;
  std::string first_line_;
};

}  // namespace belfry::base
