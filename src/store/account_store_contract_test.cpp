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
#include <utility>
#include <vector>

namespace belfry::store {
namespace {

using namespace std::chrono_literals;
using accounts::AccountError;
using accounts::LinkStep;
using accounts::NewEmail;
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
  ASSERT_TRUE(tested().set_password(ann_.id, "$2b$12$new", std::nullopt));
  EXPECT_FALSE(is_there("parent"));
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

class SignUpTest : public AccountStoreContractTest {
 protected:
  accounts::Answer<void> offer(std::string_view token, std::string_view address) {
    return tested().offer_sign_up(secret(token), email(address));
  }
  accounts::Answer<Person> accept(std::string_view token, std::string_view address,
                                  PersonState state = PersonState::Active) {
    return tested().accept_sign_up(secret(token), new_person(address), state);
  }
  // On the disk past the store, in which each would wait for the disk.
  void offer_others(std::size_t count) {
    if (GetParam() == Kept::OnDisk) {
      Sqlite::open(file()).value().execute(
          "INSERT INTO link (token, step, email_hash, role, issued, issued_running) "
          "WITH RECURSIVE other (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM other WHERE i < " +
          std::to_string(count) +
          ") SELECT 'other ' || i, 'sign-up', 'other ' || i, 'member', 0, running FROM other, running_clock");
      return;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::string other = "other" + std::to_string(i);
      ASSERT_TRUE(offer(other, other + "@example.com"));
    }
  }
};

TEST_P(SignUpTest, MakesAMemberOfWhoeverShowsTheirMailbox) {
  auto ann = new_person("Ann@Example.com");
  ann.second_factor = enrolment();
  ASSERT_TRUE(offer("token", "ann@example.com"));
  EXPECT_EQ(tested().find(ann.email).error(), AccountError::NotFound);
  const auto link = tested().link(LinkStep::SignUp, secret("token")).value();
  EXPECT_EQ(link.email, ann.email);
  EXPECT_EQ(link.person, std::nullopt);
  EXPECT_EQ(link.role, Role::Member);
  EXPECT_TRUE(tested().invitations().value().empty());
  clock_.advance(30min);
  const Person added = tested().accept_sign_up(secret("token"), ann, PersonState::Awaiting).value();
  EXPECT_EQ(added, (Person{.id = ann.id,
                           .email = ann.email,
                           .name = ann.name,
                           .role = Role::Member,
                           .state = PersonState::Awaiting,
                           .has_second_factor = true,
                           .created = clock_.wall_now()}));
  EXPECT_EQ(tested().password_hash(ann.id).value(), ann.password_hash);
  EXPECT_EQ(tested().find(ann.email).value(), added);
}

TEST_P(SignUpTest, IsAcceptedOnce) {
  ASSERT_TRUE(offer("token", "ann@example.com"));
  ASSERT_TRUE(accept("token", "ann@example.com"));
  EXPECT_EQ(accept("token", "ann@example.com").error(), AccountError::NotFound);
}

TEST_P(SignUpTest, IsOverAfterAnHourByEitherClock) {
  ASSERT_TRUE(offer("token", "ann@example.com"));
  ASSERT_TRUE(offer("in time", "bob@example.com"));
  clock_.advance(1h - 1ms);
  EXPECT_TRUE(accept("in time", "bob@example.com"));
  clock_.step_wall(-24h);
  clock_.advance(1ms);
  EXPECT_EQ(accept("token", "ann@example.com").error(), AccountError::NotFound);
  ASSERT_TRUE(offer("another", "ann@example.com"));
  clock_.step_wall(1h);
  EXPECT_EQ(accept("another", "ann@example.com").error(), AccountError::NotFound);
}

// Anybody may ask for one in the owner's name.
TEST_P(SignUpTest, EndsNoOtherOfTheSameEmailBeforeOneIsAccepted) {
  ASSERT_TRUE(offer("owner's", "ann@example.com"));
  ASSERT_TRUE(offer("bob's", "bob@example.com"));
  ASSERT_TRUE(offer("stranger's", "Ann@EXAMPLE.com"));
  EXPECT_TRUE(tested().link(LinkStep::SignUp, secret("stranger's")));
  const Person ann = accept("owner's", "ann@example.com").value();
  EXPECT_EQ(accept("stranger's", "ann@example.com").error(), AccountError::NotFound);
  ASSERT_TRUE(tested().erase(ann.id));
  EXPECT_EQ(accept("stranger's", "ann@example.com").error(), AccountError::NotFound);
  EXPECT_TRUE(accept("bob's", "bob@example.com"));
}

TEST_P(SignUpTest, LeavesAnInvitationOfTheSameEmailAsItIs) {
  ASSERT_TRUE(
      tested().invite(secret("invitation"), email("ann@example.com"), Role::Staff, person("inviter@example.com").id));
  ASSERT_TRUE(offer("token", "ann@example.com"));
  EXPECT_EQ(tested().accept_invitation(secret("invitation"), new_person("ann@example.com")).value().role, Role::Staff);
  EXPECT_EQ(accept("token", "ann@example.com").error(), AccountError::EmailTaken);
}

TEST_P(SignUpTest, IsSpentWithAllOfTheSameEmailWhereSomebodyElseCameFirst) {
  ASSERT_TRUE(offer("token", "ann@example.com"));
  ASSERT_TRUE(offer("another", "ann@example.com"));
  const Person ann = person("ann@example.com");
  EXPECT_EQ(accept("token", "ann@example.com").error(), AccountError::EmailTaken);
  EXPECT_EQ(offer("late", "ann@example.com").error(), AccountError::EmailTaken);
  ASSERT_TRUE(tested().erase(ann.id));
  for (const char* token : {"token", "another", "late"}) {
    EXPECT_EQ(accept(token, "ann@example.com").error(), AccountError::NotFound) << token;
  }
}

TEST_P(SignUpTest, IsNotUsedUpByWhatWasRefused) {
  ASSERT_TRUE(offer("token", "ann@example.com"));
  const auto refused = [&](const accounts::NewPerson& person) {
    const auto accepted = tested().accept_sign_up(secret("token"), person, PersonState::Active);
    return !accepted && accepted.error() == AccountError::Refused;
  };
  for (const std::string& name : {std::string{}, std::string(201, 'x'), std::string("a\0b", 3)}) {
    auto person = new_person("ann@example.com");
    person.name = name;
    EXPECT_TRUE(refused(person));
  }
  auto without = new_person("ann@example.com");
  without.password_hash.clear();
  EXPECT_TRUE(refused(without));
  EXPECT_TRUE(refused(new_person("bob@example.com")));
  EXPECT_TRUE(accept("token", "ann@example.com"));
}

TEST_P(SignUpTest, IsGoodForItsOwnStepAlone) {
  ASSERT_TRUE(offer("token", "ann@example.com"));
  EXPECT_EQ(tested().accept_invitation(secret("token"), new_person("ann@example.com")).error(), AccountError::NotFound);
  EXPECT_EQ(tested().reset_password(secret("token"), "$2b$12$x").error(), AccountError::NotFound);
  ASSERT_TRUE(tested().invite(secret("invitation"), email("bob@example.com"), Role::Administrator,
                              person("inviter@example.com").id));
  EXPECT_EQ(accept("invitation", "bob@example.com").error(), AccountError::NotFound);
  ASSERT_TRUE(tested().withdraw(secret("token")));
  EXPECT_EQ(accept("token", "ann@example.com").error(), AccountError::NotFound);
}

TEST_P(SignUpTest, GivesItsPlaceToTheOneAboveTheLimit) {
  ASSERT_TRUE(
      tested().invite(secret("invitation"), email("bob@example.com"), Role::Member, person("inviter@example.com").id));
  ASSERT_TRUE(offer("oldest", "oldest@example.com"));
  ASSERT_TRUE(offer("second", "second@example.com"));
  offer_others(accounts::kOpenSignUps - 3);
  ASSERT_TRUE(offer("last", "last@example.com"));
  EXPECT_TRUE(tested().link(LinkStep::SignUp, secret("oldest")));
  ASSERT_TRUE(offer("one more", "ann@example.com"));
  EXPECT_EQ(accept("oldest", "oldest@example.com").error(), AccountError::NotFound);
  EXPECT_TRUE(accept("second", "second@example.com"));
  EXPECT_TRUE(accept("one more", "ann@example.com"));
  EXPECT_EQ(tested().invitations().value().size(), 1U);
}

class InvitationTest : public AccountStoreContractTest {
 protected:
  InvitationTest() {
    for (Person* const one : {&ann_, &bob_}) EXPECT_TRUE(tested().set_role(one->id, Role::Administrator));
  }
  bool invite(const Person& by, std::string_view address = "eve@example.com") {
    return tested().invite(secret("invitation"), email(address), Role::Administrator, by.id).has_value();
  }
  bool is_good() { return tested().link(LinkStep::Invitation, secret("invitation")).has_value(); }

  Person ann_ = person("ann@example.com");
  Person bob_ = person("bob@example.com");
};

TEST_P(InvitationTest, EndsWithTheRightsOfWhoInvites) {
  const Person cat = person("cat@example.com");
  const auto ends = [&](const auto& fall) {
    EXPECT_TRUE(invite(bob_) && is_good());
    EXPECT_TRUE(tested().offer_reset(secret("by hand"), cat.email));
    fall();
    EXPECT_EQ(tested().accept_invitation(secret("invitation"), new_person("eve@example.com")).error(),
              AccountError::NotFound);
    EXPECT_EQ(tested().reset_password(secret("by hand"), "$2b$12$x").error(), AccountError::NotFound);
  };
  ends([&] { EXPECT_TRUE(tested().set_role(bob_.id, Role::Staff)); });
  EXPECT_TRUE(tested().set_role(bob_.id, Role::Administrator));
  ends([&] { EXPECT_TRUE(tested().set_state(bob_.id, PersonState::Locked)); });
  EXPECT_TRUE(tested().set_state(bob_.id, PersonState::Active));
  ends([&] { EXPECT_TRUE(tested().erase(bob_.id)); });
}

TEST_P(InvitationTest, StaysWhereOthersFallAndIsMadeByNobodyWhoIsGone) {
  ASSERT_TRUE(invite(ann_));
  ASSERT_TRUE(tested().set_role(bob_.id, Role::Member));
  ASSERT_TRUE(tested().erase(bob_.id));
  EXPECT_TRUE(is_good());
  EXPECT_FALSE(invite(bob_, "cat@example.com"));
}

TEST_P(InvitationTest, GoesBeforeWhoeverWaitsUnderItsEmail) {
  const auto squat = [&] {
    EXPECT_TRUE(tested().add(new_person("eve@example.com"), Role::Member, PersonState::Awaiting));
  };
  ASSERT_TRUE(invite(ann_));
  squat();
  ASSERT_TRUE(invite(ann_)) << "again";
  const auto accepted = tested().accept_invitation(secret("invitation"), new_person("eve@example.com"));
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->role, Role::Administrator);
  EXPECT_EQ(tested().people().value().size(), 3U);
  EXPECT_FALSE(invite(ann_));
}

class EmailChangeTest : public AccountStoreContractTest {
 protected:
  accounts::Answer<NewEmail> offer(const Person& whose, std::string_view to) {
    return tested().offer_email_change(secret("from"), secret("to"), whose.id, email(to));
  }
  accounts::Answer<bool> confirm(LinkStep end, std::string_view token) {
    return tested().confirm_email_change(end, secret(token));
  }
};

TEST_P(EmailChangeTest, HasLinksOfOneKindWhoeverHasTheEmail) {
  const Person ann = person("ann@example.com");
  const Person bob = person("bob@example.com");
  for (const auto& [address, free] :
       {std::pair{"new@example.com", NewEmail::Free}, {"bob@example.com", NewEmail::Taken}}) {
    EXPECT_EQ(offer(ann, address).value(), free);
    EXPECT_EQ(tested().link(LinkStep::EmailFrom, secret("from")).value().email, email(address));
    EXPECT_FALSE(confirm(LinkStep::EmailFrom, "from").value());
    // Once, in either case.
    EXPECT_EQ(tested().link(LinkStep::EmailFrom, secret("from")).error(), AccountError::NotFound);
    EXPECT_EQ(confirm(LinkStep::EmailFrom, "from").error(), AccountError::NotFound);
  }
  // Nobody has this one; it changes nothing either.
  EXPECT_EQ(confirm(LinkStep::EmailTo, "to").error(), AccountError::EmailTaken);
  EXPECT_EQ(tested().find(ann.email).value(), ann);
  EXPECT_EQ(tested().find(bob.email).value(), bob);
}

TEST_P(EmailChangeTest, EndsWithThePasswordOfBefore) {
  const Person ann = person("ann@example.com");
  const Person bob = person("bob@example.com");
  const auto set = [&] { return tested().set_password(ann.id, "$2b$12$new", std::nullopt).has_value(); };
  const auto reset = [&] {
    return tested().offer_reset(secret("reset"), ann.email) && tested().reset_password(secret("reset"), "$2b$12$newer");
  };
  for (const bool by_link : {false, true}) {
    ASSERT_TRUE(offer(ann, "thief@example.com"));
    ASSERT_TRUE(tested().offer_email_change(secret("bob's"), secret("bob's new"), bob.id, email("new@example.com")));
    ASSERT_FALSE(confirm(LinkStep::EmailTo, "to").value());
    ASSERT_TRUE(by_link ? reset() : set());
    EXPECT_EQ(confirm(LinkStep::EmailFrom, "from").error(), AccountError::NotFound);
    // The half that was there before counts for no later change.
    ASSERT_TRUE(offer(ann, "ann.new@example.com"));
    EXPECT_FALSE(confirm(LinkStep::EmailFrom, "from").value());
    EXPECT_EQ(tested().find(ann.id).value().email, ann.email);
    EXPECT_TRUE(tested().link(LinkStep::EmailFrom, secret("bob's")));
  }
}

class CanaryTest : public AccountStoreContractTest {
 protected:
  static constexpr const char* kAddress = "one@drill.belfry.invalid";

  Person canary(std::string_view address = kAddress) {
    return tested().add_canary(new_person(address), Role::Member).value();
  }
};

TEST_P(CanaryTest, IsActiveAndInNoListOfPeople) {
  const Person ann = person("ann@example.com");
  const Person one = canary();
  const Person another = tested().add_canary(new_person("another@drill.belfry.invalid"), Role::Staff).value();
  EXPECT_EQ(one.role, Role::Member);
  EXPECT_EQ(another.role, Role::Staff);
  EXPECT_EQ(one.state, PersonState::Active);
  EXPECT_EQ(tested().people().value(), std::vector{ann});
  EXPECT_EQ(tested().canaries().value(), (std::vector{one, another}));
  EXPECT_EQ(tested().password_hashes().value().size(), 1U);
  EXPECT_EQ(tested().find(one.email).value(), one);
  EXPECT_EQ(tested().find(one.id).value(), one);
  ASSERT_TRUE(tested().erase(one.id));
  EXPECT_EQ(tested().canaries().value(), std::vector{another});
}

TEST_P(CanaryTest, SignsInAndResetsItsPasswordLikeAllOthers) {
  const Person one = canary();
  const auto attempt = tested().reserve_password(one.email, std::nullopt).value();
  EXPECT_EQ(attempt.person, one.id);
  EXPECT_TRUE(tested().was_right(attempt));
  EXPECT_TRUE(tested().open_session(new_session(one, "token")));
  EXPECT_TRUE(tested().offer_reset(secret("reset"), one.email));
  EXPECT_TRUE(tested().reset_password(secret("reset"), "$2b$12$new"));
  EXPECT_EQ(tested().session(secret("token")).error(), AccountError::NotFound);
}

TEST_P(CanaryTest, HasLocksThatCanBeAged) {
  const Person ann = person("ann@example.com");
  const Person one = canary();
  const auto is_admitted = [&](const Person& who) {
    return tested().reserve_password(who.email, std::nullopt).value().admitted;
  };
  for (const Person& who : {ann, one}) {
    while (is_admitted(who)) {
    }
  }
  ASSERT_TRUE(tested().age_locks(one.id, 15min - 1ms));
  EXPECT_FALSE(is_admitted(one));
  ASSERT_TRUE(tested().age_locks(one.id, 1ms));
  EXPECT_TRUE(is_admitted(one));
  EXPECT_EQ(tested().age_locks(ann.id, 1h).error(), AccountError::Refused);
  EXPECT_FALSE(is_admitted(ann));
  EXPECT_EQ(tested().age_locks(accounts::PersonId::random(random_), 1h).error(), AccountError::NotFound);
}

TEST_P(CanaryTest, IsNeverAdministrator) {
  EXPECT_EQ(tested().add_canary(new_person(kAddress), Role::Administrator).error(), AccountError::Refused);
  EXPECT_TRUE(tested().canaries().value().empty());
  const Person one = canary();
  EXPECT_EQ(tested().set_role(one.id, Role::Administrator).error(), AccountError::Refused);
  EXPECT_TRUE(tested().set_role(one.id, Role::Staff));
  ASSERT_TRUE(tested().offer_first_administrator(secret("first")));
  EXPECT_EQ(tested().accept_first_administrator(secret("first"), new_person("two@drill.belfry.invalid")).error(),
            AccountError::Refused);
  const Person ann = tested().accept_first_administrator(secret("first"), new_person("ann@example.com")).value();
  EXPECT_EQ(tested().erase(ann.id).error(), AccountError::LastAdministrator);
}

TEST_P(CanaryTest, IsMadeByDrillsAlone) {
  const auto address = email(kAddress);
  EXPECT_EQ(tested().add(new_person(kAddress), Role::Member, PersonState::Active).error(), AccountError::Refused);
  EXPECT_EQ(tested().invite(secret("invitation"), address, Role::Member, person("inviter@example.com").id).error(),
            AccountError::Refused);
  EXPECT_EQ(tested().offer_sign_up(secret("sign-up"), address).error(), AccountError::Refused);
  EXPECT_TRUE(tested().invitations().value().empty());
  EXPECT_EQ(tested().add_canary(new_person("ann@example.com"), Role::Member).error(), AccountError::Refused);
  auto nameless = new_person(kAddress);
  nameless.name.clear();
  EXPECT_EQ(tested().add_canary(nameless, Role::Member).error(), AccountError::Refused);
  EXPECT_TRUE(tested().canaries().value().empty());
  canary();
  EXPECT_EQ(tested().add_canary(new_person("ONE@drill.belfry.invalid"), Role::Member).error(),
            AccountError::EmailTaken);
}

TEST_P(CanaryTest, StaysOneAndNobodyBecomesOne) {
  const Person ann = person("ann@example.com");
  const Person one = canary();
  const auto change = [&](const Person& whose, std::string_view to) {
    return tested().offer_email_change(secret("from"), secret("to"), whose.id, email(to));
  };
  EXPECT_EQ(change(ann, "ann@drill.belfry.invalid").error(), AccountError::Refused);
  EXPECT_EQ(change(one, "one@example.com").error(), AccountError::Refused);
  ASSERT_TRUE(change(one, "two@drill.belfry.invalid"));
  ASSERT_TRUE(tested().confirm_email_change(LinkStep::EmailFrom, secret("from")));
  ASSERT_TRUE(tested().confirm_email_change(LinkStep::EmailTo, secret("to")).value());
  EXPECT_EQ(tested().canaries().value().at(0).email, email("two@drill.belfry.invalid"));
}

std::string name_of(const testing::TestParamInfo<Kept>& info) {
  return info.param == Kept::OnDisk ? "OnDisk" : "InMemory";
}
const auto kStores = testing::Values(Kept::OnDisk, Kept::InMemory);
INSTANTIATE_TEST_SUITE_P(Stores, HandedOverSessionTest, kStores, name_of);
INSTANTIATE_TEST_SUITE_P(Stores, SignUpTest, kStores, name_of);
INSTANTIATE_TEST_SUITE_P(Stores, InvitationTest, kStores, name_of);
INSTANTIATE_TEST_SUITE_P(Stores, EmailChangeTest, kStores, name_of);
INSTANTIATE_TEST_SUITE_P(Stores, CanaryTest, kStores, name_of);

}  // namespace
}  // namespace belfry::store
