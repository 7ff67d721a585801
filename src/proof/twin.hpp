#pragma once

// The twin: a copy of the door with exactly one measure left out, on which a drill shows that its attack could succeed.
// A program of its own (belfry-twin), started for one drill: it listens on a Unix socket alone, has a throw-away key,
// certificate and store, an echo for an application, and ends with its owner or after 30 seconds. proof says what it
// needs; app starts the program.

#include "base/ip_address.hpp"
#include "proof/canary_accounts.hpp"
#include "proof/target.hpp"

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace belfry::proof {

struct TwinOrder {
  // The claim whose measure is left out: "request.origin".
  std::string without;
  // What its blocklist lists.
  std::vector<base::IpAddress> listed;
  // Who has an account there, and is nobody else's: others on this machine can read what a program is started with.
  std::optional<Canary> canary{};
};

// A running twin; it ends with the object.
class Twin {
 public:
  virtual ~Twin() = default;
  // How to reach it. The way's source is the caller's to choose (Target::seen_from).
  virtual Target target() const = 0;
};

class TwinLauncher {
 public:
  virtual ~TwinLauncher() = default;
  // Blocking, up to a few seconds; gives a twin that answers. An error is a line for the log. Any thread.
  virtual std::expected<std::unique_ptr<Twin>, std::string> launch(const TwinOrder& order) = 0;
};

}  // namespace belfry::proof
