#include "people/sign_in_flow.hpp"

#include "people/cookies.hpp"
#include "people/house_test_support.hpp"
#include "web/return_target.hpp"

#include <gmock/gmock.h>

#include <string>

namespace belfry::people {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class SignInFlowTest : public HouseTest {
 protected:
  Answer sign_in(const std::string& email, const std::string& password) {
    return await(flow_.submit(form("intent=sign_in&email=" + email + "&password=" + password)));
  }
  bool is_blocked() const {
    return std::holds_alternative<accounts::AddressSlowing::Blocked>(slowing_.judge(form("").address));
  }
  SignInFlow flow_{house_};
};

TEST_F(SignInFlowTest, TriesNothingForAnAddressThatIsBlocked) {
  add("ann@example.com");
  const base::IpAddress address = form("").address;
  for (std::size_t i = 0; i < accounts::kAccountsToBlock; ++i) slowing_.failed(address, std::to_string(i));
  store_.calls.clear();
  const Answer answer = sign_in("ann@example.com", "correct+horse");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().why, Refused::Blocked);
  EXPECT_EQ(answer.error().retry_after, accounts::kBlockedFor);
  EXPECT_THAT(store_.calls, IsEmpty());
  const Answer code = await(flow_.submit(form("intent=code&flow=x&code=123456")));
  ASSERT_FALSE(code);
  EXPECT_EQ(code.error().why, Refused::Blocked);
}

TEST_F(SignInFlowTest, CountsWhatFailsOnAnotherAccountAndNoSpellingTwice) {
  const base::IpAddress address = form("").address;
  EXPECT_EQ(status_of(sign_in("ann@example.com", "wrong")), 403);
  for (std::size_t i = 2; i < accounts::kAccountsToBlock; ++i) slowing_.failed(address, std::to_string(i));
  EXPECT_FALSE(is_blocked());
  slowing_.failed(address, "ann@example.com");
  EXPECT_FALSE(is_blocked());
  slowing_.failed(address, "another");
  EXPECT_TRUE(is_blocked());
}

TEST_F(SignInFlowTest, CountsAWrongCodeForTheAccount) {
  enrol(add("ann@example.com"));
  const std::string flow = pending("ann@example.com", form("").visitor());
  EXPECT_EQ(status_of(await(flow_.submit(form("intent=code&flow=" + flow + "&code=" + wrong_code())))), 403);
  const base::IpAddress address = form("").address;
  for (std::size_t i = 2; i < accounts::kAccountsToBlock; ++i) slowing_.failed(address, std::to_string(i));
  slowing_.failed(address, "ann@example.com");
  EXPECT_FALSE(is_blocked());
  slowing_.failed(address, "another");
  EXPECT_TRUE(is_blocked());
}

// What the browser keeps of an answer.
std::string device_cookie_of(const http::Response& response) {
  const std::string prefix = std::string{name_of(OwnCookie::Device)} + "=";
  for (const http::Field field : response.head.fields) {
    if (field.name != "set-cookie" || !field.value.starts_with(prefix)) continue;
    const std::string_view value = field.value.substr(prefix.size());
    return std::string{value.substr(0, value.find(';'))};
  }
  return {};
}

TEST_F(SignInFlowTest, KnowsABrowserOfEachThatSignedInOnIt) {
  DeviceCookie devices;
  for (const char* email : {"ann@example.com", "bob@example.com"}) {
    add(email);
    Asked asked = form(std::string{"intent=sign_in&password=correct+horse&email="} + email);
    asked.devices = devices;
    const Answer answer = await(flow_.submit(std::move(asked)));
    ASSERT_EQ(status_of(answer), 303);
    devices = DeviceCookie::parse(device_cookie_of(*answer));
  }
  for (const char* email : {"ann@example.com", "bob@example.com"}) {
    // Strangers lock it.
    for (int i = 0; i < 5; ++i) EXPECT_EQ(status_of(sign_in(email, "wrong")), 403);
    EXPECT_EQ(status_of(sign_in(email, "correct+horse")), 403);
    // Whatever letters it is typed in.
    Asked asked = form(std::string{"intent=sign_in&password=correct+horse&email=+"} + email);
    asked.devices = devices;
    EXPECT_EQ(status_of(await(flow_.submit(std::move(asked)))), 303) << email;
  }
}

TEST_F(SignInFlowTest, KeepsWhereToGoInTheOtherLanguage) {
  const std::string kept = "?return_to=https%3A%2F%2Fapp.example.com%2Fdesk%3Fa%3D1%26b&amp;lang=fr";
  const std::string wish = "return_to=https%3A%2F%2Fapp.example.com%2Fdesk%3Fa%3D1%26b";
  EXPECT_THAT(await(flow_.show(page(wish)))->body, HasSubstr(kept));
  const Answer refused = await(flow_.submit(form("intent=sign_in&email=ann@example.com&password=wrong&" + wish)));
  EXPECT_EQ(status_of(refused), 403);
  EXPECT_THAT(refused->body, HasSubstr(kept));
  const Answer over = await(flow_.submit(form("intent=code&flow=x&code=123456&" + wish)));
  EXPECT_THAT(over->body, HasSubstr(kept));
  EXPECT_THAT(await(flow_.show(page("return_to=/" + std::string(web::kReturnTargetLimit, 'a'))))->body,
              Not(HasSubstr("?return_to=")));
}

TEST_F(SignInFlowTest, KeepsWhereToGoWhereTheCodeIsAskedFor) {
  enrol(add("ann@example.com"));
  const std::string wish = "return_to=https%3A%2F%2Fapp.example.com%2Fdesk%3Fa%3D1%26b";
  const Answer asks = await(flow_.submit(form("intent=sign_in&email=ann@example.com&password=correct+horse&" + wish)));
  ASSERT_EQ(status_of(asks), 200);
  EXPECT_THAT(asks->body, HasSubstr("\"/sign-in?lang=en&amp;" + wish + "\""));
}

TEST_F(SignInFlowTest, ClearsWhatTheBrowserKeepsOfThePagesAtSigningOut) {
  const Answer answer = await(flow_.sign_out(form("intent=sign_out")));
  ASSERT_EQ(status_of(answer), 303);
  EXPECT_EQ(answer->head.fields.get("clear-site-data"), R"("cache", "storage")");
  EXPECT_FALSE(await(flow_.sign_out(form("intent=sign_in"))));
}

}  // namespace
}  // namespace belfry::people
