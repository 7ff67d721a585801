#include "app/twin_process.hpp"

#include "app/twin_names.hpp"
#include "base/child_process.hpp"
#include "base/file.hpp"
#include "crypto/base32.hpp"

#include <sys/stat.h>

#include <cstddef>
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

// A Unix socket's path has 107 bytes, so the name is short.
constexpr std::size_t kNameLength = 8;
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";

std::string random_name(base::Random& random) {
  std::string name;
  while (name.size() < kNameLength) name += kLetters[random.next_u64() % kLetters.size()];
  return name;
}

bool is_name(std::string_view text) {
  return text.size() == kNameLength && text.find_first_not_of(kLetters) == std::string_view::npos;
}

}  // namespace

TwinPrograms::TwinPrograms(std::filesystem::path directory, base::Random& random, proof::ArtefactNotes& notes)
    : directory_{std::move(directory)}, random_{random}, notes_{notes} {}

std::expected<void, std::string> TwinPrograms::clean_up(std::string_view name) const {
  // It comes from a file, and what it names is removed.
  if (!is_name(name)) return std::unexpected{"not the name of a twin"};
  std::error_code error;
  std::filesystem::remove_all(directory_ / name, error);
  if (error) return std::unexpected{error.message()};
  return {};
}

std::expected<std::unique_ptr<proof::Twin>, std::string> TwinPrograms::launch(const proof::TwinOrder& order) {
  if (auto made = base::make_private_directory(directory_); !made) {
    return std::unexpected{"cannot make " + directory_.string() + ": " + made.error().message()};
  }
  const std::string name = random_name(random_);
  if (auto noted = notes_.note({.kind = std::string{kKind}, .name = name}); !noted) {
    return std::unexpected{std::move(noted.error())};
  }
  const std::filesystem::path path = directory_ / name;
  if (::mkdir(path.c_str(), S_IRWXU) != 0) return std::unexpected{"cannot make " + path.string()};
  Folder folder{path};

  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  std::vector<std::string> command{(self.parent_path() / "belfry-twin").string(), "--without", order.without,
                                   "--directory", path.string()};
  for (const base::IpAddress& address : order.listed) {
    command.emplace_back("--listed");
    command.push_back(address.to_string());
  }
  if (order.canary) {
    command.insert(command.end(), {"--canary", order.canary->email, "--password", order.canary->password});
    if (!order.canary->totp_secret.empty()) {
      command.insert(command.end(), {"--secret", crypto::to_base32(order.canary->totp_secret)});
    }
    if (!order.canary->reset_token.empty()) command.insert(command.end(), {"--reset", order.canary->reset_token});
    if (order.canary->role == proof::CanaryRole::Staff) {
      command.insert(command.end(), {"--role", std::string{kTwinStaff}});
    }
  }
  auto process = base::ChildProcess::start(std::move(command), kStart);
  if (!process) return std::unexpected{std::move(process.error())};
  if (process->first_line() != kTwinReady) return std::unexpected{"belfry-twin: " + process->first_line()};
  return std::make_unique<TwinProgram>(std::move(folder), std::move(*process));
}

}  // namespace belfry::app
