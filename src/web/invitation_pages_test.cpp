#include "web/invitation_pages.hpp"

#include "web/people_page_test_support.hpp"

#include <gmock/gmock.h>

#include <string>

namespace belfry::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(WelcomePage, FixesTheAddressOfAnInvitation) {
  const http::Response response =
      welcome_page({.page = page(), .token = "abc", .email = {"ida@example.com"}, .name = {"Ida"}});
  EXPECT_THAT(response.body, HasSubstr("autocomplete=\"username\" value=\"ida@example.com\" readonly"));
  EXPECT_THAT(response.body, HasSubstr("name=\"token\" value=\"abc\""));
  EXPECT_THAT(response.body, HasSubstr("<li aria-current=\"step\">Password</li>"));
}

TEST(WelcomePage, FixesTheAddressThatALinkToSignUpWasSentTo) {
  for (const Welcome welcome : {Welcome::SignUp, Welcome::SignUpByApproval}) {
    const std::string html =
        welcome_page({.page = page(), .welcome = welcome, .token = "abc", .email = {"ida@example.com"}}).body;
    EXPECT_THAT(html, HasSubstr("value=\"ida@example.com\" readonly"));
    EXPECT_THAT(html, HasSubstr("The link came to this address."));
    EXPECT_THAT(html, Not(HasSubstr("invitation")));
    EXPECT_EQ(html.contains("administrator of this site decides"), welcome == Welcome::SignUpByApproval);
  }
}

TEST(WelcomePage, AsksTheFirstAdministratorForAnAddress) {
  const http::Response response = welcome_page({.page = page(), .welcome = Welcome::FirstAdministrator});
  EXPECT_THAT(response.body, HasSubstr("The first administrator"));
  EXPECT_THAT(response.body, Not(HasSubstr("\" readonly")));
}

TEST(WelcomePage, SaysWhichRulesThePasswordBreaks) {
  WelcomePageInput input{.page = page()};
  input.new_password = {.minimum_characters = 8,
                        .broken = {accounts::PasswordRule::TooShort, accounts::PasswordRule::OwnName}};
  const http::Response response = welcome_page(input);
  EXPECT_EQ(response.head.status, 422);
  EXPECT_THAT(response.body, HasSubstr("write at least 8 characters."));
  EXPECT_THAT(response.body, HasSubstr("built on your own name"));
  EXPECT_THAT(response.body, HasSubstr("aria-describedby=\"new_password-problem new_password-rule\""));
}

TEST(EnrolmentPage, ShowsTheSecretAsQrCodeAndInGroups) {
  const http::Response response = enrolment_page({.page = page(),
                                                  .flow = "sealed",
                                                  .otpauth = "otpauth://totp/a?secret=JBSWY3DPEHPK3PXPAB",
                                                  .secret = "JBSWY3DPEHPK3PXPAB"});
  EXPECT_THAT(response.body, HasSubstr("<path d=\"M4 4h7v1h-7z"));
  EXPECT_THAT(response.body, HasSubstr("<span>JBSW</span> <span>Y3DP</span> <span>EHPK</span> <span>3PXP</span> "
                                       "<span>AB</span>"));
  // The secret is on the page once more only as the drawing.
  EXPECT_THAT(response.body, Not(HasSubstr("otpauth:")));
}

TEST(EnrolmentPage, CanBePutOffOnlyWhereItIsOptional) {
  EXPECT_THAT(enrolment_page({.page = page(), .enrolment = Enrolment::Required}).body, Not(HasSubstr("Not now")));
  EXPECT_THAT(enrolment_page({.page = page(), .enrolment = Enrolment::Optional}).body,
              HasSubstr("name=\"intent\" value=\"skip\""));
}

TEST(EnrolmentPage, DoesWithoutACodeForWhatIsTooLong) {
  EXPECT_THAT(enrolment_page({.page = page(), .otpauth = std::string(4000, 'a')}).body, Not(HasSubstr("class=\"qr\"")));
}

TEST(RecoveryCodesPage, ShowsEachCodeOnce) {
  RecoveryCodesPageInput input{.page = page(), .next_url = "https://app.example.com/desk"};
  for (int number = 0; number < 10; ++number) input.codes.push_back("code-" + std::to_string(number));
  const std::string html = recovery_codes_page(input).body;
  for (const std::string& code : input.codes) {
    const auto first = html.find("<code>" + code + "</code>");
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(html.find(code, first + 7 + code.size()), std::string::npos);
  }
  EXPECT_THAT(html, HasSubstr("href=\"https://app.example.com/desk\""));
  // They cannot be asked for again, in another language either.
  EXPECT_THAT(html, Not(HasSubstr("hreflang")));
}

}  // namespace
}  // namespace belfry::web
