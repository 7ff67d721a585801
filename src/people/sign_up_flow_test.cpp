#include "people/sign_up_flow.hpp"

#include "people/house_test_support.hpp"

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

namespace belfry::people {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kOwners = "Quiet-lantern-9-harbour";
constexpr const char* kStrangers = "Slow-orchard-3-violin";

class SignUpFlowTest : public HouseTest {
 protected:
  Answer submit(const std::string& fields) { return await(flow_.submit(form(fields))); }
  Answer ask_for(const std::string& email, const std::string& more = "") {
    return submit("intent=sign_up&email=" + email + more);
  }
  // The tokens of the links that were sent until now, once there are so many mails.
  std::vector<std::string> tokens(std::size_t count) {
    EXPECT_TRUE(client_.wait_for(count));
    std::vector<std::string> found;
    for (const net::Mail& mail : client_.mails()) {
      if (mail.text.contains("/sign-up?lang=en&token=")) found.push_back(token_in(mail.text));
    }
    return found;
  }
  Answer welcome(const std::string& token, const std::string& name = "Ann", const std::string& password = kOwners) {
    return submit("intent=welcome&token=" + token + "&name=" + name + "&new_password=" + password);
  }
  static std::string value_of(const Answer& answer, const std::string& field) {
    const std::string begin = "name=\"" + field + "\" value=\"";
    const std::size_t at = answer->body.find(begin);
    if (at == std::string::npos) return {};
    const std::size_t from = at + begin.size();
    return answer->body.substr(from, answer->body.find('"', from) - from);
  }
  Answer skip(const Answer& page) { return submit("intent=skip&flow=" + value_of(page, "flow")); }

  SignUpFlow flow_{house_};
};

TEST_F(SignUpFlowTest, AsksTheStoreTheSameAndSaysTheSameWhoeverHasTheAddress) {
  add("ann@example.com");
  add("awaits@example.com", accounts::Role::Member, accounts::PersonState::Awaiting);
  const auto [calls, bodies] =
      told_of({"ann@example.com", "awaits@example.com", "nobody@example.com", "x@drill.belfry.invalid"},
              [this](const char* email) { return ask_for(email); });
  EXPECT_THAT(calls, ElementsAre(std::vector<std::string>{"offer_sign_up"}));
  EXPECT_EQ(bodies.size(), 1U);
  std::set<std::string> sent;
  for (const net::Mail& mail : mails()) sent.insert(mail.to + ": " + mail.subject);
  EXPECT_THAT(sent, ElementsAre("ann@example.com: You have an account at app.example.com",
                                "awaits@example.com: You have an account at app.example.com",
                                "nobody@example.com: Confirm your address for app.example.com"));
}

TEST_F(SignUpFlowTest, MakesNoLinkBeyondTheLimitOfAMailbox) {
  for (std::uint32_t i = 0; i < NoticeLimit::kNotices; ++i) EXPECT_EQ(status_of(ask_for("ann@example.com")), 200);
  store_.calls.clear();
  EXPECT_EQ(status_of(ask_for("ann@example.com")), 200);
  EXPECT_THAT(store_.calls, IsEmpty());
  // Those before are good still, all of them.
  for (const std::string& token : tokens(NoticeLimit::kNotices)) {
    EXPECT_EQ(status_of(await(flow_.show(page("token=" + token)))), 200);
  }
}

// Whatever a stranger writes into the form, before or after the owner does, is nobody's password.
TEST_F(SignUpFlowTest, LeavesNameAndPasswordToWhoeverHasTheMailbox) {
  const std::string strangers = std::string{"&name=Mallory&new_password="} + kStrangers;
  ask_for("ann@example.com", strangers);
  ask_for("ann@example.com");
  ask_for("ann@example.com", strangers);
  const auto links = tokens(3);
  ASSERT_EQ(links.size(), 3U);
  for (const std::string& token : links) {
    const Answer shown = await(flow_.show(page("token=" + token)));
    ASSERT_EQ(status_of(shown), 200);
    EXPECT_THAT(shown->body, HasSubstr("value=\"ann@example.com\" readonly"));
    EXPECT_THAT(shown->body, Not(HasSubstr("Mallory")));
  }
  EXPECT_EQ(store_.find(accounts::EmailAddress::parse("ann@example.com").value()).error(),
            accounts::AccountError::NotFound);
  const Answer in = skip(welcome(links.back()));
  ASSERT_EQ(status_of(in), 303);
  EXPECT_EQ(in->head.fields.get("location"), "/account?lang=en");
  EXPECT_TRUE(in->head.fields.get("set-cookie"));
  EXPECT_EQ(outcome_of("ann@example.com", kOwners, visitor()), "in");
  EXPECT_NE(outcome_of("ann@example.com", kStrangers, visitor()), "in");
  for (const std::string& token : links) {
    EXPECT_EQ(status_of(await(flow_.show(page("token=" + token)))), 410);
    EXPECT_EQ(status_of(welcome(token)), 410);
  }
}

TEST_F(SignUpFlowTest, TakesNoOtherAddressThanTheLinkWasSentTo) {
  ask_for("ann@example.com");
  const std::string fields = "intent=welcome&email=bob@example.com&name=Ann&new_password=" + std::string{kOwners};
  EXPECT_EQ(status_of(skip(submit(fields + "&token=" + tokens(1).front()))), 303);
  EXPECT_TRUE(store_.find(accounts::EmailAddress::parse("ann@example.com").value()));
  EXPECT_FALSE(store_.find(accounts::EmailAddress::parse("bob@example.com").value()));
}

TEST_F(SignUpFlowTest, IsSpentWhereSomebodyCameFirst) {
  ask_for("ann@example.com");
  const Answer offered = welcome(tokens(1).front());
  add("ann@example.com");
  const Answer spent = skip(offered);
  EXPECT_EQ(status_of(spent), 410);
  EXPECT_THAT(spent->body, HasSubstr("href=\"/sign-up?lang=en\""));
}

TEST_F(SignUpFlowTest, SignsNobodyInWhoWaitsForAnAdministrator) {
  house_.sign_up = accounts::SignUpMode::Approval;
  add("root@example.com", accounts::Role::Administrator);
  ask_for("ann@example.com");
  const Answer offered = welcome(tokens(1).front());
  // A second factor may be set by then, whose codes are shown once.
  const Answer done = skip(offered);
  ASSERT_EQ(status_of(done), 303);
  EXPECT_EQ(done->head.fields.get("location"), "/sign-up?lang=en&notice=awaits_approval");
  EXPECT_FALSE(done->head.fields.get("set-cookie"));
  EXPECT_THAT(await(flow_.show(page("notice=awaits_approval")))->body, HasSubstr("administrator decides"));
  const auto ann = store_.find(accounts::EmailAddress::parse("ann@example.com").value()).value();
  EXPECT_EQ(ann.state, accounts::PersonState::Awaiting);
  EXPECT_TRUE(store_.sessions(ann.id).value().empty());
  EXPECT_NE(outcome_of("ann@example.com", kOwners, visitor()), "in");
  EXPECT_EQ(mails().back().to, "root@example.com");
  EXPECT_THAT(mails().back().subject, HasSubstr("asks for an account"));
}

TEST_F(SignUpFlowTest, AsksForEverythingAtOnceWithoutMail) {
  house_.letters = nullptr;
  house_.sign_up = accounts::SignUpMode::Approval;
  EXPECT_THAT(await(flow_.show(page("")))->body, HasSubstr("name=\"new_password\""));
  EXPECT_EQ(status_of(ask_for("ann@example.com")), 422);
  const std::string rest = "&name=Ann&new_password=" + std::string{kOwners};
  EXPECT_EQ(status_of(ask_for("ann@example.com", rest)), 200);
  EXPECT_EQ(store_.find(accounts::EmailAddress::parse("ann@example.com").value()).value().state,
            accounts::PersonState::Awaiting);
  EXPECT_THAT(mails(), IsEmpty());
}

TEST_F(SignUpFlowTest, IsClosedWhereAccountsComeByInvitation) {
  ask_for("ann@example.com");
  const std::string token = tokens(1).front();
  for (const auto mode : {accounts::SignUpMode::Invitation, accounts::SignUpMode::Off}) {
    house_.sign_up = mode;
    EXPECT_THAT(status_of(await(flow_.show(page("token=" + token)))), mode == accounts::SignUpMode::Off ? 0 : 200);
    for (const Answer& answer : {ask_for("bob@example.com"), welcome(token)}) {
      ASSERT_FALSE(answer);
      EXPECT_EQ(answer.error().why, Refused::NotAllowed);
    }
  }
}

TEST_F(SignUpFlowTest, FailsClosedWhereTheStoreFails) {
  store_.available = false;
  const Answer answer = ask_for("ann@example.com");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().why, Refused::Unavailable);
}

}  // namespace
}  // namespace belfry::people
