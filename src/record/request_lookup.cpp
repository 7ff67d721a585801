#include "record/request_lookup.hpp"

#include "base/ascii.hpp"
#include "record/log_file.hpp"
#include "record/request_line.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace belfry::record {

namespace {

// What is read at once.
constexpr std::uint64_t kWindow = std::uint64_t{256} * 1024;

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= FileRequestLookup::kIdLimit && std::ranges::all_of(id, [](char c) {
    return base::is_letter(c) || base::is_digit(c) || c == '-' || c == '_';
  });
}

class ReadableFile {
 public:
  explicit ReadableFile(const std::filesystem::path& path)
      : descriptor_{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)} {}
  ~ReadableFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  ReadableFile(const ReadableFile&) = delete;
  ReadableFile& operator=(const ReadableFile&) = delete;

  // 0 where there is no such regular file.
  std::uint64_t size() const {
    struct stat status{};
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
    return static_cast<std::uint64_t>(status.st_size);
  }

  // Up to `count` bytes at `offset` into `bytes`; fewer at the file's end and where it cannot be read.
  void read(std::uint64_t offset, std::uint64_t count, std::string& bytes) const {
    bytes.resize(count);
    std::size_t got = 0;
    while (got < count) {
      const ssize_t now = ::pread(descriptor_, bytes.data() + got, count - got, static_cast<off_t>(offset + got));
      if (now < 0 && errno == EINTR) continue;
      if (now <= 0) break;
      got += static_cast<std::size_t>(now);
    }
    bytes.resize(got);
  }

 private:
  int descriptor_;
};

// The line that the byte at `offset` belongs to, without its line feed.
std::string line_around(const ReadableFile& file, std::uint64_t offset) {
  const std::uint64_t begin = offset - std::min<std::uint64_t>(offset, kRequestLineLimit);
  std::string bytes;
  file.read(begin, 2 * kRequestLineLimit, bytes);
  const std::size_t at = std::min<std::size_t>(offset - begin, bytes.size());
  const std::size_t before = at == 0 ? std::string::npos : bytes.rfind('\n', at - 1);
  const std::size_t first = before == std::string::npos ? 0 : before + 1;
  return bytes.substr(first, bytes.find('\n', at) - first);
}

std::optional<RequestRecord> find_in(const ReadableFile& file, std::string_view id, std::uint64_t& bytes_left) {
  const std::string needle = R"("id":")" + std::string{id} + '"';
  std::string window;
  std::uint64_t end = file.size();
  while (end > 0 && bytes_left > 0) {
    const std::uint64_t begin = end - std::min({end, kWindow, bytes_left});
    // With the beginning of the window before this one, lest the needle lies across the border.
    file.read(begin, end - begin + needle.size() - 1, window);
    bytes_left -= end - begin;

    std::size_t from = 0;
    // memmem(3), as string_view::find() is several times slower where the first character is frequent.
    while (const void* hit = ::memmem(window.data() + from, window.size() - from, needle.data(), needle.size())) {
      const auto at = static_cast<std::size_t>(static_cast<const char*>(hit) - window.data());
      auto record = parse_request_line(line_around(file, begin + at));
      if (record && record->id == id) return record;
      from = at + 1;
    }
    end = begin;
  }
  return std::nullopt;
}

}  // namespace

FileRequestLookup::FileRequestLookup(std::filesystem::path directory, std::function<void()> settle,
                                     RequestLogLimits limits)
    : FileRequestLookup{std::move(directory), std::move(settle), limits,
                        limits.file_bytes * std::max<std::uint64_t>(1, limits.files)} {}

FileRequestLookup::FileRequestLookup(std::filesystem::path directory, std::function<void()> settle,
                                     RequestLogLimits limits, std::uint64_t byte_limit)
    : directory_{std::move(directory)}, settle_{std::move(settle)}, limits_{limits}, byte_limit_{byte_limit} {}

std::optional<RequestRecord> FileRequestLookup::find(std::string_view id) {
  if (!is_id(id)) return std::nullopt;
  settle_();
  std::uint64_t bytes_left = byte_limit_;
  // A rotation meanwhile moves files towards where we are going: one may be read twice, none is missed.
  for (std::uint32_t n = 0; n < std::max<std::uint32_t>(1, limits_.files) && bytes_left > 0; ++n) {
    const ReadableFile file{LogFile::path_of(directory_, RequestLog::kFileName, n)};
    if (auto record = find_in(file, id, bytes_left)) return record;
  }
  return std::nullopt;
}

}  // namespace belfry::record
