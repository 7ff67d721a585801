#include "crypto/base32.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace belfry::crypto {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text});
}

struct Vector {
  std::string_view text;
  std::string_view base32;
};

// RFC 4648, section 10, without the padding.
constexpr Vector kVectors[] = {{"", ""},
                               {"f", "MY"},
                               {"fo", "MZXQ"},
                               {"foo", "MZXW6"},
                               {"foob", "MZXW6YQ"},
                               {"fooba", "MZXW6YTB"},
                               {"foobar", "MZXW6YTBOI"}};

TEST(Base32, HasTheVectorsOfRfc4648BothWays) {
  for (const Vector& vector : kVectors) {
    EXPECT_EQ(to_base32(bytes_of(vector.text)), vector.base32);
    const auto bytes = from_base32(vector.base32);
    ASSERT_TRUE(bytes) << vector.base32;
    EXPECT_TRUE(std::ranges::equal(*bytes, bytes_of(vector.text))) << vector.base32;
  }
}

TEST(Base32, RefusesWhatItDoesNotWrite) {
  for (const std::string_view text :
       {"M", "MZX", "MZXW6Y", "MY======", "my", "MZ", "M Y", "M1", "M8", "MY\n", "MZXR"}) {
    EXPECT_FALSE(from_base32(text)) << text;
  }
}

}  // namespace
}  // namespace belfry::crypto
