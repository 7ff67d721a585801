#include "app/twin_process.hpp"

#include "app/twin_names.hpp"
#include "base/child_process.hpp"
#include "base/file.hpp"

#include <cstdlib>
#include <system_error>
#include <utility>

namespace belfry::app {

namespace {

constexpr std::chrono::seconds kStart{10};

// A folder that goes with its object.
class Folder {
 public:
  explicit Folder(std::filesystem::path path) : path_{std::move(path)} {}
  Folder(Folder&& other) noexcept : path_{std::exchange(other.path_, {})} {}
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  Folder& operator=(Folder&&) = delete;
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class TwinProgram final : public proof::Twin {
 public:
  TwinProgram(Folder folder, base::ChildProcess process) : folder_{std::move(folder)}, process_{std::move(process)} {}

  proof::Target target() const override {
    return {.site_host = std::string{kTwinSite},
            .belfry_host = std::string{kTwinBelfry},
            .way = {.socket = folder_.path() / kPrivateSocket},
            .ca_file = {}};
  }

 private:
  // The process ends before its folder goes.
  Folder folder_;
  base::ChildProcess process_;
};

}  // namespace

TwinPrograms::TwinPrograms(std::filesystem::path directory) : directory_{std::move(directory)} {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::expected<std::unique_ptr<proof::Twin>, std::string> TwinPrograms::launch(const proof::TwinOrder& order) {
  if (auto made = base::make_private_directory(directory_); !made) {
    return std::unexpected{"cannot make " + directory_.string() + ": " + made.error().message()};
  }
  std::string name = (directory_ / "XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return std::unexpected{"cannot make a folder in " + directory_.string()};
  Folder folder{name};

  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  std::vector<std::string> command{(self.parent_path() / "belfry-twin").string(), "--without", order.without,
                                   "--directory", name};
  for (const base::IpAddress& address : order.listed) {
    command.emplace_back("--listed");
    command.push_back(address.to_string());
  }
  auto process = base::ChildProcess::start(std::move(command), kStart);
  if (!process) return std::unexpected{std::move(process.error())};
  if (process->first_line() != kTwinReady) return std::unexpected{"belfry-twin: " + process->first_line()};
  return std::make_unique<TwinProgram>(std::move(folder), std::move(*process));
}

}  // namespace belfry::app
