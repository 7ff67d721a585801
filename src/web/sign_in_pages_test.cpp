#include "web/sign_in_pages.hpp"

#include "web/people_page_test_support.hpp"

#include <gmock/gmock.h>

#include <string>

namespace belfry::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SignInPage, AsksForAddressAndPassword) {
  const http::Response response = sign_in_page({.page = page(), .return_to = "/desk?a=1&b=2"});
  EXPECT_EQ(response.head.status, 200);
  EXPECT_THAT(response.body, HasSubstr("<title>Sign in · app.example.com</title>"));
  EXPECT_THAT(response.body, HasSubstr("name=\"return_to\" value=\"/desk?a=1&amp;b=2\""));
  EXPECT_THAT(response.body, HasSubstr("href=\"/reset?lang=en\""));
  EXPECT_THAT(response.body, Not(HasSubstr("role=\"alert\"")));
  EXPECT_THAT(response.body, Not(HasSubstr("/sign-up")));
}

TEST(SignInPage, SaysTheSameOfAWrongPasswordAndOfALock) {
  // There is one outcome for both, so that no handler can tell them apart by mistake.
  const http::Response response =
      sign_in_page({.page = page(), .email = "ida@example.com", .outcome = SignInOutcome::Refused});
  EXPECT_EQ(response.head.status, 403);
  EXPECT_THAT(response.body, HasSubstr("<title>Problem: Sign in"));
  EXPECT_THAT(response.body, HasSubstr("role=\"alert\" id=\"alert\""));
  EXPECT_THAT(response.body, HasSubstr("the address or the password is wrong, or signing in is locked for a while"));
  EXPECT_THAT(response.body, HasSubstr("value=\"ida@example.com\""));
}

TEST(SignInPage, NeverShowsAPasswordAgain) {
  const http::Response response = sign_in_page({.page = page(), .outcome = SignInOutcome::Refused});
  EXPECT_THAT(response.body, HasSubstr("autocomplete=\"current-password\" required aria-invalid=\"true\""));
}

TEST(SignInPage, SaysWhenToComeBackWhereTheQueueIsFull) {
  SignInPageInput input{.page = page()};
  input.page.busy_for = std::chrono::seconds{0};
  const http::Response response = sign_in_page(input);
  EXPECT_EQ(response.head.status, 503);
  EXPECT_EQ(response.head.fields.get("retry-after"), "1");
  EXPECT_THAT(response.body, HasSubstr("Nothing was tried"));
}

TEST(SignInPage, OffersSigningUpWhereItIsOpen) {
  EXPECT_THAT(sign_in_page({.page = page(), .sign_up = SignUpLink::Offered}).body,
              HasSubstr("href=\"/sign-up?lang=en\""));
}

TEST(SignInCodePage, TakesACodeOrARecoveryCode) {
  const http::Response response = sign_in_code_page({.page = page(), .flow = "sealed"});
  EXPECT_EQ(response.head.status, 200);
  EXPECT_THAT(response.body, HasSubstr("inputmode=\"numeric\" autocomplete=\"one-time-code\""));
  EXPECT_THAT(response.body, HasSubstr("name=\"intent\" value=\"code\""));
  EXPECT_THAT(response.body, HasSubstr("name=\"intent\" value=\"recovery\""));
  EXPECT_THAT(response.body, HasSubstr("<details class=\"more\">"));
  EXPECT_THAT(response.body, HasSubstr("name=\"flow\" value=\"sealed\""));
}

TEST(SignInCodePage, BeginsAnewWithWhereToGo) {
  PeoplePageInput with_query = page();
  EXPECT_THAT(sign_in_code_page({.page = with_query}).body, HasSubstr("href=\"/sign-in?lang=en\""));
  with_query.query = "return_to=%2Fdesk";
  EXPECT_THAT(sign_in_code_page({.page = with_query}).body,
              HasSubstr("href=\"/sign-in?lang=en&amp;return_to=%2Fdesk\""));
}

TEST(SignInCodePage, ShowsTheFormThatWasTriedWithWhatIsWrong) {
  const http::Response code = sign_in_code_page({.page = page(), .problem = FieldProblem::Code});
  EXPECT_EQ(code.head.status, 403);
  EXPECT_THAT(code.body, HasSubstr("aria-describedby=\"code-problem\" autofocus"));
  const http::Response recovery = sign_in_code_page({.page = page(), .problem = FieldProblem::RecoveryCode});
  EXPECT_EQ(recovery.head.status, 403);
  EXPECT_THAT(recovery.body, HasSubstr("<details class=\"more\" open>"));
  EXPECT_THAT(recovery.body, Not(HasSubstr("id=\"code-problem\"")));
}

}  // namespace
}  // namespace belfry::web
