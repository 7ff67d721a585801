#include "people/reset_flow.hpp"

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

class ResetFlowTest : public HouseTest {
 protected:
  Answer ask_for(std::string_view email) { return await(flow_.submit(form("intent=ask&email=" + std::string{email}))); }
  // Of the link in the last mail.
  std::string token() { return token_in(mails().back().text); }
  ResetFlow flow_{house_};
};

TEST_F(ResetFlowTest, AsksTheStoreTheSameAndSaysTheSameWhoeverHasTheAddress) {
  add("ann@example.com");
  add("barred@example.com", accounts::Role::Member, accounts::PersonState::Locked);
  const auto [calls, bodies] = told_of({"ann@example.com", "barred@example.com", "nobody@example.com"},
                                       [this](const char* email) { return ask_for(email); });
  EXPECT_THAT(calls, ElementsAre(std::vector<std::string>{"offer_reset"}));
  EXPECT_EQ(bodies.size(), 1U);
  const std::vector<net::Mail> sent = mails();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent.front().to, "ann@example.com");
  EXPECT_THAT(sent.front().text, HasSubstr("\nhttps://belfry.example.com/reset?lang=en&token="));
}

TEST_F(ResetFlowTest, MakesNoLinkBeyondTheLimitOfAMailbox) {
  add("ann@example.com");
  for (std::uint32_t i = 0; i < NoticeLimit::kNotices; ++i) EXPECT_EQ(status_of(ask_for("ann@example.com")), 200);
  store_.calls.clear();
  EXPECT_EQ(status_of(ask_for("ann@example.com")), 200);
  EXPECT_THAT(store_.calls, IsEmpty());
  // The last one is good still.
  EXPECT_EQ(status_of(await(flow_.show(page("token=" + token())))), 200);
}

TEST_F(ResetFlowTest, SetsAPasswordOnceAndTellsItsOwner) {
  add("ann@example.com");
  ask_for("ann@example.com");
  ASSERT_TRUE(client_.wait_for(1));
  const std::string text = client_.mails().back().text;
  const std::size_t at = text.find("token=") + 6;
  const std::string fields = "intent=set&token=" + text.substr(at, text.find('\n', at) - at) + "&new_password=";
  EXPECT_EQ(status_of(await(flow_.submit(form(fields + "short")))), 422);
  const Answer set = await(flow_.submit(form(fields + "Quiet-lantern-9-harbour")));
  ASSERT_EQ(status_of(set), 303);
  EXPECT_EQ(set->head.fields.get("location"), "/sign-in?lang=en&notice=password_set");
  EXPECT_EQ(status_of(await(flow_.submit(form(fields + "Quiet-lantern-9-harbour")))), 410);
  EXPECT_THAT(mails().back().subject, HasSubstr("was changed"));
}

TEST_F(ResetFlowTest, SendsNothingToCanaries) {
  const accounts::NewPerson canary{.id = accounts::PersonId::random(random_),
                                   .email = accounts::EmailAddress::parse("x@drill.belfry.invalid").value(),
                                   .name = "canary",
                                   .password_hash = "hash",
                                   .second_factor = std::nullopt};
  ASSERT_TRUE(store_.add_canary(canary, accounts::Role::Member));
  EXPECT_EQ(status_of(ask_for("x@drill.belfry.invalid")), 200);
  EXPECT_THAT(mails(), IsEmpty());
}

TEST_F(ResetFlowTest, FailsClosedWhereTheStoreFails) {
  store_.available = false;
  const Answer answer = ask_for("ann@example.com");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().why, Refused::Unavailable);
}

}  // namespace
}  // namespace belfry::people
