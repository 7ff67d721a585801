#pragma once

// `belfry check`: says what is wrong with a configuration before a door is opened with it.

#include "app/configuration.hpp"

#include <filesystem>
#include <iosfwd>
#include <vector>

namespace belfry::app {

struct CheckArguments {
  std::filesystem::path config;
  // One JSON object instead of text: {"ok": bool, "problems": [{"file", "line", "column", "message", "hint"}]}.
  bool json = false;
  // Print the reference of all keys instead; no configuration is read.
  bool reference = false;
};

// 0: nothing is wrong, and a summary of what `belfry serve` would do was written to `out`. 2: problems, written to
// `err` (with json: to `out`). Blocking.
int check_command(const CheckArguments& arguments, std::ostream& out, std::ostream& err);

// What `belfry serve` needs of this machine and would not find: certificate and key, blocklist files that are readable
// and make sense, a data directory that is, or can be made, and is writable. Creates nothing. Blocking.
std::vector<Problem> missing_for_serve(const Configuration& configuration);

}  // namespace belfry::app
