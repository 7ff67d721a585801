#include "accounts/session_opener.hpp"

#include "accounts/accounts_test_support.hpp"

#include <gtest/gtest.h>

#include <string>

namespace belfry::accounts {
namespace {

class SessionOpenerTest : public AccountsTest {
 protected:
  std::string device_of(std::string description) {
    Visitor from = visitor();
    from.description = std::move(description);
    return opener_.open(ann_.id, Proven::Password, from, nullptr, std::nullopt)->session.device;
  }

  const Person ann_ = add("ann@example.com");
  SessionOpener opener_{store_, sessions_, random_};
};

TEST_F(SessionOpenerTest, KeepsOfADeviceWhatCanBeToldInUtf8) {
  EXPECT_EQ(device_of("Firefox \xc3\xa9"), "Firefox \xc3\xa9");
  EXPECT_EQ(device_of(std::string{"a\0b", 3}), "a b");
  EXPECT_EQ(device_of("Moz\xff\xc3)"), std::string("Moz") + std::string(2, 0x3f) + ")");
  EXPECT_EQ(device_of("\xc3\xa9\xff"), "???");
  // Cut between characters.
  EXPECT_EQ(device_of(std::string(kDeviceTextLimit - 1, 'x') + "\xc3\xa9"), std::string(kDeviceTextLimit - 1, 'x'));
  EXPECT_EQ(device_of(std::string(kDeviceTextLimit, 'x')), std::string(kDeviceTextLimit, 'x'));
}

TEST_F(SessionOpenerTest, RenewsInPlaceOfAllThatThePersonHas) {
  const auto first = opener_.open(ann_.id, Proven::Password, visitor(), nullptr, std::nullopt);
  const auto second = opener_.open(ann_.id, Proven::Password, visitor(), nullptr, std::nullopt);
  const auto renewed = opener_.renew(ann_.id, Proven::SecondFactor, visitor());
  ASSERT_TRUE(renewed);
  EXPECT_FALSE(sessions_.is_signed_in(first->session.token));
  EXPECT_FALSE(sessions_.is_signed_in(second->session.token));
  const auto who = sessions_.find(renewed->token, kHost);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->proven, Proven::SecondFactor);
  store_.available = false;
  EXPECT_EQ(opener_.renew(ann_.id, Proven::Password, visitor()).error(), AccountError::Unavailable);
}

}  // namespace
}  // namespace belfry::accounts
