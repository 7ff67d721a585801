#include "web/account_page.hpp"

#include "web/account_security_page.hpp"
#include "web/people_page_test_support.hpp"

#include <gmock/gmock.h>

#include <string>

namespace belfry::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Visitor kIda{.email = "ida@example.com", .is_administrator = false};

TEST(AccountPage, AsksForTheCodeWhereTheSecondFactorIsOn) {
  AccountPageInput input{.page = page(), .visitor = kIda, .name = {"Ida"}};
  EXPECT_THAT(account_page(input).body, Not(HasSubstr("name=\"code\"")));
  input.second_factor = SecondFactorState::On;
  EXPECT_THAT(account_page(input).body, HasSubstr("id=\"delete-code\" name=\"code\""));
}

TEST(AccountPage, OffersNoOtherAddressWhereNoMailWouldConfirmIt) {
  AccountPageInput input{.page = page(), .visitor = kIda};
  EXPECT_THAT(account_page(input).body, HasSubstr("value=\"email\""));
  input.email_change = EmailChange::Absent;
  const std::string fixed = account_page(input).body;
  EXPECT_THAT(fixed, Not(HasSubstr("value=\"email\"")));
  EXPECT_THAT(fixed, HasSubstr("<dd>ida@example.com</dd>"));
}

TEST(AccountPage, UnfoldsTheFormThatWentWrong) {
  AccountPageInput input{.page = page(), .visitor = kIda};
  EXPECT_THAT(account_page(input).body, Not(HasSubstr(" open>")));
  input.deletion.password = FieldProblem::Password;
  const http::Response response = account_page(input);
  EXPECT_EQ(response.head.status, 422);
  EXPECT_THAT(response.body, HasSubstr("<details class=\"more\" open>"));
  EXPECT_THAT(response.body, HasSubstr("id=\"delete-password-problem\""));
  EXPECT_THAT(response.body, Not(HasSubstr("id=\"email-password-problem\"")));
}

TEST(AccountPage, LeadsAdministratorsAloneToThePeople) {
  AccountPageInput input{.page = page(), .visitor = kIda};
  EXPECT_THAT(account_page(input).body, Not(HasSubstr("/admin/people")));
  input.visitor.is_administrator = true;
  EXPECT_THAT(account_page(input).body, HasSubstr("href=\"/admin/people?lang=en\""));
}

AccountSecurityPageInput security() {
  AccountSecurityPageInput input{.page = page(), .visitor = kIda};
  input.sessions = {{"here", SessionPlace::Here, "Firefox · Linux", "203.0.113.9", {}, {}}};
  return input;
}

TEST(AccountSecurityPage, OffersToTurnTheSecondFactorOnOrOff) {
  AccountSecurityPageInput input = security();
  EXPECT_THAT(account_security_page(input).body, HasSubstr("value=\"set_up\""));
  EXPECT_THAT(account_security_page(input).body, Not(HasSubstr("value=\"renew_codes\"")));
  input.factor_since = base::WallTime{};
  input.codes_left = 1;
  const std::string on = account_security_page(input).body;
  EXPECT_THAT(on, HasSubstr("value=\"turn_off\""));
  EXPECT_THAT(on, HasSubstr("value=\"renew_codes\""));
  EXPECT_THAT(on, HasSubstr("<b>1</b> code left of 10"));
  input.factor_required = true;
  EXPECT_THAT(account_security_page(input).body, Not(HasSubstr("value=\"turn_off\"")));
}

TEST(AccountSecurityPage, EndsOtherSessionsOneByOneOrAll) {
  AccountSecurityPageInput input = security();
  EXPECT_THAT(account_security_page(input).body, Not(HasSubstr("value=\"end_session\"")));
  EXPECT_THAT(account_security_page(input).body, Not(HasSubstr("value=\"end_others\"")));
  input.sessions.push_back({"there", SessionPlace::Elsewhere, "", "198.51.100.4", {}, {}});
  const std::string html = account_security_page(input).body;
  EXPECT_THAT(html, HasSubstr("name=\"session\" value=\"there\""));
  EXPECT_THAT(html, Not(HasSubstr("name=\"session\" value=\"here\"")));
  EXPECT_THAT(html, HasSubstr("value=\"end_others\""));
  EXPECT_THAT(html, HasSubstr("Unknown device"));
}

}  // namespace
}  // namespace belfry::web
