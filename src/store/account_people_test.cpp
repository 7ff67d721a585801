// People, passwords and links in the account store.

#include "store/account_store_test_support.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace belfry::store {
namespace {

using namespace std::chrono_literals;
using accounts::AccountError;
using accounts::LinkStep;
using accounts::Person;
using accounts::PersonState;
using accounts::Role;

class AccountPeopleTest : public AccountStoreTest {};
class AccountLinkTest : public AccountStoreTest {};

TEST_F(AccountPeopleTest, AreFoundByIdAndByAnySpellingOfTheirEmail) {
  const auto made = new_person("Ann@Example.com");
  const Person ann = store_->add(made, Role::Staff, PersonState::Awaiting).value();
  EXPECT_EQ(ann, (Person{.id = made.id,
                         .email = email("ann@example.com"),
                         .name = "Ann d’Arc",
                         .role = Role::Staff,
                         .state = PersonState::Awaiting,
                         .has_second_factor = false,
                         .created = clock_.wall_now()}));
  EXPECT_EQ(store_->find(made.id).value(), ann);
  EXPECT_EQ(store_->find(email("ANN@EXAMPLE.COM")).value(), ann);
  EXPECT_EQ(store_->find(email("bob@example.com")).error(), AccountError::NotFound);
  EXPECT_EQ(store_->find(accounts::PersonId::random(random_)).error(), AccountError::NotFound);
}

TEST_F(AccountPeopleTest, AreListedInTheOrderTheyCameIn) {
  const Person zoe = add("zoe@example.com");
  const Person ann = add("ann@example.com");
  EXPECT_EQ(store_->people().value(), (std::vector{zoe, ann}));
}

TEST_F(AccountPeopleTest, ShareNoEmail) {
  add("ann@example.com");
  EXPECT_EQ(store_->add(new_person("Ann@example.com"), Role::Member, PersonState::Active).error(),
            AccountError::EmailTaken);
  EXPECT_EQ(store_->people().value().size(), 1U);
}

TEST_F(AccountPeopleTest, HaveANameWithinItsLimitAndAPassword) {
  for (const std::string& name : {std::string{}, std::string(201, 'x'), std::string("a\0b", 3)}) {
    auto person = new_person("ann@example.com");
    person.name = name;
    EXPECT_EQ(store_->add(person, Role::Member, PersonState::Active).error(), AccountError::Refused);
  }
  auto person = new_person("ann@example.com");
  person.password_hash.clear();
  EXPECT_EQ(store_->add(person, Role::Member, PersonState::Active).error(), AccountError::Refused);
  person = new_person("ann@example.com");
  person.name = std::string(200, 'x');
  ASSERT_TRUE(store_->add(person, Role::Member, PersonState::Active));
  EXPECT_EQ(store_->set_name(person.id, "").error(), AccountError::Refused);
  ASSERT_TRUE(store_->set_name(person.id, "Bob"));
  EXPECT_EQ(store_->find(person.id).value().name, "Bob");
}

TEST_F(AccountPeopleTest, NeverLoseTheirLastAdministrator) {
  const Person ann = add("ann@example.com", Role::Administrator);
  const Person bob = add("bob@example.com", Role::Administrator);
  ASSERT_TRUE(store_->set_state(bob.id, PersonState::Locked));
  // One who is locked lets nobody in.
  EXPECT_EQ(store_->set_role(ann.id, Role::Staff).error(), AccountError::LastAdministrator);
  EXPECT_EQ(store_->set_state(ann.id, PersonState::Locked).error(), AccountError::LastAdministrator);
  EXPECT_EQ(store_->erase(ann.id).error(), AccountError::LastAdministrator);
  ASSERT_TRUE(store_->set_state(bob.id, PersonState::Active));
  EXPECT_TRUE(store_->set_role(ann.id, Role::Staff));
  EXPECT_EQ(store_->find(ann.id).value().role, Role::Staff);
  EXPECT_EQ(store_->erase(bob.id).error(), AccountError::LastAdministrator);
}

TEST_F(AccountPeopleTest, AreErasedWithAllThatIsKeptOfThem) {
  const Person ann = add("ann@example.com");
  ASSERT_TRUE(store_->set_second_factor(ann.id, enrolment()));
  ASSERT_TRUE(store_->know_device(ann.id, secret("device"), std::nullopt));
  ASSERT_TRUE(store_->open_session(new_session(ann, "token")));
  ASSERT_TRUE(store_->offer_reset(secret("reset"), ann.email));
  ASSERT_TRUE(store_->reserve_password(ann.email, std::nullopt));
  ASSERT_TRUE(store_->reserve_password(ann.email, secret("device")));
  ASSERT_TRUE(store_->reserve_code(ann.id));
  const auto told = store_->export_of(ann.id).value();
  EXPECT_EQ(told.sessions.size(), 1U);
  EXPECT_EQ(told.known_devices, 1U);
  EXPECT_EQ(told.recovery_codes_left, 2U);
  EXPECT_TRUE(told.person.has_second_factor);

  ASSERT_TRUE(store_->erase(ann.id));
  EXPECT_EQ(store_->export_of(ann.id).error(), AccountError::NotFound);
  store_.reset();
  auto database = Sqlite::open(file()).value();
  for (const char* table : {"person", "second_factor", "recovery_code", "known_device", "session", "link", "lockout"}) {
    Statement count = database.prepare("SELECT count(*) FROM " + std::string{table});
    ASSERT_TRUE(count.step());
    EXPECT_EQ(count.number(0), 0) << table;
  }
}

TEST_F(AccountPeopleTest, ChangeTheirPasswordWhichEndsAllThatItOpenedButForOneDevice) {
  const Person ann = add("ann@example.com");
  ASSERT_TRUE(store_->open_session(new_session(ann, "session")));
  ASSERT_TRUE(store_->offer_reset(secret("reset"), ann.email));
  for (const char* device : {"kept", "other"}) {
    ASSERT_TRUE(store_->know_device(ann.id, secret(device), std::nullopt));
    while (store_->reserve_password(ann.email, secret(device)).value().admitted) {
    }
  }
  const Person bob = add("bob@example.com");
  ASSERT_TRUE(store_->offer_reset(secret("bob's"), bob.email));
  ASSERT_TRUE(store_->set_password(ann.id, "$2b$12$new", secret("kept")));
  EXPECT_EQ(store_->password_hash(ann.id).value(), "$2b$12$new");
  EXPECT_EQ(store_->session(secret("session")).error(), AccountError::NotFound);
  EXPECT_EQ(store_->reset_password(secret("reset"), "$2b$12$x").error(), AccountError::NotFound);
  EXPECT_EQ(store_->reserve_password(ann.email, secret("kept")).value().counter, accounts::Counter::Device);
  EXPECT_FALSE(store_->reserve_password(ann.email, secret("kept")).value().admitted) << "its count stays";
  EXPECT_EQ(store_->reserve_password(ann.email, secret("other")).value().counter, accounts::Counter::Strangers);
  EXPECT_TRUE(store_->reset_password(secret("bob's"), "$2b$12$x"));
  EXPECT_EQ(store_->set_password(ann.id, "", std::nullopt).error(), AccountError::Refused);
  ASSERT_TRUE(store_->set_password(ann.id, "$2b$12$newer", std::nullopt));
  EXPECT_EQ(store_->export_of(ann.id).value().known_devices, 0U);
}

TEST_F(AccountPeopleTest, HaveTheirPasswordHashedAnewUnlessItChangedMeanwhile) {
  const Person ann = add("ann@example.com");
  const std::string before = store_->password_hash(ann.id).value();
  EXPECT_TRUE(store_->rehash_password(ann.id, before, "$2b$13$same").value());
  EXPECT_FALSE(store_->rehash_password(ann.id, before, "$2b$13$late").value());
  EXPECT_EQ(store_->password_hash(ann.id).value(), "$2b$13$same");
  add("bob@example.com");
  EXPECT_EQ(store_->password_hashes().value(),
            (std::vector<std::string>{"$2b$13$same", "$2b$12$hash of bob@example.com"}));
}

TEST_F(AccountLinkTest, MakesTheFirstAdministratorOnce) {
  ASSERT_TRUE(store_->offer_first_administrator(secret("old")));
  ASSERT_TRUE(store_->offer_first_administrator(secret("new")));
  EXPECT_EQ(store_->link(LinkStep::FirstAdministrator, secret("old")).error(), AccountError::NotFound);
  EXPECT_TRUE(store_->link(LinkStep::FirstAdministrator, secret("new")));
  EXPECT_TRUE(store_->link(LinkStep::FirstAdministrator, secret("new")));
  auto person = new_person("ann@example.com");
  person.second_factor = enrolment();
  const Person ann = store_->accept_first_administrator(secret("new"), person).value();
  EXPECT_EQ(ann.role, Role::Administrator);
  EXPECT_TRUE(ann.has_second_factor);
  EXPECT_EQ(store_->accept_first_administrator(secret("new"), new_person("bob@example.com")).error(),
            AccountError::NotFound);
  EXPECT_EQ(store_->offer_first_administrator(secret("third")).error(), AccountError::AlreadyThere);
}

TEST_F(AccountLinkTest, InvitesOneEmailToOneRole) {
  ASSERT_TRUE(invite("first", "ann@example.com", Role::Member));
  ASSERT_TRUE(invite("second", "Ann@Example.com", Role::Staff));
  const auto invitations = store_->invitations().value();
  ASSERT_EQ(invitations.size(), 1U);
  EXPECT_EQ(invitations[0].email, email("ann@example.com"));
  EXPECT_EQ(invitations[0].role, Role::Staff);
  EXPECT_EQ(store_->accept_invitation(secret("first"), new_person("ann@example.com")).error(), AccountError::NotFound);
  EXPECT_EQ(store_->accept_invitation(secret("second"), new_person("bob@example.com")).error(), AccountError::Refused);
  EXPECT_EQ(store_->accept_invitation(secret("second"), new_person("ann@example.com")).value().role, Role::Staff);
  EXPECT_EQ(store_->accept_invitation(secret("second"), new_person("ann@example.com")).error(), AccountError::NotFound);
  EXPECT_EQ(invite("third", "ann@example.com", Role::Staff).error(), AccountError::EmailTaken);
}

TEST_F(AccountLinkTest, IsNotUsedUpByWhatWasRefused) {
  ASSERT_TRUE(invite("token", "ann@example.com", Role::Member));
  auto nameless = new_person("ann@example.com");
  nameless.name.clear();
  EXPECT_EQ(store_->accept_invitation(secret("token"), nameless).error(), AccountError::Refused);
  EXPECT_TRUE(store_->accept_invitation(secret("token"), new_person("ann@example.com")));
}

TEST_F(AccountLinkTest, IsGoodForItsOwnStepAlone) {
  const Person ann = add("ann@example.com", Role::Administrator);
  ASSERT_TRUE(invite("invitation", "bob@example.com", Role::Member));
  ASSERT_TRUE(store_->offer_reset(secret("reset"), ann.email));
  ASSERT_TRUE(store_->offer_email_change(secret("from"), secret("to"), ann.id, email("ann@example.org")));
  for (const char* token : {"invitation", "from", "to"}) {
    EXPECT_EQ(store_->reset_password(secret(token), "$2b$12$x").error(), AccountError::NotFound) << token;
  }
  for (const char* token : {"reset", "from", "to"}) {
    EXPECT_EQ(store_->accept_invitation(secret(token), new_person("bob@example.com")).error(), AccountError::NotFound);
    EXPECT_EQ(store_->accept_first_administrator(secret(token), new_person("bob@example.com")).error(),
              AccountError::NotFound);
  }
  EXPECT_EQ(store_->confirm_email_change(LinkStep::EmailTo, secret("from")).error(), AccountError::NotFound);
  EXPECT_EQ(store_->confirm_email_change(LinkStep::PasswordReset, secret("reset")).error(), AccountError::Refused);
}

TEST_F(AccountLinkTest, IsOverAfterAnHourByEitherClock) {
  ASSERT_TRUE(invite("token", "ann@example.com", Role::Member));
  clock_.advance(1h - 1ms);
  EXPECT_TRUE(store_->link(LinkStep::Invitation, secret("token")));
  // Set back, the wall clock gives it no longer life.
  clock_.step_wall(-24h);
  clock_.advance(1ms);
  EXPECT_EQ(store_->link(LinkStep::Invitation, secret("token")).error(), AccountError::NotFound);
  EXPECT_EQ(store_->invitations().value().size(), 0U);
  EXPECT_EQ(store_->accept_invitation(secret("token"), new_person("ann@example.com")).error(), AccountError::NotFound);

  ASSERT_TRUE(invite("another", "ann@example.com", Role::Member));
  clock_.step_wall(1h);
  EXPECT_EQ(store_->link(LinkStep::Invitation, secret("another")).error(), AccountError::NotFound);
}

TEST_F(AccountLinkTest, CanBeWithdrawn) {
  ASSERT_TRUE(invite("token", "ann@example.com", Role::Member));
  ASSERT_TRUE(store_->withdraw(secret("token")));
  ASSERT_TRUE(store_->withdraw(secret("token")));
  EXPECT_EQ(store_->accept_invitation(secret("token"), new_person("ann@example.com")).error(), AccountError::NotFound);
}

TEST_F(AccountLinkTest, ResetsAPasswordOnceAndEndsWhatItOpened) {
  const Person ann = add("ann@example.com");
  ASSERT_TRUE(store_->know_device(ann.id, secret("device"), std::nullopt));
  ASSERT_TRUE(store_->open_session(new_session(ann, "session")));
  while (store_->reserve_password(ann.email, std::nullopt).value().admitted) {
  }
  ASSERT_TRUE(store_->offer_reset(secret("old"), ann.email));
  ASSERT_TRUE(store_->offer_reset(secret("token"), ann.email));
  EXPECT_EQ(store_->reset_password(secret("old"), "$2b$12$new").error(), AccountError::NotFound);
  EXPECT_EQ(store_->reset_password(secret("token"), "").error(), AccountError::Refused);
  EXPECT_EQ(store_->reset_password(secret("token"), "$2b$12$new").value(), ann);
  EXPECT_EQ(store_->reset_password(secret("token"), "$2b$12$newer").error(), AccountError::NotFound);
  EXPECT_EQ(store_->password_hash(ann.id).value(), "$2b$12$new");
  EXPECT_EQ(store_->session(secret("session")).error(), AccountError::NotFound);
  EXPECT_EQ(store_->export_of(ann.id).value().known_devices, 0U);
  EXPECT_TRUE(store_->reserve_password(ann.email, std::nullopt).value().admitted);
}

TEST_F(AccountLinkTest, ResetsNothingForNobodyNorForWhoeverIsLocked) {
  EXPECT_EQ(store_->offer_reset(secret("token"), email("ann@example.com")).error(), AccountError::NotFound);
  const Person ann = add("ann@example.com");
  ASSERT_TRUE(store_->offer_reset(secret("token"), ann.email));
  ASSERT_TRUE(store_->set_state(ann.id, PersonState::Locked));
  EXPECT_EQ(store_->reset_password(secret("token"), "$2b$12$new").error(), AccountError::NotFound);
  EXPECT_EQ(store_->offer_reset(secret("another"), ann.email).error(), AccountError::NotFound);
}

TEST_F(AccountLinkTest, ChangesAnEmailThatBothEndsConfirmed) {
  for (const bool from_first : {true, false}) {
    const std::string before = from_first ? "ann@example.com" : "bob@example.com";
    const Person person = add(before);
    const auto after = email("new-" + before);
    ASSERT_TRUE(store_->offer_email_change(secret("from"), secret("to"), person.id, after));
    const LinkStep first = from_first ? LinkStep::EmailFrom : LinkStep::EmailTo;
    const LinkStep second = from_first ? LinkStep::EmailTo : LinkStep::EmailFrom;
    const auto token = [&](LinkStep step) { return secret(step == LinkStep::EmailFrom ? "from" : "to"); };
    EXPECT_FALSE(store_->confirm_email_change(first, token(first)).value());
    // Once: the same end does not count for the other.
    EXPECT_EQ(store_->confirm_email_change(first, token(first)).error(), AccountError::NotFound);
    EXPECT_EQ(store_->find(person.id).value().email, email(before));
    EXPECT_TRUE(store_->confirm_email_change(second, token(second)).value());
    EXPECT_EQ(store_->find(after).value().id, person.id);
    EXPECT_EQ(store_->find(email(before)).error(), AccountError::NotFound);
  }
}

TEST_F(AccountLinkTest, ChangesNoEmailToOneThatWasTakenMeanwhile) {
  const Person ann = add("ann@example.com");
  ASSERT_TRUE(store_->offer_email_change(secret("from"), secret("to"), ann.id, email("bob@example.com")));
  ASSERT_TRUE(store_->confirm_email_change(LinkStep::EmailFrom, secret("from")));
  add("bob@example.com");
  EXPECT_EQ(store_->confirm_email_change(LinkStep::EmailTo, secret("to")).error(), AccountError::EmailTaken);
}

}  // namespace
}  // namespace belfry::store
