#include "app/file_search.hpp"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <vector>

namespace belfry::app {

namespace {

constexpr std::size_t kPiece = std::size_t{1024} * 1024;

// In `bytes` from the end of the file.
bool is_in(std::ifstream& file, std::uintmax_t size, std::uintmax_t bytes, std::span<const std::string> texts) {
  std::size_t longest = 0;
  for (const std::string& text : texts) longest = std::max(longest, text.size());
  file.seekg(static_cast<std::streamoff>(size - std::min(size, bytes)));
  std::string window;
  std::vector<char> piece(kPiece);
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    window.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    if (std::ranges::any_of(texts, [&](const std::string& text) { return window.contains(text); })) return true;
    // What may be the beginning of one that ends in the next piece.
    if (window.size() > longest) window.erase(0, window.size() - longest);
  }
  return false;
}

}  // namespace

std::expected<proof::FileSearch, std::string> search_files(const std::filesystem::path& directory,
                                                           std::span<const std::string> texts, std::uintmax_t bytes) {
  std::error_code error;
  proof::FileSearch search{.files = 0, .is_found = false, .is_complete = true};
  std::filesystem::directory_iterator entry{directory, error};
  if (error) return std::unexpected{directory.string() + ": " + error.message()};
  for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const std::filesystem::path& path = entry->path();
    const std::uintmax_t size = std::filesystem::file_size(path, ignored);
    std::ifstream file{path, std::ios::binary};
    if (ignored || !file) {
      if (std::filesystem::exists(path, ignored)) search.is_complete = false;
      continue;
    }
    ++search.files;
    const bool is_log = path.filename().string().contains(".log");
    if (size > bytes && !is_log) search.is_complete = false;
    if (is_in(file, size, bytes, texts)) search.is_found = true;
  }
  if (error) return std::unexpected{directory.string() + ": " + error.message()};
  return search;
}

}  // namespace belfry::app
