#include "web/admin_people_page.hpp"

#include "web/people_page_test_support.hpp"

#include <gmock/gmock.h>

#include <string>

namespace belfry::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

AdminPeoplePageInput input(PersonRow person) {
  AdminPeoplePageInput input;
  input.page = page();
  input.visitor = {.email = "ida@example.com", .is_administrator = true};
  input.people.push_back(std::move(person));
  return input;
}

std::string html_of(PersonRow person) {
  return admin_people_page(input(std::move(person))).body;
}

std::string intent(std::string_view name) {
  return "name=\"intent\" value=\"" + std::string{name} + "\"";
}

TEST(AdminPeoplePage, OffersWhatTheStateAllows) {
  const std::string active = html_of({.id = "p", .name = "Noor", .email = "noor@example.com"});
  for (const char* offered : {"lock", "sign_out_person", "role", "delete", "invite"}) {
    EXPECT_THAT(active, HasSubstr(intent(offered)));
  }
  for (const char* absent : {"unlock", "approve", "withdraw"}) EXPECT_THAT(active, Not(HasSubstr(intent(absent))));
  EXPECT_THAT(html_of({.id = "p", .state = PersonState::Locked}), HasSubstr(intent("unlock")));
  EXPECT_THAT(html_of({.id = "p", .state = PersonState::Invited}), HasSubstr(intent("withdraw")));
  EXPECT_THAT(html_of({.id = "p", .state = PersonState::Invited}), Not(HasSubstr(intent("delete"))));
  EXPECT_THAT(html_of({.id = "p", .state = PersonState::AwaitsApproval}), HasSubstr(intent("approve")));
}

TEST(AdminPeoplePage, LetsNobodyLockOneselfOut) {
  const std::string html = html_of({.id = "p", .email = "ida@example.com", .is_visitor = true});
  for (const char* absent : {"lock", "role", "delete"}) EXPECT_THAT(html, Not(HasSubstr(intent(absent))));
}

TEST(AdminPeoplePage, NamesThePersonInEachForm) {
  const std::string html = html_of({.id = "person-7", .name = "Noor", .email = "noor@example.com"});
  std::size_t forms = 0;
  for (auto at = html.find("name=\"person\" value=\"person-7\""); at != std::string::npos;
       at = html.find("name=\"person\" value=\"person-7\"", at + 1)) {
    ++forms;
  }
  EXPECT_EQ(forms, 4U);
}

TEST(AdminPeoplePage, ChoosesTheRoleThatThePersonHas) {
  EXPECT_THAT(html_of({.id = "p", .role = accounts::Role::Staff}),
              HasSubstr("<option value=\"staff\" selected>Staff</option>"));
}

TEST(AdminPeoplePage, ShowsALinkWhereNoMailIsConfigured) {
  AdminPeoplePageInput by_hand = input({.id = "p"});
  by_hand.delivery = LinkDelivery::ByHand;
  by_hand.link = HandedLink{"noor@example.com", "https://belfry.app.example.com/invitation?token=abc"};
  const std::string html = admin_people_page(by_hand).body;
  EXPECT_THAT(html, HasSubstr("https://belfry.app.example.com/invitation?token=abc"));
  EXPECT_THAT(html, Not(HasSubstr("hreflang")));
  EXPECT_THAT(html, HasSubstr("No mail is configured here"));
}

TEST(AdminPeoplePage, MakesALinkToResetWhereNoMailBringsOne) {
  AdminPeoplePageInput list = input({.id = "p"});
  EXPECT_THAT(admin_people_page(list).body, Not(HasSubstr(intent("reset_link"))));
  list.delivery = LinkDelivery::ByHand;
  EXPECT_THAT(admin_people_page(list).body, HasSubstr(intent("reset_link")));
  list.people.front().state = PersonState::Locked;
  EXPECT_THAT(admin_people_page(list).body, Not(HasSubstr(intent("reset_link"))));
}

TEST(AdminPeoplePage, KeepsOneAdministrator) {
  AdminPeoplePageInput last = input({.id = "p"});
  last.last_administrator = true;
  EXPECT_EQ(admin_people_page(last).head.status, 409);
}

}  // namespace
}  // namespace belfry::web
