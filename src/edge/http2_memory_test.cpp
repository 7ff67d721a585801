#include "edge/http2_memory.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace belfry::edge {
namespace {

constexpr std::size_t kFrame = 16 * 1024 + 10;

TEST(Http2Memory, AFramesBufferLiesOnPagesOfItsOwnAndIsUsedAgain) {
  nghttp2_mem* memory = http2_memory();
  void* first = memory->malloc(kFrame, nullptr);
  void* second = memory->realloc(nullptr, kFrame, nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % 4096, 0U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(second) % 4096, 0U);
  EXPECT_NE(first, second);
  std::memset(first, 1, kFrame);
  std::memset(second, 2, kFrame);
  EXPECT_EQ(static_cast<char*>(first)[kFrame - 1], 1);
  memory->free(first, nullptr);
  EXPECT_EQ(memory->malloc(kFrame, nullptr), first);
  memory->free(first, nullptr);
  memory->free(second, nullptr);
}

TEST(Http2Memory, WhatGrowsBeyondABlockKeepsItsBytes) {
  nghttp2_mem* memory = http2_memory();
  auto* text = static_cast<char*>(memory->malloc(kFrame, nullptr));
  std::memset(text, 'a', kFrame);
  EXPECT_EQ(memory->realloc(text, kFrame + 100, nullptr), text);
  auto* grown = static_cast<char*>(memory->realloc(text, 100'000, nullptr));
  ASSERT_NE(grown, nullptr);
  EXPECT_EQ(grown[kFrame - 1], 'a');
  memory->free(grown, nullptr);
}

TEST(Http2Memory, WhatIsNoFramesBufferIsTheAllocators) {
  nghttp2_mem* memory = http2_memory();
  auto* zeroed = static_cast<char*>(memory->calloc(10, 10, nullptr));
  EXPECT_EQ(zeroed[99], 0);
  auto* larger = static_cast<char*>(memory->realloc(zeroed, 200, nullptr));
  EXPECT_EQ(larger[0], 0);
  memory->free(larger, nullptr);
  memory->free(nullptr, nullptr);
}

// More than are kept warm, at once and given back: nothing is lost of those that come after.
TEST(Http2Memory, ManyAtOnce) {
  nghttp2_mem* memory = http2_memory();
  for (int round = 0; round < 2; ++round) {
    std::vector<void*> blocks;
    for (int i = 0; i < 3000; ++i) {
      blocks.push_back(memory->malloc(kFrame, nullptr));
      std::memset(blocks.back(), i, 100);
    }
    for (int i = 0; i < 3000; ++i) {
      EXPECT_EQ(static_cast<unsigned char*>(blocks[static_cast<std::size_t>(i)])[99], i % 256);
      memory->free(blocks[static_cast<std::size_t>(i)], nullptr);
    }
  }
}

}  // namespace
}  // namespace belfry::edge
