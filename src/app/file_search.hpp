#pragma once

// Whether a text stands in one of the files of a data directory: what password.hashed looks for must not.
//
// The files of a database are opened once and stay open for as long as this lives, which is longer than the stores do.
// fcntl(2): "If a process closes any file descriptor referring to a file, then all of the process's locks on that file
// are released". SQLite's would be, and the next program that opens the database would take it for one that nobody
// uses, and delete the log that this one goes on writing to.

#include "base/file_descriptor.hpp"
#include "proof/hashed_drill.hpp"

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <utility>

namespace belfry::app {

// Of each file, from its end; inclusive. A log grows at its end, so that what was written lately is there; of another
// file that is longer not all is looked at, and the search says so.
inline constexpr std::uintmax_t kSearchedBytes = std::uintmax_t{64} * 1024 * 1024;

class FileSearcher {
 public:
  // The files that lie in the directory itself. Blocking, one thread. An error is a line for the log; a file that goes
  // meanwhile is none.
  std::expected<proof::FileSearch, std::string> search(const std::filesystem::path& directory,
                                                       std::span<const std::string> texts,
                                                       std::uintmax_t bytes = kSearchedBytes);

 private:
  using FileNumber = std::pair<dev_t, ino_t>;
  struct Opened;

  Opened open(const std::filesystem::path& file);

  // Descriptors of databases' files that are kept, inclusive: three for each, and those that were replaced.
  static constexpr std::size_t kKept = 32;
  std::map<FileNumber, base::FileDescriptor> kept_;
};

}  // namespace belfry::app
