#pragma once

// Starts the twin's program, belfry-twin, which stands beside this one. Everything that a twin writes is below one
// folder of ours, which is emptied at start: what a kill -9 left behind is gone then.

#include "net/way.hpp"
#include "proof/twin.hpp"

#include <filesystem>

namespace belfry::app {

class TwinPrograms final : public proof::TwinLauncher {
 public:
  // `directory` is the twins' alone. Removes what is in it.
  explicit TwinPrograms(std::filesystem::path directory);

  std::expected<std::unique_ptr<proof::Twin>, std::string> launch(const proof::TwinOrder& order) override;

 private:
  std::filesystem::path directory_;
};

}  // namespace belfry::app
