#include "web/qr_code.hpp"

#include <gtest/gtest.h>

#include <string>

namespace belfry::web {
namespace {

TEST(QrCode, HasItsFindersWithinAQuietZone) {
  const auto code = qr_code("otpauth://totp/app.example.com:ida%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Belfry");
  ASSERT_TRUE(code);
  EXPECT_EQ((code->side - 8) % 4, 1U) << "17 + 4 × version modules";
  // The upper edges of the finders left and right, seven modules each.
  EXPECT_TRUE(code->path.starts_with("M4 4h7v1h-7z"));
  EXPECT_NE(code->path.find("M" + std::to_string(code->side - 4 - 7) + " 4h7v1h-7z"), std::string::npos);
  EXPECT_EQ(code->path.find_first_not_of("Mhvz-0123456789 "), std::string::npos);
}

TEST(QrCode, RefusesWhatItHasNoPlaceFor) {
  EXPECT_FALSE(qr_code(""));
  EXPECT_TRUE(qr_code(std::string(kQrTextLimit, 'a')));
  EXPECT_FALSE(qr_code(std::string(kQrTextLimit + 1, 'a')));
}

TEST(QrCode, TakesAnyBytes) {
  EXPECT_TRUE(qr_code(std::string(16, '\0')));
  EXPECT_TRUE(qr_code("É\xff"));
}

}  // namespace
}  // namespace belfry::web
