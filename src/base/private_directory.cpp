#include "base/private_directory.hpp"

#include "base/file.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace belfry::base {

std::expected<void, std::string> open_private_directory(const std::filesystem::path& path) {
  if (const auto made = make_private_directory(path); !made) {
    return std::unexpected{"cannot make the directory " + path.string() + ": " + made.error().message()};
  }
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    return std::unexpected{"cannot look at the directory " + path.string() + ": " +
                           std::error_code{errno, std::generic_category()}.message()};
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return std::unexpected{
        "the directory " + path.string() +
        " may be written by others than its owner, who could put files of theirs in place of its own; "
        "run: chmod go-w " +
        path.string()};
  }
  return {};
}

}  // namespace belfry::base
