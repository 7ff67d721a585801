#include "net/openssl_memory.hpp"

#include <malloc.h>
#include <openssl/crypto.h>
#include <openssl/ssl3.h>

#include <cstddef>
#include <cstdlib>
#include <vector>

namespace belfry::net {

namespace {

// A record's plaintext (RFC 8446, section 5.1) and what OpenSSL has around it.
constexpr std::size_t kLeast = SSL3_RT_MAX_PLAIN_LENGTH;
constexpr std::size_t kBlock = kLeast + 1024;
// What the allocator may give beyond what it was asked for, and a block still be one of these.
constexpr std::size_t kSlack = 64;
// 1.1 MiB a thread: what a busy core has in flight at once; more goes back to the allocator.
constexpr std::size_t kKeptBlocks = 64;

class FreeList {
 public:
  FreeList() { blocks_.reserve(kKeptBlocks); }
  ~FreeList() {
    for (void* block : blocks_) std::free(block);
  }
  FreeList(const FreeList&) = delete;
  FreeList& operator=(const FreeList&) = delete;

  void* take() {
    if (blocks_.empty()) return std::malloc(kBlock);
    void* const block = blocks_.back();
    blocks_.pop_back();
    return block;
  }
  bool keep(void* block) {
    if (blocks_.size() == kKeptBlocks) return false;
    blocks_.push_back(block);
    return true;
  }

 private:
  std::vector<void*> blocks_;
};

// Of this thread, while it lives: OpenSSL frees what it keeps for a thread when that ends, which may be later.
thread_local FreeList* free_list = nullptr;

FreeList* list_of_thread() {
  thread_local struct Owner {
    Owner() { free_list = &list; }
    ~Owner() { free_list = nullptr; }  // before the list's own end
    FreeList list;
  } owner;
  return free_list;
}

void* allocate(std::size_t size, const char*, int) {
  if (size < kLeast || size > kBlock) return std::malloc(size);
  FreeList* const list = list_of_thread();
  return list == nullptr ? std::malloc(kBlock) : list->take();
}

void* reallocate(void* memory, std::size_t size, const char*, int) {
  return std::realloc(memory, size);
}

void release(void* memory, const char*, int) {
  if (memory == nullptr) return;
  const std::size_t size = ::malloc_usable_size(memory);
  if (size >= kBlock && size < kBlock + kSlack && free_list != nullptr && free_list->keep(memory)) return;
  std::free(memory);
}

}  // namespace

bool keep_openssl_buffers() {
  return CRYPTO_set_mem_functions(allocate, reallocate, release) == 1;
}

}  // namespace belfry::net
