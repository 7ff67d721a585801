#include "net/openssl_memory.hpp"

#include "base/block_list.hpp"

#include <malloc.h>
#include <openssl/crypto.h>
#include <openssl/ssl3.h>

#include <cstddef>
#include <cstdlib>

namespace belfry::net {

namespace {

// A record's plaintext (RFC 8446, section 5.1) and what OpenSSL has around it.
constexpr std::size_t kLeast = SSL3_RT_MAX_PLAIN_LENGTH;
constexpr std::size_t kBlock = kLeast + 1024;
// What the allocator may give beyond what it was asked for, and a block still be one of these.
constexpr std::size_t kSlack = 64;
// 1.1 MiB a thread: what a busy core has in flight at once; more goes back to the allocator.
constexpr std::size_t kKeptBlocks = 64;

// Of this thread, while it lives: OpenSSL frees what it keeps for a thread when that ends, which may be later.
thread_local base::BlockList* free_list = nullptr;

base::BlockList* list_of_thread() {
  thread_local struct Owner {
    Owner() { free_list = &list; }
    ~Owner() { free_list = nullptr; }  // before the list's own end
    base::BlockList list{kBlock, kKeptBlocks};
  } owner;
  return free_list;
}

void* allocate(std::size_t size, const char*, int) {
  if (size < kLeast || size > kBlock) return std::malloc(size);
  base::BlockList* const list = list_of_thread();
  return list == nullptr ? std::malloc(kBlock) : list->take();
}

void* reallocate(void* memory, std::size_t size, const char*, int) {
  return std::realloc(memory, size);
}

void release(void* memory, const char*, int) {
  if (memory == nullptr) return;
  const std::size_t size = ::malloc_usable_size(memory);
  if (size >= kBlock && size < kBlock + kSlack && free_list != nullptr) return free_list->give(memory);
  std::free(memory);
}

}  // namespace

bool keep_openssl_buffers() {
  return CRYPTO_set_mem_functions(allocate, reallocate, release) == 1;
}

}  // namespace belfry::net
