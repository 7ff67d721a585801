#include "app/file_search.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

namespace belfry::app {

namespace {

constexpr std::size_t kPiece = std::size_t{1024} * 1024;

enum class Looked : std::uint8_t { Found, Absent, Failed };

// In what begins at byte `at` of the file.
Looked look_for(std::span<const std::string> texts, int file, std::uintmax_t at) {
  std::size_t longest = 0;
  for (const std::string& text : texts) longest = std::max(longest, text.size());
  std::string window;
  std::vector<char> piece(kPiece);
  for (;;) {
    const ssize_t count = ::pread(file, piece.data(), piece.size(), static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Looked::Failed;
    if (count == 0) return Looked::Absent;
    at += static_cast<std::uintmax_t>(count);
    window.append(piece.data(), static_cast<std::size_t>(count));
    if (std::ranges::any_of(texts, [&](const std::string& text) { return window.contains(text); })) {
      return Looked::Found;
    }
    // What may be the beginning of one that ends in the next piece.
    if (window.size() > longest) window.erase(0, window.size() - longest);
  }
}

bool is_of_a_database(const std::filesystem::path& file) {
  return file.filename().string().contains(".sqlite");
}

}  // namespace

struct FileSearcher::Opened {
  int file = -1;               // -1: it could not be
  base::FileDescriptor owned;  // closed behind the search; empty for what is kept
  std::uintmax_t size = 0;
};

FileSearcher::Opened FileSearcher::open(const std::filesystem::path& file) {
  Opened opened;
  struct stat status{};
  if (is_of_a_database(file)) {
    if (::stat(file.c_str(), &status) != 0) return opened;
    const auto known = kept_.find({status.st_dev, status.st_ino});
    if (known != kept_.end()) {
      opened.file = known->second.get();
      opened.size = static_cast<std::uintmax_t>(status.st_size);
      return opened;
    }
    if (kept_.size() >= kKept) return opened;
  }
  base::FileDescriptor descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  if (!descriptor) return opened;
  opened.file = descriptor.get();
  const bool is_known = ::fstat(descriptor.get(), &status) == 0;
  opened.size = is_known ? static_cast<std::uintmax_t>(status.st_size) : 0;
  if (!is_of_a_database(file)) {
    opened.owned = std::move(descriptor);
  } else {
    // Kept in any case, also where one of the same file is kept already: to close it is what must not be.
    const auto kept = kept_.try_emplace({status.st_dev, status.st_ino}, std::move(descriptor));
    if (!kept.second) [[maybe_unused]]
      const int left_open = descriptor.release();
  }
  return opened;
}

std::expected<proof::FileSearch, std::string> FileSearcher::search(const std::filesystem::path& directory,
                                                                   std::span<const std::string> texts,
                                                                   std::uintmax_t bytes) {
  std::error_code error;
  proof::FileSearch search{.files = 0, .is_found = false, .is_complete = true};
  std::filesystem::directory_iterator entry{directory, error};
  if (error) return std::unexpected{directory.string() + ": " + error.message()};
  for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const std::filesystem::path& path = entry->path();
    const Opened opened = open(path);
    if (opened.file < 0) {
      if (std::filesystem::exists(path, ignored)) search.is_complete = false;
      continue;
    }
    ++search.files;
    const bool is_log = path.filename().string().contains(".log");
    if (opened.size > bytes && !is_log) search.is_complete = false;
    switch (look_for(texts, opened.file, opened.size - std::min(opened.size, bytes))) {
      case Looked::Found:
        search.is_found = true;
        break;
      case Looked::Failed:
        search.is_complete = false;
        break;
      case Looked::Absent:
        break;
    }
  }
  if (error) return std::unexpected{directory.string() + ": " + error.message()};
  return search;
}

}  // namespace belfry::app
