#pragma once

// A piece of bytes on its way through Belfry: 16 KiB of memory from a free list of the thread, handed on by move, so
// that a coroutine owns what it works on. An empty Buffer owns no memory; an idle connection therefore holds none.
//
// A Buffer may be destroyed on another thread than it was made on; its memory then joins that thread's free list.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace belfry::base {

class Buffer {
 public:
  // One TLS record's plaintext at most (RFC 8446, section 5.1: 2^14).
  static constexpr std::size_t kCapacity = 16'384;

  Buffer() = default;
  Buffer(Buffer&& other) noexcept
      : block_{std::exchange(other.block_, nullptr)},
        begin_{std::exchange(other.begin_, 0)},
        end_{std::exchange(other.end_, 0)} {}
  Buffer& operator=(Buffer&& other) noexcept {
    if (this != &other) {
      release();
      block_ = std::exchange(other.block_, nullptr);
      begin_ = std::exchange(other.begin_, 0);
      end_ = std::exchange(other.end_, 0);
    }
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { release(); }

  // At most kCapacity bytes are taken; how many is size() afterwards.
  static Buffer copy_of(std::string_view text) {
    Buffer buffer;
    buffer.append(text);
    return buffer;
  }

  bool empty() const { return begin_ == end_; }
  std::size_t size() const { return end_ - begin_; }
  std::string_view view() const {
    return block_ == nullptr ? std::string_view{} : std::string_view{block_ + begin_, size()};
  }
  std::span<char> bytes() { return {block_ + begin_, size()}; }

  // The free room behind the bytes, after making sure that there is a block. Never larger than kCapacity.
  std::span<char> room() {
    if (block_ == nullptr) block_ = take_block();
    return {block_ + end_, kCapacity - end_};
  }
  // Says that `count` bytes (<= room().size()) were written into room().
  void commit(std::size_t count) { end_ += static_cast<std::uint32_t>(count); }
  // Drops `count` bytes (<= size()) from the front.
  void consume(std::size_t count) {
    begin_ += static_cast<std::uint32_t>(count);
    if (begin_ == end_) begin_ = end_ = 0;
  }
  // Moves the bytes to the start of the block, so that room() is as large as it can be.
  void compact() {
    if (begin_ == 0) return;
    std::memmove(block_, block_ + begin_, size());
    end_ -= begin_;
    begin_ = 0;
  }
  // Appends as much of `text` as fits; returns how much that was.
  std::size_t append(std::string_view text) {
    if (text.empty()) return 0;
    const auto space = room();
    const std::size_t count = std::min(space.size(), text.size());
    std::memcpy(space.data(), text.data(), count);
    commit(count);
    return count;
  }
  // Splits off the first `count` bytes (<= size()) into a Buffer of their own; moves instead of copying where it can.
  Buffer split_front(std::size_t count);
  // Gives the memory back if no bytes are held.
  void release_if_empty() {
    if (empty()) release();
  }
  void release() noexcept {
    if (block_ != nullptr) give_block(std::exchange(block_, nullptr));
    begin_ = end_ = 0;
  }

 private:
  static char* take_block();
  static void give_block(char* block) noexcept;

  char* block_ = nullptr;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
};

}  // namespace belfry::base
