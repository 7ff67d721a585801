#pragma once

// Starts the twin's program, belfry-twin, which stands beside this one. Everything that a twin writes is below one
// folder of ours, each in its own, which is noted in the drills' ledger before it is made: what a kill -9 left behind
// is cleaned up at the next start.

#include "base/random.hpp"
#include "net/way.hpp"
#include "proof/drill_ledger_store.hpp"
#include "proof/twin.hpp"

#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace belfry::app {

class TwinPrograms final : public proof::TwinLauncher {
 public:
  // What a twin is called in the ledger.
  static constexpr std::string_view kKind = "twin";

  // `directory` is the twins' alone. Random and notes outlive the launcher.
  TwinPrograms(std::filesystem::path directory, base::Random& random, proof::ArtefactNotes& notes);

  // On the drills' thread, as the notes are.
  std::expected<std::unique_ptr<proof::Twin>, std::string> launch(const proof::TwinOrder& order) override;
  // Removes the folder of the twin that was noted by this name, if it is there.
  std::expected<void, std::string> clean_up(std::string_view name) const;

 private:
  std::filesystem::path directory_;
  base::Random& random_;
  proof::ArtefactNotes& notes_;
};

}  // namespace belfry::app
