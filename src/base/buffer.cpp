#include "base/buffer.hpp"

#include <vector>

namespace belfry::base {

namespace {

// 64 blocks = 1 MiB a thread: what a busy core has in flight at once; more goes back to the allocator.
constexpr std::size_t kKeptBlocks = 64;

struct FreeList {
  FreeList() { blocks.reserve(kKeptBlocks); }
  ~FreeList() {
    for (char* block : blocks) delete[] block;
  }
  FreeList(const FreeList&) = delete;
  FreeList& operator=(const FreeList&) = delete;
  std::vector<char*> blocks;
};

FreeList& free_list() {
  thread_local FreeList list;
  return list;
}

}  // namespace

char* Buffer::take_block() {
  auto& blocks = free_list().blocks;
  if (blocks.empty()) return new char[kCapacity];
  char* block = blocks.back();
  blocks.pop_back();
  return block;
}

void Buffer::give_block(char* block) noexcept {
  auto& blocks = free_list().blocks;
  if (blocks.size() < kKeptBlocks) {
    blocks.push_back(block);
  } else {
    delete[] block;
  }
}

Buffer Buffer::split_front(std::size_t count) {
  if (count == size()) return std::move(*this);
  Buffer front;
  front.append(view().substr(0, count));
  consume(count);
  return front;
}

}  // namespace belfry::base
