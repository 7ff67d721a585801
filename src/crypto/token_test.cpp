#include "crypto/token.hpp"

#include "crypto/encode.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace belfry::crypto {
namespace {

// Counts how often it is asked.
class CountingRandom final : public base::Random {
 public:
  void fill(std::span<std::byte> out) override {
    ++asked_;
    random_.fill(out);
  }
  int asked() const { return asked_; }

 private:
  base::FakeRandom random_;
  int asked_ = 0;
};

TEST(RequestId, IsThirtyTwoLowerCaseHexDigits) {
  base::FakeRandom random;
  const RequestId id{random};
  EXPECT_EQ(id.view().size(), 32U);
  EXPECT_TRUE(from_hex(id.view()));
}

TEST(RequestId, IsTheHexOfTheBytesItWasGiven) {
  base::FakeRandom random{7};
  base::FakeRandom same{7};
  std::array<std::byte, 16> bytes;
  same.fill(bytes);
  EXPECT_EQ(RequestId{random}.view(), to_hex(bytes));
}

TEST(BufferedRandom, GivesExactlyTheBytesOfItsSource) {
  base::FakeRandom source{3};
  base::FakeRandom same{3};
  BufferedRandom buffered{source};
  // 4096 + 4096 + 904 bytes, taken in pieces that straddle the refills.
  std::vector<std::byte> got;
  for (int i = 0; i < 60; ++i) {
    std::array<std::byte, 150> piece;
    buffered.fill(piece);
    got.insert(got.end(), piece.begin(), piece.end());
  }
  std::vector<std::byte> expected(got.size());
  same.fill(expected);
  EXPECT_EQ(got, expected);
}

TEST(BufferedRandom, FillsMoreThanItHoldsAtOnce) {
  base::FakeRandom source{3};
  base::FakeRandom same{3};
  BufferedRandom buffered{source};
  std::vector<std::byte> got(10'000);
  std::vector<std::byte> expected(10'000);
  buffered.fill(got);
  same.fill(expected);
  EXPECT_EQ(got, expected);
}

TEST(BufferedRandom, AsksItsSourceOnceFor256Ids) {
  CountingRandom source;
  BufferedRandom buffered{source};
  std::set<std::string> ids;
  for (int i = 0; i < 256; ++i) ids.insert(RequestId{buffered}.to_string());
  EXPECT_EQ(source.asked(), 1);
  EXPECT_EQ(ids.size(), 256U);
  ids.insert(RequestId{buffered}.to_string());
  EXPECT_EQ(source.asked(), 2);
  EXPECT_EQ(ids.size(), 257U);
}

TEST(CspNonce, Is128BitsInBase64) {
  base::FakeRandom random;
  const std::string nonce = csp_nonce(random);
  EXPECT_THAT(nonce, testing::MatchesRegex("[A-Za-z0-9+/]+=="));
  EXPECT_EQ(nonce.size(), 24U);
  EXPECT_NE(csp_nonce(random), nonce);
}

TEST(RandomToken, CarriesTheBitsAskedFor) {
  base::FakeRandom random;
  EXPECT_EQ(from_base64url(random_token(random))->size(), 32U);
  EXPECT_EQ(from_base64url(random_token(random, 128))->size(), 16U);
  EXPECT_THROW(random_token(random, 0), std::invalid_argument);
  EXPECT_THROW(random_token(random, 12), std::invalid_argument);
}

}  // namespace
}  // namespace belfry::crypto
