#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>
#include <vector>

namespace belfry::base {

namespace {

std::error_code last_error() {
  return {errno, std::generic_category()};
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_{value} {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool valid() const { return value_ >= 0; }
  int value() const { return value_; }
  // False where the file system reports a write error only now (NFS, quotas).
  bool close() { return ::close(std::exchange(value_, -1)) == 0; }

 private:
  int value_;
};

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::filesystem::path directory_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
}

}  // namespace

std::expected<std::string, std::error_code> read_file(const std::filesystem::path& path, std::size_t limit) {
  // O_NONBLOCK: opening a FIFO in a file's place must not wait for its writer.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!file.valid()) return std::unexpected{last_error()};
  struct stat status{};
  if (::fstat(file.value(), &status) != 0) return std::unexpected{last_error()};
  if (S_ISDIR(status.st_mode)) return std::unexpected{std::make_error_code(std::errc::is_a_directory)};
  if (!S_ISREG(status.st_mode)) return std::unexpected{std::make_error_code(std::errc::invalid_argument)};
  if (std::cmp_greater(status.st_size, limit)) {
    return std::unexpected{std::make_error_code(std::errc::file_too_large)};
  }

  // One byte more than expected, so that a file that grew meanwhile is noticed.
  std::string content(static_cast<std::size_t>(status.st_size) + 1, '\0');
  std::size_t size = 0;
  while (true) {
    if (size == content.size()) {
      if (size > limit) return std::unexpected{std::make_error_code(std::errc::file_too_large)};
      content.resize(std::min(size * 2, limit + 1));
    }
    const ssize_t got = ::read(file.value(), content.data() + size, content.size() - size);
    if (got < 0) {
      if (errno == EINTR) continue;
      return std::unexpected{last_error()};
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > limit) return std::unexpected{std::make_error_code(std::errc::file_too_large)};
  content.resize(size);
  return content;
}

std::expected<void, std::error_code> write_file(const std::filesystem::path& path, std::string_view content,
                                                FileMode mode) {
  const std::filesystem::path directory = directory_of(path);
  std::string beside = (directory / ("." + path.filename().string() + ".XXXXXX")).string();
  // mkostemp(3) creates with mode 0600.
  Descriptor file{::mkostemp(beside.data(), O_CLOEXEC)};
  if (!file.valid()) return std::unexpected{last_error()};

  const bool written = write_all(file.value(), content) &&
                       (mode == FileMode::OwnerOnly || ::fchmod(file.value(), 0644) == 0) &&
                       ::fsync(file.value()) == 0 && file.close() && ::rename(beside.c_str(), path.c_str()) == 0;
  if (!written) {
    const std::error_code error = last_error();
    ::unlink(beside.c_str());
    return std::unexpected{error};
  }
  // The rename itself is durable once the directory is.
  const Descriptor parent{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!parent.valid() || ::fsync(parent.value()) != 0) return std::unexpected{last_error()};
  return {};
}

std::expected<void, std::error_code> make_private_directory(const std::filesystem::path& path) {
  std::vector<std::filesystem::path> missing;
  for (std::filesystem::path at = path; !at.empty(); at = at.parent_path()) {
    struct stat status{};
    if (::stat(at.c_str(), &status) == 0) {
      if (!S_ISDIR(status.st_mode)) return std::unexpected{std::make_error_code(std::errc::not_a_directory)};
      break;
    }
    if (errno != ENOENT) return std::unexpected{last_error()};
    missing.push_back(at);
    if (at == at.parent_path()) break;
  }
  for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
    if (::mkdir(at->c_str(), 0700) != 0 && errno != EEXIST) return std::unexpected{last_error()};
  }
  return {};
}

std::optional<FileStamp> FileStamp::of(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  const auto nanoseconds = [](const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_nsec};
  };
  return FileStamp{static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino),
                   static_cast<std::uint64_t>(status.st_size), nanoseconds(status.st_mtim),
                   nanoseconds(status.st_ctim)};
}

}  // namespace belfry::base
