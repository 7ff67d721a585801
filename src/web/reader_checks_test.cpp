#include "web/reader_checks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace belfry::web {
namespace {

const DoorFromOutside kDoor{.site = "app.example.com", .belfry = "belfry.app.example.com", .port = 8443, .burst = 300};

std::string command(std::string_view claim, const DoorFromOutside& door = kDoor) {
  const auto check = reader_check(*proof::find_claim(claim), door);
  return check ? check->command : "";
}

TEST(ReaderChecks, AreThereForEveryClaimWhoseCheckIsBuiltAndForNoOther) {
  for (const proof::Claim& claim : proof::claims()) {
    EXPECT_EQ(reader_check(claim, kDoor).has_value(), !claim.parts.empty()) << claim.id;
  }
}

TEST(ReaderChecks, NameTheSiteAsTheReaderCameToIt) {
  EXPECT_EQ(command("request.traced"),
            "curl -sSI https://app.example.com:8443/ https://app.example.com:8443/ | grep -i '^x-request-id'");
  DoorFromOutside usual = kDoor;
  usual.port = 443;
  EXPECT_EQ(command("request.traced", usual),
            "curl -sSI https://app.example.com/ https://app.example.com/ | grep -i '^x-request-id'");
}

TEST(ReaderChecks, LeaveNoMarkerAndStayOnOneLine) {
  for (const proof::Claim& claim : proof::claims()) {
    const std::string text = command(claim.id);
    for (const char* marker : {"{site}", "{belfry}", "{host}", "{port}", "{drill}", "{requests}", "\n"}) {
      EXPECT_EQ(text.find(marker), std::string::npos) << claim.id << ": " << text;
    }
  }
}

TEST(ReaderChecks, AskBelfryItselfWhereThereIsNoApplication) {
  DoorFromOutside alone = kDoor;
  alone.belfry = alone.site;
  EXPECT_NE(command("request.origin").find("https://app.example.com:8443/.belfry/drill;"), std::string::npos);
  EXPECT_NE(command("request.origin", alone).find("https://app.example.com:8443/drill/admitted;"), std::string::npos);
}

TEST(ReaderChecks, SendEnoughRequestsToMeetTheLimitOrNone) {
  EXPECT_NE(command("request.rate").find("?[1-1000]'"), std::string::npos);
  DoorFromOutside generous = kDoor;
  generous.burst = 633;
  EXPECT_NE(command("request.rate", generous).find("?[1-1999]'"), std::string::npos);
  generous.burst = 634;
  EXPECT_EQ(command("request.rate", generous), "");
  generous.burst = 4'294'967'295;
  EXPECT_EQ(command("request.rate", generous), "");
}

TEST(ReaderChecks, NeverPutIntoAShellWhatItWouldReadOtherwise) {
  for (const char* name : {"", "-o", "a b", "a;b", "$(a)", "a`b", "a'b", "a\"b", "a\nb", "[::1]", "A.example"}) {
    DoorFromOutside door = kDoor;
    door.site = name;
    EXPECT_EQ(command("transit.hsts", door), "") << name;
    door = kDoor;
    door.belfry = name;
    EXPECT_EQ(command("transit.hsts", door), "") << name;
  }
}

}  // namespace
}  // namespace belfry::web
