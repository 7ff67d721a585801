#include "record/log_file.hpp"

#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace belfry::record {

namespace {

std::unexpected<std::string> failure(std::string_view what, const std::filesystem::path& path, int error) {
  return std::unexpected{std::string{what} + " " + path.string() + ": " + std::generic_category().message(error)};
}

// errno says why not.
bool write_all(int descriptor, std::string_view lines) {
  while (!lines.empty()) {
    const ssize_t written = ::write(descriptor, lines.data(), lines.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

LogFile::LogFile(std::filesystem::path directory, std::string_view name, RequestLogLimits limits)
    : directory_{std::move(directory)}, name_{name}, limits_{limits} {}

std::filesystem::path LogFile::path_of(const std::filesystem::path& directory, std::string_view name, std::uint32_t n) {
  return directory / (n == 0 ? std::string{name} : std::string{name} + "." + std::to_string(n));
}

void LogFile::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

bool LogFile::still_in_place() const {
  struct stat opened{};
  struct stat named{};
  return descriptor_ >= 0 && ::fstat(descriptor_, &opened) == 0 &&
         ::stat(path_of(directory_, name_, 0).c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

std::expected<void, std::string> LogFile::open() {
  close();
  if (const auto made = base::make_private_directory(directory_); !made) {
    return failure("cannot create", directory_, made.error().value());
  }
  const auto path = path_of(directory_, name_, 0);
  descriptor_ = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) return failure("cannot open", path, errno);

  // What was torn off by a crash or a full disk must not swallow the next line.
  struct stat status{};
  char last = '\n';
  const bool ended = ::fstat(descriptor_, &status) != 0 || status.st_size == 0 ||
                     ::pread(descriptor_, &last, 1, status.st_size - 1) != 1 || last == '\n';
  if (!ended && !write_all(descriptor_, "\n")) {
    const int error = errno;
    close();
    return failure("cannot write", path, error);
  }
  return {};
}

std::expected<void, std::string> LogFile::rotate() {
  close();
  const std::uint32_t oldest = limits_.files > 0 ? limits_.files - 1 : 0;
  const auto last = path_of(directory_, name_, oldest);
  if (::unlink(last.c_str()) != 0 && errno != ENOENT) return failure("cannot remove", last, errno);
  for (std::uint32_t n = oldest; n > 0; --n) {
    const auto from = path_of(directory_, name_, n - 1);
    if (::rename(from.c_str(), path_of(directory_, name_, n).c_str()) != 0 && errno != ENOENT) {
      return failure("cannot rename", from, errno);
    }
  }
  return open();
}

std::expected<void, std::string> LogFile::append(std::string_view lines) {
  if (!still_in_place()) {
    if (auto opened = open(); !opened) return opened;
  }
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0) return failure("cannot read", path_of(directory_, name_, 0), errno);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > 0 && size + lines.size() > limits_.file_bytes) {
    if (auto rotated = rotate(); !rotated) return rotated;
    if (::fstat(descriptor_, &status) != 0) return failure("cannot read", path_of(directory_, name_, 0), errno);
  }
  if (!write_all(descriptor_, lines)) {
    const int error = errno;
    // Where this fails too, open() finds the torn line.
    if (::ftruncate(descriptor_, status.st_size) != 0) errno = error;
    close();
    return failure("cannot write", path_of(directory_, name_, 0), error);
  }
  return {};
}

}  // namespace belfry::record
