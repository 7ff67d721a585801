#include "base/buffer.hpp"

#include "base/block_list.hpp"

#include <new>

namespace belfry::base {

namespace {

// 64 blocks = 1 MiB a thread: what a busy core has in flight at once; more goes back to the allocator.
constexpr std::size_t kKeptBlocks = 64;

BlockList& free_list() {
  thread_local BlockList list{Buffer::kCapacity, kKeptBlocks};
  return list;
}

}  // namespace

char* Buffer::take_block() {
  void* const block = free_list().take();
  if (block == nullptr) throw std::bad_alloc{};
  return static_cast<char*>(block);
}

void Buffer::give_block(char* block) noexcept {
  free_list().give(block);
}

Buffer Buffer::split_front(std::size_t count) {
  if (count == size()) return std::move(*this);
  Buffer front;
  front.append(view().substr(0, count));
  consume(count);
  return front;
}

}  // namespace belfry::base
