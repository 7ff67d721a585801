#include "people/sign_in_flow.hpp"

#include "people/house_test_support.hpp"

#include <gmock/gmock.h>

#include <string>

namespace belfry::people {
namespace {

using testing::IsEmpty;

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

}  // namespace
}  // namespace belfry::people
