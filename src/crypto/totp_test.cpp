#include "crypto/totp.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace belfry::crypto {
namespace {

using namespace std::chrono_literals;

// RFC 6238, appendix B: the secret of the SHA-1 rows.
constexpr std::string_view kText = "12345678901234567890";
const std::span<const std::byte> kSecret = std::as_bytes(std::span{kText});

const base::WallTime kNow{1'111'111'109s};
const TotpStep kStep = 1'111'111'109 / 30;

TEST(Totp, HasTheVectorsOfRfc6238) {
  struct Vector {
    std::chrono::seconds time;
    std::string_view code;  // of eight digits, of which an authenticator shows the last six
  };
  for (const auto& [time, code] :
       {Vector{59s, "94287082"}, Vector{1'111'111'109s, "07081804"}, Vector{1'111'111'111s, "14050471"},
        Vector{1'234'567'890s, "89005924"}, Vector{2'000'000'000s, "69279037"}, Vector{20'000'000'000s, "65353130"}}) {
    EXPECT_EQ(totp_code(kSecret, totp_step(base::WallTime{time}).value()), code.substr(2)) << time.count();
  }
}

TEST(Totp, AgreesWithOathtool) {
  // oathtool --totp -N '2026-01-01 00:00:00 UTC' -b GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ
  EXPECT_EQ(totp_code(kSecret, totp_step(base::FakeClock{}.wall_now()).value()), "745690");
}

TEST(Totp, HasNoStepBefore1970) {
  EXPECT_EQ(totp_step(base::WallTime{0s}), TotpStep{0});
  EXPECT_EQ(totp_step(base::WallTime{29'999ms}), TotpStep{0});
  EXPECT_EQ(totp_step(base::WallTime{30s}), TotpStep{1});
  EXPECT_EQ(totp_step(base::WallTime{-1ms}), std::nullopt);
  EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, 0), base::WallTime{-1ms}, std::nullopt), std::nullopt);
  EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, 0), base::WallTime{1ms}, std::nullopt), TotpStep{0});
}

TEST(MatchTotp, ToleratesOneStepEachSideAndNoMore) {
  EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, kStep - 2), kNow, std::nullopt), std::nullopt);
  EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, kStep - 1), kNow, std::nullopt), kStep - 1);
  EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, kStep), kNow, std::nullopt), kStep);
  EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, kStep + 1), kNow, std::nullopt), kStep + 1);
  EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, kStep + 2), kNow, std::nullopt), std::nullopt);
}

TEST(MatchTotp, TakesNoStepTwiceNorAnOlderOne) {
  EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, kStep), kNow, kStep), std::nullopt);
  EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, kStep - 1), kNow, kStep), std::nullopt);
  EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, kStep + 1), kNow, kStep), kStep + 1);
  EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, kStep), kNow, kStep - 1), kStep);
}

TEST(MatchTotp, TakesNoUsedStepAfterTheClockWasSetBack) {
  const std::string code = totp_code(kSecret, kStep);
  EXPECT_EQ(match_totp(kSecret, code, kNow - 30s, kStep), std::nullopt);
  EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, kStep - 100), kNow - 100 * 30s, kStep), std::nullopt);
}

TEST(MatchTotp, RefusesWhatIsNoCodeOfTheSecret) {
  const std::string code = totp_code(kSecret, kStep);
  for (const std::string& text :
       {std::string{}, code.substr(1), code + "0", " " + code, code + " ", code.substr(0, 3) + " " + code.substr(3),
        std::string{"000000"}, std::string(6, '\0'), std::string{"-81804"}, std::string{"081804\n"}}) {
    EXPECT_EQ(match_totp(kSecret, text, kNow, std::nullopt), std::nullopt) << text;
  }
  constexpr std::string_view kOther = "12345678901234567891";
  EXPECT_EQ(match_totp(std::as_bytes(std::span{kOther}), code, kNow, std::nullopt), std::nullopt);
}

TEST(Totp, NeedsASecret) {
  EXPECT_THROW(totp_code({}, 1), std::invalid_argument);
}

TEST(Totp, MakesSecretsOf160Bits) {
  base::FakeRandom random;
  const auto secret = new_totp_secret(random);
  EXPECT_EQ(secret.size(), 20U);
  EXPECT_NE(new_totp_secret(random), secret);
}

TEST(TotpUri, SaysWhatAnAuthenticatorReads) {
  EXPECT_EQ(totp_uri("Example & Söhne", "ann+b@example.com", kSecret),
            "otpauth://totp/Example%20%26%20S%C3%B6hne:ann%2Bb%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
            "&issuer=Example%20%26%20S%C3%B6hne&algorithm=SHA1&digits=6&period=30");
}

TEST(TotpUri, RefusesAColonThatWouldMoveTheBoundOfItsLabel) {
  EXPECT_THROW(totp_uri("a:b", "c", kSecret), std::invalid_argument);
  EXPECT_THROW(totp_uri("a", "b:c", kSecret), std::invalid_argument);
}

}  // namespace
}  // namespace belfry::crypto
