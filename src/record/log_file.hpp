#pragma once

// The file that lines are appended to, rotated by size: "name" is the newest, "name.1" the next older, up to
// limits.files of them. It notices when it was moved or removed by somebody else, and begins anew. One thread.

#include "record/request_log.hpp"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace belfry::record {

class LogFile {
 public:
  LogFile(std::filesystem::path directory, std::string_view name, RequestLogLimits limits);
  ~LogFile() { close(); }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  // Appends whole lines, or on an error none of them (where the disk lets it take back what it wrote; if it does not,
  // the next append ends the torn line first). Every call tries again from the start.
  std::expected<void, std::string> append(std::string_view lines);

  // Of the n-th file, 0 being the newest.
  static std::filesystem::path path_of(const std::filesystem::path& directory, std::string_view name, std::uint32_t n);

 private:
  std::expected<void, std::string> open();
  std::expected<void, std::string> rotate();
  bool still_in_place() const;
  void close();

  std::filesystem::path directory_;
  std::string name_;
  RequestLogLimits limits_;
  int descriptor_ = -1;
};

}  // namespace belfry::record
