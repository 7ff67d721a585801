#pragma once

// The operator's own list of passwords that nobody may choose, in one of two forms, told apart by the first line:
// passwords, one a line, or Have I Been Pwned's SHA-1 digests (40 hex digits, a colon, a count), sorted by digest. The
// second is searched in the file, which may have tens of gigabytes; of the first an index is kept in memory.
//
// Immutable once opened, shared by all threads. Lines may end with CRLF, and a byte order mark is passed over. A list
// that cannot be read or is in disorder is an error each time, never an absent password: the caller fails closed.

#include "base/file_descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::accounts {

struct PasswordListError {
  std::filesystem::path file;
  std::size_t line = 0;  // from 1; 0: the file as a whole
  std::string problem;

  // "/etc/belfry/passwords.txt:12: …"
  std::string to_string() const;
};

class PasswordList {
 public:
  // Of a list of passwords: largest file, longest line and most lines, all inclusive. Its index takes 8 bytes a line.
  static constexpr std::uint64_t kPlainFileLimit = 256ULL << 20;
  static constexpr std::size_t kPlainLineLimit = 1024;
  static constexpr std::size_t kPlainEntryLimit = 16'000'000;
  // A list of digests is read whole at the opening up to this size, inclusive; of a larger one, samples.
  static constexpr std::uint64_t kWholeCheckLimit = 16ULL << 20;

  enum class Form : std::uint8_t { Plain, Sha1 };

  // Blocking, up to some seconds. A file that is missing, empty, in disorder or of broken lines is refused.
  static std::expected<std::shared_ptr<const PasswordList>, PasswordListError> open(const std::filesystem::path& path);

  // Whether it lists the password, in any case where its form tells (a digest is looked for of the password as it is
  // and in lower case). Any thread; blocking: with digests two searches of up to log2(bytes of the file) + 1 reads.
  std::expected<bool, PasswordListError> contains(std::string_view password) const;

  Form form() const { return form_; }
  // Of the index; 0 where the file is searched.
  std::size_t memory_bytes() const { return index_.size() * sizeof(std::uint64_t); }

 private:
  struct Line;

  PasswordList(std::filesystem::path path, base::FileDescriptor file)
      : path_{std::move(path)}, file_{std::move(file)} {}

  std::expected<void, PasswordListError> load();
  std::expected<void, PasswordListError> index_lines();
  std::expected<void, PasswordListError> check_order() const;
  std::expected<std::size_t, PasswordListError> read_at(std::uint64_t offset, char* out, std::size_t size) const;
  std::expected<Line, PasswordListError> line_from(std::uint64_t offset) const;
  std::expected<bool, PasswordListError> contains_digest_of(std::string_view password) const;
  PasswordListError error(std::string problem, std::size_t line = 0) const;
  PasswordListError broken_at(std::uint64_t offset) const;
  PasswordListError disorder_at(std::uint64_t offset) const;

  std::filesystem::path path_;
  base::FileDescriptor file_;
  Form form_ = Form::Plain;
  // The lines stand between these, without a byte order mark and without the last line's end.
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::vector<std::uint64_t> index_;
};

}  // namespace belfry::accounts
