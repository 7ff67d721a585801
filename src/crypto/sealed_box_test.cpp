#include "crypto/sealed_box.hpp"

#include "crypto/encode.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <new>
#include <set>
#include <stdexcept>
#include <utility>

namespace belfry::crypto {
namespace {

constexpr BoxPlace kPlace{.table = "person", .row = "0123", .column = "email"};

class SealedBoxTest : public testing::Test {
 protected:
  base::FakeRandom random_;
  Key256 key_ = Key256::random(random_);
  KeyRing keys_{7, key_.copy()};
};

std::string filled(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i);
  return text;
}

TEST_F(SealedBoxTest, OpensWhatItSealed) {
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 1000U, 100'000U}) {
    const std::string text = filled(size);
    const auto box = seal(text, kPlace, keys_, random_);
    EXPECT_EQ(box.size(), size + kBoxOverhead);
    EXPECT_EQ(open_text(box, kPlace, keys_), text) << size;
  }
}

TEST_F(SealedBoxTest, HasTheVersionAndTheKeysNumberInFront) {
  const auto box = seal("text", kPlace, KeyRing{0x01020304, key_.copy()}, random_);
  EXPECT_EQ(to_hex(std::span{box}.first(5)), "0101020304");
  EXPECT_EQ(key_of(box), KeyNumber{0x01020304});
}

TEST_F(SealedBoxTest, DecryptsWhatAnotherImplementationSealed) {
  // Python's cryptography: AESGCM(bytes(range(32))).encrypt(bytes(range(100, 112)), b"ann@example.com", header +
  // place).
  std::vector<std::byte> key(32);
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::byte>(i);
  const KeyRing keys{7, Key256::from(key).value()};
  const auto box =
      from_hex("01000000076465666768696a6b6c6d6e6f2975b0261c9137f34e0e3ac6b90a07410fc6870d0d1b3ec818989af0812c99");
  EXPECT_EQ(open_text(box.value(), kPlace, keys), "ann@example.com");
}

TEST_F(SealedBoxTest, DoesNotOpenWithAnyBitFlipped) {
  const auto sealed = seal("a@example.com", kPlace, keys_, random_);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    auto box = sealed;
    box[bit / 8] ^= static_cast<std::byte>(1 << (bit % 8));
    EXPECT_EQ(open(box, kPlace, keys_), std::nullopt) << bit;
  }
  EXPECT_TRUE(open(sealed, kPlace, keys_));
}

TEST_F(SealedBoxTest, DoesNotOpenCutOrLengthened) {
  const auto sealed = seal("a@example.com", kPlace, keys_, random_);
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(open(std::span{sealed}.first(size), kPlace, keys_), std::nullopt) << size;
    EXPECT_EQ(open(std::span{sealed}.last(size), kPlace, keys_), std::nullopt) << size;
  }
  auto longer = sealed;
  longer.push_back(std::byte{0});
  EXPECT_EQ(open(longer, kPlace, keys_), std::nullopt);
}

TEST_F(SealedBoxTest, DoesNotOpenInAnotherPlace) {
  const auto box = seal("text", {"ab", "c", "d"}, keys_, random_);
  for (const BoxPlace& place :
       {BoxPlace{"a", "bc", "d"}, BoxPlace{"abc", "", "d"}, BoxPlace{"ab", "cd", ""}, BoxPlace{"ab", "", "cd"},
        BoxPlace{"ab", "c", "e"}, BoxPlace{"ab", "x", "d"}, BoxPlace{"ax", "c", "d"}, BoxPlace{"", "", ""},
        BoxPlace{"c", "ab", "d"}, BoxPlace{"AB", "c", "d"}}) {
    EXPECT_EQ(open(box, place, keys_), std::nullopt) << place.table << "|" << place.row << "|" << place.column;
  }
  EXPECT_EQ(open_text(box, {"ab", "c", "d"}, keys_), "text");
}

TEST_F(SealedBoxTest, DoesNotOpenWithAnotherKey) {
  const auto box = seal("text", kPlace, keys_, random_);
  EXPECT_EQ(open(box, kPlace, KeyRing{7, Key256::random(random_)}), std::nullopt);
  // The right key under another number: the number in front is authenticated too.
  EXPECT_EQ(open(box, kPlace, KeyRing{8, key_.copy()}), std::nullopt);
}

TEST_F(SealedBoxTest, OpensBoxesOfEarlierKeysAndSealsWithTheCurrent) {
  const auto old_box = seal("text", kPlace, keys_, random_);
  KeyRing rotated{8, Key256::random(random_)};
  EXPECT_EQ(open(old_box, kPlace, rotated), std::nullopt);
  rotated.add_earlier(7, key_.copy());
  EXPECT_EQ(open_text(old_box, kPlace, rotated), "text");
  EXPECT_EQ(key_of(seal("text", kPlace, rotated, random_)), KeyNumber{8});
  EXPECT_THROW(rotated.add_earlier(7, Key256::random(random_)), std::invalid_argument);
  EXPECT_THROW(rotated.add_earlier(8, Key256::random(random_)), std::invalid_argument);
}

TEST_F(SealedBoxTest, IsRotatedToANewKeyAndForgetsTheOld) {
  const auto old_box = seal("text", kPlace, keys_, random_);
  EXPECT_THROW(keys_.make_current(7, Key256::random(random_)), std::invalid_argument);
  keys_.make_current(3, Key256::random(random_));
  const auto box = seal("text", kPlace, keys_, random_);
  EXPECT_EQ(key_of(box), KeyNumber{3});
  EXPECT_TRUE(open(old_box, kPlace, keys_));
  keys_.drop_earlier();
  EXPECT_FALSE(open(old_box, kPlace, keys_));
  EXPECT_TRUE(open(box, kPlace, keys_));
  EXPECT_EQ(keys_.all().size(), 1U);
}

TEST_F(SealedBoxTest, TakesANewNonceForEachBox) {
  std::set<std::string> nonces;
  for (int i = 0; i < 1000; ++i) {
    const auto box = seal("same", kPlace, keys_, random_);
    nonces.insert(to_hex(std::span{box}.subspan(5, 12)));
  }
  EXPECT_EQ(nonces.size(), 1000U);
}

TEST_F(SealedBoxTest, OpensNoPlainText) {
  for (const std::string& text : {std::string{}, std::string{"a@example.com"}, std::string(100, '\1')}) {
    EXPECT_EQ(open(std::as_bytes(std::span{text}), kPlace, keys_), std::nullopt);
  }
}

TEST(KeyedHash, HasTheVectorOfHmacAndDependsOnTheKey) {
  // RFC 4231 has no key of 32 bytes; Python's hmac.new(bytes(range(32)), b"ann@example.com", "sha256").
  std::vector<std::byte> bytes(32);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i);
  const Key256 key = Key256::from(bytes).value();
  EXPECT_EQ(to_hex(keyed_hash(key, "ann@example.com")),
            "7fd723e36b1c9108cdb7920372eed4450ff2050f2cda0bd65d71e5d09de0079c");
  base::FakeRandom random;
  EXPECT_NE(keyed_hash(Key256::random(random), "ann@example.com"), keyed_hash(key, "ann@example.com"));
  EXPECT_NE(keyed_hash(key, "bob@example.com"), keyed_hash(key, "ann@example.com"));
}

TEST(Key256, Takes32BytesAlone) {
  const std::vector<std::byte> bytes(33);
  EXPECT_TRUE(Key256::from(std::span{bytes}.first(32)));
  EXPECT_FALSE(Key256::from(std::span{bytes}.first(31)));
  EXPECT_FALSE(Key256::from(bytes));
  EXPECT_FALSE(Key256::from({}));
}

TEST(Key256, LeavesNothingWhereItWasMovedFromOrDied) {
  base::FakeRandom random;
  const auto is_wiped = [](std::span<const std::byte> bytes) {
    return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
  };
  Key256 key = Key256::random(random);
  const Key256 taken = std::move(key);
  EXPECT_TRUE(is_wiped(key.bytes()));  // NOLINT(bugprone-use-after-move): what is left is what is looked at
  EXPECT_FALSE(is_wiped(taken.bytes()));

  alignas(Key256) std::array<std::byte, sizeof(Key256)> memory;
  auto* const placed = new (memory.data()) Key256{taken.copy()};
  EXPECT_FALSE(is_wiped(memory));
  placed->~Key256();
  EXPECT_TRUE(is_wiped(memory));
}

}  // namespace
}  // namespace belfry::crypto
