#pragma once

// The guestbook that the demo puts behind the door: a program of its own (examples/guestbook, carried inside this
// binary), started as a child process and ended with its owner. Loopback only.

#include "base/child_process.hpp"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <utility>

namespace belfry::app {

class SampleApplication {
 public:
  // Writes the program into `directory`, starts it with python3 and waits until it says where it listens, 10 s at most.
  // Call it while the process has one thread. The error is a sentence for the operator.
  static std::expected<SampleApplication, std::string> start(const std::filesystem::path& directory);
  std::uint16_t port() const { return port_; }

 private:
  SampleApplication(base::ChildProcess process, std::uint16_t port) : process_{std::move(process)}, port_{port} {}

  base::ChildProcess process_;
  std::uint16_t port_;
};

}  // namespace belfry::app
