#include "edge/http2_memory.hpp"

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace belfry::edge {

namespace {

constexpr std::size_t kPage = 4096;
// A frame's payload and head, rounded up to pages.
constexpr std::size_t kLeast = std::size_t{16} * 1024;
constexpr std::size_t kBlock = kLeast + kPage;
// Address space alone: the kernel gives memory as it is written to. Beyond so many the allocator serves.
constexpr std::size_t kBlocks = 65'536;
// Blocks that were used and keep their page for the next connection; the others give it back.
constexpr std::size_t kWarmBlocks = 1024;

class FramePool {
 public:
  FramePool()
      : begin_{static_cast<char*>(::mmap(nullptr, kBlocks * kBlock, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))} {
    if (begin_ == MAP_FAILED) begin_ = nullptr;
    free_.reserve(kWarmBlocks);
  }
  ~FramePool() {
    if (begin_ != nullptr) ::munmap(begin_, kBlocks * kBlock);
  }
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  void* take() {
    if (!free_.empty()) {
      char* const block = free_.back();
      free_.pop_back();
      return block;
    }
    if (begin_ == nullptr || fresh_ == kBlocks) return nullptr;
    return begin_ + kBlock * fresh_++;
  }
  bool holds(const void* memory) const {
    const auto* const byte = static_cast<const char*>(memory);
    return begin_ != nullptr && byte >= begin_ && byte < begin_ + kBlocks * kBlock;
  }
  void give(void* memory) {
    if (free_.size() >= kWarmBlocks) ::madvise(memory, kBlock, MADV_DONTNEED);
    free_.push_back(static_cast<char*>(memory));
  }

 private:
  char* begin_;
  std::size_t fresh_ = 0;
  std::vector<char*> free_;
};

FramePool& pool() {
  thread_local FramePool pool;
  return pool;
}

void* allocate(std::size_t size, void*) {
  if (size >= kLeast && size <= kBlock) {
    if (void* const block = pool().take()) return block;
  }
  return std::malloc(size);
}

void release(void* memory, void*) {
  if (pool().holds(memory)) return pool().give(memory);
  std::free(memory);
}

void* allocate_zeroed(std::size_t count, std::size_t size, void*) {
  return std::calloc(count, size);
}

// nghttp2 asks for a frame's buffer here: to grow what is nothing yet.
void* reallocate(void* memory, std::size_t size, void*) {
  if (memory == nullptr) return allocate(size, nullptr);
  if (!pool().holds(memory)) return std::realloc(memory, size);
  if (size <= kBlock) return memory;
  void* const larger = std::malloc(size);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, memory, kBlock);
  pool().give(memory);
  return larger;
}

}  // namespace

nghttp2_mem* http2_memory() {
  static nghttp2_mem memory{
      .mem_user_data = nullptr, .malloc = allocate, .free = release, .calloc = allocate_zeroed, .realloc = reallocate};
  return &memory;
}

}  // namespace belfry::edge
