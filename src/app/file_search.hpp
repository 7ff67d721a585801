#pragma once

// Whether a text stands in one of the files of a data directory: what password.hashed looks for must not.

#include "proof/hashed_drill.hpp"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <span>
#include <string>

namespace belfry::app {

// Of each file, from its end; inclusive. A log grows at its end, so that what was written lately is there; of another
// file that is longer not all is looked at, and the search says so.
inline constexpr std::uintmax_t kSearchedBytes = std::uintmax_t{64} * 1024 * 1024;

// The files that lie in the directory itself. Blocking. An error is a line for the log; a file that goes meanwhile is
// none.
std::expected<proof::FileSearch, std::string> search_files(const std::filesystem::path& directory,
                                                           std::span<const std::string> texts,
                                                           std::uintmax_t bytes = kSearchedBytes);

}  // namespace belfry::app
