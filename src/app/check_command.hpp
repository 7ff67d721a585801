#pragma once

// `belfry check`: says what is wrong with a configuration before a door is opened with it.

#include "app/configuration.hpp"
#include "base/clock.hpp"

#include <filesystem>
#include <iosfwd>
#include <vector>

namespace belfry::app {

struct CheckArguments {
  std::filesystem::path config;
  // One JSON object instead of text: {"ok": bool, "problems": [{"file", "line", "column", "message", "hint"}]}; line
  // and column are null where a problem has no place in the file.
  bool json = false;
  // Print the reference of all keys instead; no configuration is read.
  bool reference = false;
};

// 0: nothing is wrong, and a summary of what `belfry serve` would do was written to `out`. 2: problems, written to
// `err` (with json: to `out`). Blocking.
int check_command(const CheckArguments& arguments, std::ostream& out, std::ostream& err);

// What `belfry serve` needs of this machine and would not find at `now`: a certificate with its key that is valid and
// covers every host, blocklist files that can be read to their last line, a data directory that is writable or can be
// made. Creates nothing. Blocking.
std::vector<Problem> missing_for_serve(const Configuration& configuration, base::WallTime now);

}  // namespace belfry::app
