#include "base/buffer.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace belfry::base {
namespace {

TEST(Buffer, IsEmptyAndOwnsNothingAtFirst) {
  Buffer buffer;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.size(), 0U);
  EXPECT_EQ(buffer.view(), "");
  EXPECT_EQ(buffer.view().data(), nullptr);
  EXPECT_EQ(buffer.append(""), 0U);
  EXPECT_EQ(buffer.view().data(), nullptr) << "appending nothing took a block";
  buffer.compact();
  buffer.release_if_empty();
  EXPECT_TRUE(buffer.empty());
}

TEST(Buffer, TakesWhatFits) {
  Buffer buffer;
  EXPECT_EQ(buffer.append(std::string(Buffer::kCapacity - 1, 'a')), Buffer::kCapacity - 1);
  EXPECT_EQ(buffer.append("bcd"), 1U);
  EXPECT_EQ(buffer.append("e"), 0U);
  EXPECT_EQ(buffer.size(), Buffer::kCapacity);
  EXPECT_EQ(buffer.view().back(), 'b');
  EXPECT_TRUE(buffer.room().empty());
  EXPECT_EQ(Buffer::copy_of(std::string(Buffer::kCapacity + 1, 'x')).size(), Buffer::kCapacity);
}

TEST(Buffer, IsWrittenInItsRoom) {
  Buffer buffer = Buffer::copy_of("abc");
  const auto room = buffer.room();
  EXPECT_EQ(room.size(), Buffer::kCapacity - 3);
  std::memcpy(room.data(), "def", 3);
  buffer.commit(3);
  EXPECT_EQ(buffer.view(), "abcdef");
  buffer.bytes()[0] = 'A';
  EXPECT_EQ(buffer.view(), "Abcdef");
}

TEST(Buffer, GivesRoomBackWhenItIsCompacted) {
  Buffer buffer = Buffer::copy_of("abcdef");
  buffer.consume(4);
  EXPECT_EQ(buffer.view(), "ef");
  EXPECT_EQ(buffer.room().size(), Buffer::kCapacity - 6);
  buffer.compact();
  EXPECT_EQ(buffer.view(), "ef");
  EXPECT_EQ(buffer.room().size(), Buffer::kCapacity - 2);
  buffer.consume(2);
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.room().size(), Buffer::kCapacity) << "what is used up leaves all of the room";
}

TEST(Buffer, IsMovedWithItsBytes) {
  Buffer one = Buffer::copy_of("abc");
  const char* at = one.view().data();
  Buffer other = std::move(one);
  EXPECT_EQ(other.view(), "abc");
  EXPECT_EQ(other.view().data(), at);
  EXPECT_TRUE(one.empty());  // NOLINT(bugprone-use-after-move): a moved-from Buffer is an empty one
  one.append("x");           // NOLINT(clang-analyzer-cplusplus.Move)
  EXPECT_EQ(one.view(), "x");
  other = std::move(one);
  EXPECT_EQ(other.view(), "x");
  Buffer& self = other;
  other = std::move(self);
  EXPECT_EQ(other.view(), "x");
}

TEST(Buffer, IsSplit) {
  Buffer buffer = Buffer::copy_of("abcdef");
  const Buffer front = buffer.split_front(2);
  EXPECT_EQ(front.view(), "ab");
  EXPECT_EQ(buffer.view(), "cdef");
  const char* at = buffer.view().data();
  const Buffer all = buffer.split_front(4);
  EXPECT_EQ(all.view(), "cdef");
  EXPECT_EQ(all.view().data(), at) << "all of it is moved, not copied";
  EXPECT_TRUE(buffer.empty());
  const Buffer none = Buffer::copy_of("x").split_front(0);
  EXPECT_TRUE(none.empty());
}

TEST(Buffer, GivesItsBlockToTheNext) {
  const char* block = nullptr;
  {
    const Buffer buffer = Buffer::copy_of("a");
    block = buffer.view().data();
  }
  const Buffer next = Buffer::copy_of("b");
  EXPECT_EQ(next.view().data(), block);
}

TEST(Buffer, OutlivesTheThreadItWasMadeOn) {
  std::vector<Buffer> made;
  std::thread{[&] {
    for (int i = 0; i < 200; ++i) made.push_back(Buffer::copy_of("made elsewhere"));
  }}.join();
  for (const Buffer& buffer : made) EXPECT_EQ(buffer.view(), "made elsewhere");
  std::thread{[&] { made.clear(); }}.join();
  EXPECT_TRUE(made.empty());
}

}  // namespace
}  // namespace belfry::base
