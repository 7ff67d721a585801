// What every account store promises, of the one on disk and of the one in memory that other rooms test with: where they
// differed, those tests would show nothing.

#include "accounts/fake_account_store.hpp"
#include "store/account_store_test_support.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::store {
namespace {

using namespace std::chrono_literals;
using accounts::AccountError;
using accounts::Person;
using accounts::PersonState;
using accounts::Role;
using accounts::SecretHash;
using accounts::Session;

enum class Kept : std::uint8_t { OnDisk, InMemory };

class AccountStoreContractTest : public AccountStoreTest, public testing::WithParamInterface<Kept> {
 protected:
  accounts::AccountStore& tested() {
    if (GetParam() == Kept::OnDisk) return *store_;
    return in_memory_;
  }
  Person person(std::string_view address, Role role = Role::Member) {
    return tested().add(new_person(address), role, PersonState::Active).value();
  }

 private:
  accounts::FakeAccountStore in_memory_{clock_};
};

class HandedOverSessionTest : public AccountStoreContractTest {
 protected:
  accounts::Answer<Session> try_open(const Person& whose, std::string_view token,
                                     std::optional<std::string_view> parent = std::nullopt) {
    Session session = new_session(whose, token);
    if (parent) session.parent = secret(*parent);
    return tested().open_session(session);
  }
  Session open_one(std::string_view token, std::optional<std::string_view> parent = std::nullopt) {
    return try_open(ann_, token, parent).value();
  }
  void use(std::string_view token) { ASSERT_TRUE(tested().use_sessions({secret(token)})); }
  bool is_there(std::string_view token) { return tested().session(secret(token)).has_value(); }

  const Person ann_ = person("ann@example.com");
};

TEST_P(HandedOverSessionTest, EndsWithTheOneItCameFrom) {
  open_one("parent");
  open_one("other");
  EXPECT_EQ(open_one("child", "parent").parent, secret("parent"));
  open_one("second child", "parent");
  EXPECT_EQ(tested().session(secret("child")).value().parent, secret("parent"));
  EXPECT_EQ(tested().session(secret("parent")).value().parent, std::nullopt);
  ASSERT_TRUE(tested().end_session(ann_.id, secret("parent")));
  EXPECT_FALSE(is_there("child") || is_there("second child"));
  EXPECT_TRUE(is_there("other"));
}

TEST_P(HandedOverSessionTest, EndsAlone) {
  open_one("parent");
  open_one("child", "parent");
  ASSERT_TRUE(tested().end_session(ann_.id, secret("child")));
  EXPECT_TRUE(is_there("parent"));
  EXPECT_FALSE(is_there("child"));
}

TEST_P(HandedOverSessionTest, IsNotKeptWithItsParentWhereAllOthersEnd) {
  open_one("parent");
  open_one("child", "parent");
  ASSERT_TRUE(tested().end_sessions(ann_.id, secret("parent")));
  EXPECT_TRUE(is_there("parent"));
  EXPECT_FALSE(is_there("child"));
  open_one("another child", "parent");
  ASSERT_TRUE(tested().set_password(ann_.id, "$2b$12$new", secret("parent")));
  EXPECT_TRUE(is_there("parent"));
  EXPECT_FALSE(is_there("another child"));
}

TEST_P(HandedOverSessionTest, GoesWithAParentThatGivesItsPlaceToAnother) {
  open_one("parent");
  clock_.advance(1s);
  open_one("child", "parent");
  clock_.advance(1s);
  use("child");
  for (std::size_t i = 2; i < accounts::kSessionsPerPerson; ++i) open_one("other " + std::to_string(i));
  EXPECT_TRUE(is_there("parent") && is_there("child"));
  open_one("one more");
  EXPECT_FALSE(is_there("parent") || is_there("child"));
  EXPECT_TRUE(is_there("one more") && is_there("other 2"));
}

TEST_P(HandedOverSessionTest, DoesNotPushOutItsOwnParent) {
  open_one("parent");
  clock_.advance(1s);
  for (std::size_t i = 1; i < accounts::kSessionsPerPerson; ++i) {
    open_one("other " + std::to_string(i));
    clock_.advance(1s);
  }
  open_one("child", "parent");
  EXPECT_TRUE(is_there("parent") && is_there("child"));
  EXPECT_FALSE(is_there("other 1"));
  EXPECT_EQ(tested().sessions(ann_.id).value().size(), accounts::kSessionsPerPerson);
}

TEST_P(HandedOverSessionTest, OutlivesAParentThatOnlyLayIdle) {
  open_one("parent");
  open_one("child", "parent");
  clock_.advance(40min);
  use("child");
  clock_.advance(40min);
  EXPECT_FALSE(is_there("parent"));
  EXPECT_TRUE(is_there("child"));
  // Where another is opened, those that are over go.
  open_one("other");
  EXPECT_TRUE(is_there("child"));
}

TEST_P(HandedOverSessionTest, LastsNoLongerThanWhatWasProvenForItsParent) {
  const auto proven = open_one("parent").created;
  for (int i = 0; i < 46; ++i) {
    clock_.advance(30min);
    use("parent");
  }
  const Session child = open_one("child", "parent");
  EXPECT_EQ(child.created, proven);
  EXPECT_EQ(child.used.wall, clock_.wall_now());
  EXPECT_EQ(tested().session(secret("child")).value(), child);
  clock_.advance(30min);
  use("child");
  clock_.advance(30min - 1ms);
  EXPECT_TRUE(is_there("child"));
  clock_.advance(1ms);
  EXPECT_FALSE(is_there("child"));
}

TEST_P(HandedOverSessionTest, IsOpenedFromNothingButASessionOfThatPerson) {
  const Person bob = person("bob@example.com");
  ASSERT_TRUE(try_open(bob, "bob's"));
  EXPECT_EQ(try_open(ann_, "child", "none").error(), AccountError::NotFound);
  EXPECT_EQ(try_open(ann_, "child", "bob's").error(), AccountError::NotFound);
  open_one("parent");
  open_one("first", "parent");
  EXPECT_EQ(try_open(ann_, "child", "first").error(), AccountError::Refused);
  clock_.advance(1h);
  EXPECT_EQ(try_open(ann_, "child", "parent").error(), AccountError::NotFound);
  EXPECT_FALSE(is_there("child"));
}

std::string name_of(const testing::TestParamInfo<Kept>& info) {
  return info.param == Kept::OnDisk ? "OnDisk" : "InMemory";
}
INSTANTIATE_TEST_SUITE_P(Stores, HandedOverSessionTest, testing::Values(Kept::OnDisk, Kept::InMemory), name_of);

}  // namespace
}  // namespace belfry::store
