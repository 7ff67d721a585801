#include "people/email_change_flow.hpp"

#include "people/house_test_support.hpp"

#include <gmock/gmock.h>

#include <string>

namespace belfry::people {
namespace {

using testing::HasSubstr;
using testing::Not;

class EmailChangeFlowTest : public HouseTest {
 protected:
  using Who = std::shared_ptr<const accounts::SignedInAs>;

  Who sign_in(const std::string& email) { return sessions_.find(signed_in(email, visitor()).session_token, kHost); }
  Answer change(const Who& who, const std::string& to) {
    Asked asked = form("intent=email&email=" + to + "&password=correct+horse");
    asked.who = who;
    web::AccountPageInput input{.page = page_input(house_, asked), .visitor = {}, .name = {}};
    return await(flow_.offer(std::move(asked), std::move(input)));
  }
  // Of the newest link to that mailbox, once there are so many mails.
  std::string token(const std::string& to, std::size_t mails) {
    EXPECT_TRUE(client_.wait_for(mails));
    std::string found;
    for (const net::Mail& mail : client_.mails()) {
      const std::size_t at = mail.text.find("/confirm-email?lang=en&token=");
      if (mail.to != to || at == std::string::npos) continue;
      const std::size_t from = mail.text.find("token=", at) + 6;
      found = mail.text.substr(from, mail.text.find('\n', from) - from);
    }
    return found;
  }
  Answer show(const std::string& token, const Who& who = nullptr) {
    Asked asked = page("token=" + token);
    asked.who = who;
    return await(flow_.show(std::move(asked)));
  }
  Answer confirm(const std::string& token, const Who& who = nullptr) {
    Asked asked = form("intent=confirm&token=" + token);
    asked.who = who;
    return await(flow_.submit(std::move(asked)));
  }
  accounts::EmailAddress email_of(const accounts::Person& person) { return store_.find(person.id).value().email; }

  EmailChangeFlow flow_{house_};
};

TEST_F(EmailChangeFlowTest, AnswersAlikeAtTheLinkOfBeforeWhoeverHasTheNewAddress) {
  add("ann@example.com");
  add("bob@example.com");
  add("eve@example.com");
  const Who ann = sign_in("ann@example.com");
  const Who bob = sign_in("bob@example.com");
  store_.calls.clear();
  const Answer free = change(ann, "free@example.com");
  const auto calls = store_.calls;
  store_.calls.clear();
  const Answer taken = change(bob, "eve@example.com");
  EXPECT_EQ(store_.calls, calls);
  ASSERT_EQ(status_of(free), 200);
  EXPECT_EQ(free->body, taken->body);
  const std::string of_free = token("ann@example.com", 3);
  const std::string of_taken = token("bob@example.com", 3);
  for (const auto& [token, old_email, new_email] :
       {std::tuple{of_free, "ann@example.com", "free@example.com"}, {of_taken, "bob@example.com", "eve@example.com"}}) {
    const Answer shown = show(token);
    ASSERT_EQ(status_of(shown), 200);
    EXPECT_THAT(shown->body, HasSubstr(std::string{"<dd>"} + old_email + "</dd>"));
    EXPECT_THAT(shown->body, HasSubstr(std::string{"<dd>"} + new_email + "</dd>"));
    const Answer half = confirm(token);
    EXPECT_EQ(status_of(half), 200);
    EXPECT_THAT(half->body, HasSubstr("Half of it"));
    // Spent, in either case.
    EXPECT_EQ(status_of(show(token)), 410);
    EXPECT_EQ(status_of(confirm(token)), 410);
  }
  EXPECT_EQ(token("eve@example.com", 3), "");
}

TEST_F(EmailChangeFlowTest, EndsTheLinksOfTheChangeBeforeWhoeverHasTheNewAddress) {
  add("ann@example.com");
  add("eve@example.com");
  const Who ann = sign_in("ann@example.com");
  change(ann, "eve@example.com");
  const std::string first = token("ann@example.com", 1);
  change(ann, "free@example.com");
  const std::string second = token("ann@example.com", 3);
  EXPECT_EQ(status_of(show(first)), 410);
  EXPECT_EQ(status_of(show(second)), 200);
  change(ann, "eve@example.com");
  EXPECT_EQ(status_of(show(second)), 410);
  EXPECT_EQ(status_of(show(token("ann@example.com", 4))), 200);
}

TEST_F(EmailChangeFlowTest, EndsWithThePasswordWhoeverHasTheNewAddress) {
  const accounts::Person ann = add("ann@example.com");
  add("eve@example.com");
  std::size_t mails = 0;
  for (const auto& [address, count] : {std::pair{"eve@example.com", 1U}, {"free@example.com", 2U}}) {
    change(sign_in("ann@example.com"), address);
    mails += count;
    const std::string link = token("ann@example.com", mails);
    ASSERT_EQ(status_of(show(link)), 200);
    ASSERT_TRUE(store_.set_password(ann.id, store_.password_hash(ann.id).value(), std::nullopt));
    EXPECT_EQ(status_of(show(link)), 410);
    EXPECT_EQ(status_of(confirm(link)), 410);
  }
}

// Somebody gives their account another's address and waits for the owner of the mailbox to press the button.
TEST_F(EmailChangeFlowTest, TakesTheNewMailboxsLinkFromThePersonThemselvesAlone) {
  const accounts::Person mallory = add("mallory@example.com");
  add("bob@example.com");
  const Who as_mallory = sign_in("mallory@example.com");
  const Who as_bob = sign_in("bob@example.com");
  change(as_mallory, "victim@example.com");
  const std::string from = token("mallory@example.com", 2);
  const std::string to = token("victim@example.com", 2);
  EXPECT_THAT(client_.mails().back().text + client_.mails().front().text,
              HasSubstr("The account mallory@example.com at app.example.com is to have this address."));
  ASSERT_EQ(status_of(confirm(from)), 200);

  for (const Answer& answer : {show(to), confirm(to)}) {
    ASSERT_EQ(status_of(answer), 303);
    EXPECT_EQ(answer->head.fields.get("location"),
              "/sign-in?lang=en&return_to=%2Fconfirm-email%3Flang%3Den%26token%3D" + to);
  }
  for (const Answer& answer : {show(to, as_bob), confirm(to, as_bob)}) {
    EXPECT_EQ(status_of(answer), 403);
    EXPECT_THAT(answer->body, HasSubstr("another account"));
  }
  EXPECT_EQ(email_of(mallory).text(), "mallory@example.com");

  const Answer shown = show(to, as_mallory);
  ASSERT_EQ(status_of(shown), 200);
  EXPECT_THAT(shown->body, HasSubstr("<dd>mallory@example.com</dd>"));
  EXPECT_THAT(confirm(to, as_mallory)->body, HasSubstr("has changed"));
  EXPECT_EQ(email_of(mallory).text(), "victim@example.com");
  EXPECT_EQ(status_of(show(to, as_mallory)), 410);
}

TEST_F(EmailChangeFlowTest, TakesNoSessionThatHasYetToProveItsSecondFactor) {
  add("ann@example.com", accounts::Role::Staff);
  const Who ann = sign_in("ann@example.com");
  ASSERT_FALSE(accounts::is_complete(*ann));
  change(ann, "new@example.com");
  const std::string to = token("new@example.com", 2);
  EXPECT_EQ(status_of(show(to, ann)), 303);
  EXPECT_EQ(status_of(confirm(to, ann)), 303);
}

TEST_F(EmailChangeFlowTest, SendsNothingToTheDrillsAddresses) {
  add("ann@example.com");
  EXPECT_EQ(status_of(change(sign_in("ann@example.com"), "x@drill.belfry.invalid")), 200);
  EXPECT_THAT(mails(), testing::IsEmpty());
}

TEST_F(EmailChangeFlowTest, FailsClosedWhereTheStoreFails) {
  add("ann@example.com");
  change(sign_in("ann@example.com"), "new@example.com");
  const std::string from = token("ann@example.com", 2);
  store_.available = false;
  for (const Answer& answer : {show(from), confirm(from)}) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().why, Refused::Unavailable);
  }
}

}  // namespace
}  // namespace belfry::people
