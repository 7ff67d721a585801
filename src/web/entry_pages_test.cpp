#include "web/entry_pages.hpp"

#include "web/message_page.hpp"
#include "web/people_page_test_support.hpp"

#include <gmock/gmock.h>

#include <string>

namespace belfry::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ResetPages, AskForAnAddressAndSetAPassword) {
  EXPECT_THAT(reset_request_page({.page = page()}).body, HasSubstr("name=\"email\" type=\"email\""));
  const http::Response broken = reset_request_page({.page = page(), .email = {"ida@", FieldProblem::Email}});
  EXPECT_EQ(broken.head.status, 422);
  EXPECT_THAT(broken.body,
              HasSubstr("value=\"ida@\" aria-invalid=\"true\" aria-describedby=\"email-problem\" autofocus"));
  const http::Response set = reset_password_page({.page = page(), .token = "abc", .email = "ida@example.com"});
  EXPECT_THAT(set.body, HasSubstr("name=\"token\" value=\"abc\""));
  EXPECT_THAT(set.body, HasSubstr("autocomplete=\"new-password\""));
}

TEST(SignUpPage, SaysWhoDecides) {
  EXPECT_THAT(sign_up_request_page({.page = page(), .sign_up = SignUp::Open}).body, Not(HasSubstr("administrator")));
  EXPECT_THAT(sign_up_request_page({.page = page(), .sign_up = SignUp::ByApproval}).body, HasSubstr("administrator"));
  const std::string alone = sign_up_page({.page = page()}).body;
  EXPECT_THAT(alone, HasSubstr("administrator"));
  EXPECT_THAT(alone, Not(HasSubstr("comes by e-mail")));
}

TEST(SignUpPage, AsksForNoPasswordBeforeTheMailboxIsShown) {
  const std::string html = sign_up_request_page({.page = page()}).body;
  EXPECT_THAT(html, HasSubstr("name=\"email\" type=\"email\""));
  EXPECT_THAT(html, Not(HasSubstr("name=\"name\"")));
  EXPECT_THAT(html, Not(HasSubstr("password\"")));
  const http::Response broken = sign_up_request_page({.page = page(), .email = {"ida@", FieldProblem::Email}});
  EXPECT_EQ(broken.head.status, 422);
}

TEST(MessagePage, DoesNotTellWhetherAnAddressIsKnown) {
  for (const Message message :
       {Message::ResetMailSent, Message::SignUpMailSent, Message::EmailChangeMailSent, Message::ApprovalAsked}) {
    const http::Response response = message_page({.page = page(), .message = message});
    EXPECT_EQ(response.head.status, 200);
    EXPECT_THAT(response.body, HasSubstr("<p class=\"lead\">If "));
  }
}

TEST(MessagePage, SaysTheSameOfAUsedAndOfAnExpiredLink) {
  for (const Message message :
       {Message::ResetLinkSpent, Message::InvitationSpent, Message::SignUpSpent, Message::ConfirmationSpent}) {
    const http::Response response = message_page({.page = page(), .message = message});
    EXPECT_EQ(response.head.status, 410);
    EXPECT_THAT(response.body, HasSubstr("It was used before, or it is more than an hour old."));
  }
}

TEST(MessagePage, LeadsOnInTheReadersLanguage) {
  const http::Response response = message_page({.page = page(Language::Fr), .message = Message::ResetLinkSpent});
  EXPECT_THAT(response.body, HasSubstr("<a href=\"/reset?lang=fr\">En demander un nouveau</a>"));
}

TEST(ConfirmationPage, NamesTheAccountAndChangesNothingBeforeItsButton) {
  const http::Response response =
      confirmation_page({.page = page(), .token = "abc", .email = "old@example.com", .new_email = "new@example.com"});
  EXPECT_THAT(response.body, HasSubstr("<dd>old@example.com</dd>"));
  EXPECT_THAT(response.body, HasSubstr("<dd>new@example.com</dd>"));
  EXPECT_THAT(response.body, HasSubstr("name=\"csrf_token\" value=\"token-for-confirm\""));
  EXPECT_THAT(response.body, HasSubstr("name=\"token\" value=\"abc\""));
}

}  // namespace
}  // namespace belfry::web
