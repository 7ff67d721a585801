#pragma once

// Small files read whole and written whole: configuration, certificates, keys, state. Blocking; never on a worker's
// thread.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace belfry::base {

// The content of a regular file of up to `limit` bytes, inclusive; errc::file_too_large beyond that,
// errc::invalid_argument for what is no regular file.
std::expected<std::string, std::error_code> read_file(const std::filesystem::path& path, std::size_t limit);

// Who may read a file that is written.
enum class FileMode : std::uint8_t {
  OwnerOnly,  // 0600
  Readable,   // 0644
};

// Afterwards the file has the new content, or on an error the old: written beside, synced, renamed into place, and the
// directory synced. The file never exists with a wider mode than asked for.
std::expected<void, std::error_code> write_file(const std::filesystem::path& path, std::string_view content,
                                                FileMode mode);

// Creates the directory and its parents where they are missing, the new ones with mode 0700.
std::expected<void, std::error_code> make_private_directory(const std::filesystem::path& path);

// What tells whether a file was replaced or rewritten without reading it. Symbolic links are followed.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;

  // nullopt where there is no such file.
  static std::optional<FileStamp> of(const std::filesystem::path& path);
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

}  // namespace belfry::base
