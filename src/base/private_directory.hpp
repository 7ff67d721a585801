#pragma once

// The directory that a process keeps its own in: data, keys, the private socket. Whoever may write it can put a file or
// a socket of his own in their place, so one that others may write is not used.

#include <expected>
#include <filesystem>
#include <string>

namespace belfry::base {

// As make_private_directory (base/file.hpp), and refuses one that is there already and that its group or others may
// write. The error is a sentence for the operator that says the way out. What lies above it is the operator's.
std::expected<void, std::string> open_private_directory(const std::filesystem::path& path);

}  // namespace belfry::base
