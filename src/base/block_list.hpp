#pragma once

// Blocks of memory of one size, of which a thread keeps some at hand: those that were given back last are taken first,
// while they are in the processor's caches. One thread.

#include <cstddef>
#include <cstdlib>
#include <vector>

namespace belfry::base {

class BlockList {
 public:
  // Keeps up to `kept` blocks, inclusive; more go back to the allocator.
  BlockList(std::size_t block, std::size_t kept) : block_{block}, kept_{kept} { blocks_.reserve(kept); }
  ~BlockList() {
    for (void* block : blocks_) std::free(block);
  }
  BlockList(const BlockList&) = delete;
  BlockList& operator=(const BlockList&) = delete;

  // nullptr where there is no memory. What is not given back is to be freed by std::free().
  void* take() {
    if (blocks_.empty()) return std::malloc(block_);
    void* const block = blocks_.back();
    blocks_.pop_back();
    return block;
  }
  // One that take() gave, here or on another thread.
  void give(void* block) noexcept {
    if (blocks_.size() < kept_) {
      blocks_.push_back(block);
    } else {
      std::free(block);
    }
  }

 private:
  const std::size_t block_;
  const std::size_t kept_;
  std::vector<void*> blocks_;
};

}  // namespace belfry::base
