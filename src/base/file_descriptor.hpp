#pragma once

// A file descriptor that is closed with its owner.

#include <unistd.h>

#include <utility>

namespace belfry::base {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_{number} {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_{other.release()} {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { reset(-1); }

  explicit operator bool() const { return number_ >= 0; }
  int get() const { return number_; }
  // The caller closes it.
  [[nodiscard]] int release() { return std::exchange(number_, -1); }

 private:
  void reset(int number) {
    if (number_ >= 0) ::close(number_);
    number_ = number;
  }

  int number_ = -1;
};

}  // namespace belfry::base
