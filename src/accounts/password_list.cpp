#include "accounts/password_list.hpp"

#include "accounts/password_text.hpp"
#include "base/ascii.hpp"
#include "crypto/digest.hpp"
#include "crypto/sha1.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

namespace belfry::accounts {
namespace {

constexpr std::size_t kDigits = 40;
// 40 digits, a colon and a count of up to 20.
constexpr std::size_t kDigestLineLimit = kDigits + 1 + 20;
// From anywhere in a line, with the line feed before: the rest of it and the whole next one, with CRLF each.
constexpr std::size_t kWindow = 1 + 2 * (kDigestLineLimit + 2);
constexpr std::uint64_t kSamples = 1024;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

using base::hex_value;

std::optional<crypto::Sha1Digest> digest_of_line(std::string_view line) {
  if (line.size() < kDigits + 2 || line.size() > kDigestLineLimit || line[kDigits] != ':') return std::nullopt;
  if (!std::ranges::all_of(line.substr(kDigits + 1), base::is_digit)) return std::nullopt;
  crypto::Sha1Digest digest;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const int high = hex_value(line[2 * i]);
    const int low = hex_value(line[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest[i] = static_cast<std::byte>(high << 4 | low);
  }
  return digest;
}

// Of any kind, so that a list of digests that we do not search (NTLM has 32 digits) is not taken for one of passwords.
bool looks_like_digest(std::string_view line) {
  const auto digits =
      static_cast<std::size_t>(std::ranges::find_if(line, [](char c) { return hex_value(c) < 0; }) - line.begin());
  return digits >= kDigits || (digits >= 32 && line.substr(digits).starts_with(':'));
}

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// 64 bits: among 16 million lines one password in a million million is taken for another.
std::uint64_t key_of(std::string_view bare_text) {
  const crypto::Sha256Digest digest = crypto::sha256(bare_text);
  std::uint64_t key = 0;
  std::memcpy(&key, digest.data(), sizeof key);
  return key;
}

}  // namespace

struct PasswordList::Line {
  std::uint64_t start = 0;  // end_ where no line starts there or later
  std::uint64_t next = 0;
  crypto::Sha1Digest digest{};
};

std::string PasswordListError::to_string() const {
  return file.string() + (line > 0 ? ":" + std::to_string(line) : "") + ": " + problem;
}

PasswordListError PasswordList::error(std::string problem, std::size_t line) const {
  return {path_, line, std::move(problem)};
}

PasswordListError PasswordList::broken_at(std::uint64_t offset) const {
  return error("no SHA-1 digest in hex, colon and count in the line at byte " + std::to_string(offset));
}

PasswordListError PasswordList::disorder_at(std::uint64_t offset) const {
  return error("not sorted by digest: the line at byte " + std::to_string(offset) + " is out of order");
}

std::expected<std::shared_ptr<const PasswordList>, PasswordListError> PasswordList::open(
    const std::filesystem::path& path) {
  // O_NONBLOCK: opening a FIFO in a file's place must not wait for its writer.
  base::FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  const auto system_error = [&] {
    return std::unexpected{PasswordListError{path, 0, std::generic_category().message(errno)}};
  };
  if (!file) return system_error();
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return system_error();
  if (!S_ISREG(status.st_mode)) return std::unexpected{PasswordListError{path, 0, "not a regular file"}};

  std::shared_ptr<PasswordList> list{new PasswordList{path, std::move(file)}};
  list->end_ = static_cast<std::uint64_t>(status.st_size);
  if (auto loaded = list->load(); !loaded) return std::unexpected{std::move(loaded.error())};
  return list;
}

std::expected<void, PasswordListError> PasswordList::load() {
  std::array<char, kPlainLineLimit> first{};
  const auto size = read_at(0, first.data(), std::min<std::uint64_t>(first.size(), end_));
  if (!size) return std::unexpected{size.error()};
  std::string_view line{first.data(), *size};
  if (line.starts_with(kByteOrderMark)) {
    begin_ = kByteOrderMark.size();
    line.remove_prefix(kByteOrderMark.size());
  }
  line = without_line_end(line.substr(0, line.find('\n')));
  if (!looks_like_digest(line)) return index_lines();

  form_ = Form::Sha1;
  if (!digest_of_line(line)) {
    return std::unexpected{error("begins with a digest, but not as SHA-1 in hex, a colon and a count", 1)};
  }
  // What ends the last line is not searched: an empty line there is no broken one.
  std::array<char, 64> last{};
  const std::uint64_t tail = end_ - std::min<std::uint64_t>(last.size(), end_ - begin_);
  const auto read = read_at(tail, last.data(), static_cast<std::size_t>(end_ - tail));
  if (!read) return std::unexpected{read.error()};
  std::string_view rest{last.data(), *read};
  while (rest.ends_with('\n') || rest.ends_with('\r')) rest.remove_suffix(1);
  end_ = tail + rest.size();
  return check_order();
}

// All that was asked for: less means that the file was cut after it was opened.
std::expected<std::size_t, PasswordListError> PasswordList::read_at(std::uint64_t offset, char* out,
                                                                    std::size_t size) const {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(file_.get(), out + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0) {
      if (errno == EINTR) continue;
      return std::unexpected{error(std::generic_category().message(errno))};
    }
    if (got == 0) return std::unexpected{error("became shorter while it was read")};
    done += static_cast<std::size_t>(got);
  }
  return done;
}

std::expected<void, PasswordListError> PasswordList::index_lines() {
  if (end_ > kPlainFileLimit) return std::unexpected{error("larger than 256 MiB; sorted SHA-1 digests may be")};
  std::vector<char> piece(65536);
  std::size_t held = 0;  // of the line that has not ended yet, at the front of the piece
  std::size_t line_number = 0;
  const auto take = [&](std::string_view line) -> std::expected<void, PasswordListError> {
    ++line_number;
    line = without_line_end(line);
    if (line.size() > kPlainLineLimit) return std::unexpected{error("longer than 1024 bytes", line_number)};
    // What is no UTF-8 is bare of everything; no password that is accepted equals it.
    const std::string text = bare(line);
    if (text.empty()) return {};
    if (index_.size() == kPlainEntryLimit) return std::unexpected{error("more than 16,000,000 lines")};
    index_.push_back(key_of(text));
    return {};
  };
  for (std::uint64_t at = begin_; at < end_;) {
    const auto read = read_at(at, piece.data() + held, std::min<std::uint64_t>(piece.size() - held, end_ - at));
    if (!read) return std::unexpected{read.error()};
    at += *read;
    std::string_view text{piece.data(), held + *read};
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      if (auto taken = take(text.substr(0, end)); !taken) return taken;
      text.remove_prefix(end + 1);
    }
    if (text.size() > kPlainLineLimit + 1) {
      return std::unexpected{error("longer than 1024 bytes", line_number + 1)};
    }
    std::memmove(piece.data(), text.data(), text.size());
    held = text.size();
  }
  if (held > 0) {
    if (auto taken = take({piece.data(), held}); !taken) return taken;
  }
  if (index_.empty()) return std::unexpected{error("lists no password")};
  std::ranges::sort(index_);
  const auto repeated = std::ranges::unique(index_);
  index_.erase(repeated.begin(), repeated.end());
  index_.shrink_to_fit();
  return {};
}

// The first line that starts at `offset` or behind it.
std::expected<PasswordList::Line, PasswordListError> PasswordList::line_from(std::uint64_t offset) const {
  std::array<char, kWindow> window{};
  const std::uint64_t from = offset > begin_ ? offset - 1 : begin_;
  const auto size = read_at(from, window.data(), std::min<std::uint64_t>(window.size(), end_ - from));
  if (!size) return std::unexpected{size.error()};
  const std::string_view text{window.data(), *size};
  const bool reaches_end = from + text.size() == end_;
  std::size_t start = 0;
  if (offset > begin_) {
    const std::size_t before = text.find('\n');
    if (before == std::string_view::npos) {
      if (reaches_end && text.size() <= kDigestLineLimit + 2) return Line{end_, end_, {}};
      return std::unexpected{broken_at(offset)};
    }
    start = before + 1;
  }
  const std::size_t end = text.find('\n', start);
  if (end == std::string_view::npos && !reaches_end) return std::unexpected{broken_at(from + start)};
  const auto digest = digest_of_line(without_line_end(text.substr(start, end - start)));
  if (!digest) return std::unexpected{broken_at(from + start)};
  return Line{from + start, end == std::string_view::npos ? end_ : from + end + 1, *digest};
}

std::expected<void, PasswordListError> PasswordList::check_order() const {
  crypto::Sha1Digest last{};
  const auto scan = [&](std::uint64_t at, std::size_t lines) -> std::expected<void, PasswordListError> {
    for (std::size_t i = 0; i < lines && at < end_; ++i) {
      const auto line = line_from(at);
      if (!line) return std::unexpected{line.error()};
      if (line->start == end_) break;
      if (line->digest < last) return std::unexpected{disorder_at(line->start)};
      last = line->digest;
      at = line->next;
    }
    return {};
  };
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  if (end_ <= kWholeCheckLimit) return scan(begin_, kAll);
  // Of a larger file two lines at each of the places that lie equally far apart, and the last ones: a download that
  // broke off ends in the middle of one.
  for (std::uint64_t i = 0; i < kSamples; ++i) {
    if (auto scanned = scan(begin_ + (end_ - begin_) / kSamples * i, 2); !scanned) return scanned;
  }
  return scan(end_ - kWindow, kAll);
}

std::expected<bool, PasswordListError> PasswordList::contains_digest_of(std::string_view password) const {
  const crypto::Sha1Digest wanted = crypto::sha1(password);
  // Lines that start before `low` have smaller digests, those that start at `high` or behind it have greater ones.
  std::uint64_t low = begin_;
  std::uint64_t high = end_;
  crypto::Sha1Digest least{};
  crypto::Sha1Digest greatest;
  greatest.fill(std::byte{0xff});
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    const auto line = line_from(middle);
    if (!line) return std::unexpected{line.error()};
    if (line->start >= high) {
      high = middle;
      continue;
    }
    if (line->digest == wanted) return true;
    if (line->digest < least || line->digest > greatest) return std::unexpected{disorder_at(line->start)};
    if (line->digest < wanted) {
      low = line->next;
      least = line->digest;
    } else {
      high = middle;
      greatest = line->digest;
    }
  }
  return false;
}

std::expected<bool, PasswordListError> PasswordList::contains(std::string_view password) const {
  const std::string text = bare(password);
  if (form_ == Form::Plain) return std::ranges::binary_search(index_, key_of(text));
  auto found = contains_digest_of(password);
  if (!found || *found || text == password) return found;
  return contains_digest_of(text);
}

}  // namespace belfry::accounts
