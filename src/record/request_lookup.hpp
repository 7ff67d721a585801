#pragma once

// Finds a request in the files of the RequestLog: the newest file first, from its end backwards, because who asks for
// an id has just got it.

#include "record/request_log.hpp"
#include "record/request_record.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

namespace belfry::record {

// One thread at a time.
class FileRequestLookup final : public RequestLookup {
 public:
  // Ids are 1 to 64 letters, digits, '-' or '_'; anything else is not looked for.
  static constexpr std::size_t kIdLimit = 64;

  // `settle` is called before each look-up and returns when what was logged is in the files (RequestLog::settle).
  // Reads at most `byte_limit` bytes a look-up: by default all that the log keeps.
  FileRequestLookup(std::filesystem::path directory, std::function<void()> settle, RequestLogLimits limits = {});
  FileRequestLookup(std::filesystem::path directory, std::function<void()> settle, RequestLogLimits limits,
                    std::uint64_t byte_limit);

  std::optional<RequestRecord> find(std::string_view id) override;

 private:
  std::filesystem::path directory_;
  std::function<void()> settle_;
  RequestLogLimits limits_;
  std::uint64_t byte_limit_;
};

}  // namespace belfry::record
