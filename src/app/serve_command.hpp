#pragma once

// `belfry serve`: the door, until it is told to close.

#include <filesystem>
#include <iosfwd>

namespace belfry::app {

// 0 after SIGTERM or SIGINT; 1: the door could not be opened; 2: the configuration is wrong. What is wrong goes to
// `err`. Call it while the process has one thread.
int serve_command(const std::filesystem::path& config, std::ostream& err);

}  // namespace belfry::app
