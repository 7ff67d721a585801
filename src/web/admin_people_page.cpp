#include "web/admin_people_page.hpp"

#include "web/times.hpp"

#include <ranges>

namespace belfry::web {

namespace {

using accounts::Role;

Wording words_of(Role role) {
  switch (role) {
    case Role::Administrator:
      return phrase("people.role.administrator");
    case Role::Staff:
      return phrase("people.role.staff");
    case Role::Member:
      return phrase("people.role.user");
  }
  return {};
}

Wording words_of(PersonState state) {
  switch (state) {
    case PersonState::Active:
      return phrase("people.state.active");
    case PersonState::Invited:
      return phrase("people.state.invited");
    case PersonState::AwaitsApproval:
      return phrase("people.state.awaiting");
    case PersonState::Locked:
      return phrase("people.state.locked");
  }
  return {};
}

Wording words_of(PeopleNotice notice) {
  switch (notice) {
    case PeopleNotice::None:
      return {};
    case PeopleNotice::Invited:
      return phrase("people.invited");
    case PeopleNotice::LinkMade:
      return phrase("people.link_made");
    case PeopleNotice::RoleChanged:
      return phrase("people.role_changed");
    case PeopleNotice::FactorFirst:
      return phrase("people.factor_first");
    case PeopleNotice::Locked:
      return phrase("people.locked");
    case PeopleNotice::Unlocked:
      return phrase("people.unlocked");
    case PeopleNotice::SignedOut:
      return phrase("people.signed_out");
    case PeopleNotice::Approved:
      return phrase("people.approved");
    case PeopleNotice::Refused:
      return phrase("people.refused");
    case PeopleNotice::Deleted:
      return phrase("people.deleted");
    case PeopleNotice::Withdrawn:
      return phrase("people.withdrawn");
  }
  return {};
}

void offer_roles(PeoplePage& page, PagePart& form, Role chosen) {
  // The one with the least rights first.
  for (const Role role : std::views::reverse(accounts::kRoles)) {
    PagePart option = form.add("ROLE");
    option.set("ROLE_VALUE", to_string(role));
    option.set("ROLE_TEXT", page.text(words_of(role)));
    if (role == chosen) option.show("CHOSEN");
  }
}

std::string state_text(const PeoplePage& page, const PersonRow& person) {
  if (person.state != PersonState::Locked || !person.locked_until)
    return std::string{page.text(words_of(person.state))};
  std::string text{page.text(phrase("people.state.locked_until"))};
  return text.append(" ").append(readable_time(*person.locked_until, page.language()));
}

void offer_account_tools(PeoplePage& page, PagePart& manage, const PersonRow& person, const std::string& number,
                         LinkDelivery delivery) {
  if (person.state == PersonState::Locked) {
    page.form(manage, "UNLOCK_FORM", "unlock");
  } else {
    page.form(manage, "LOCK_FORM", "lock");
  }
  page.form(manage, "SIGN_OUT_PERSON_FORM", "sign_out_person");
  if (delivery == LinkDelivery::ByHand && person.state == PersonState::Active) {
    page.form(manage, "RESET_LINK_FORM", "reset_link");
  }
  PagePart role = page.form(manage, "ROLE_FORM", "role");
  role.set("ROLE_ID", "role-" + number);
  offer_roles(page, role, person.role);
  PagePart deletion = page.form(manage, "DELETE_FORM", "delete");
  deletion.set("CONFIRM_ID", "confirm-" + number);
  deletion.set("CONFIRM_PROBLEM_ID", "confirm-problem-" + number);
  if (person.deletion_mistyped) {
    page.problem(deletion, "EMAIL", FieldProblem::ConfirmEmail);
    manage.show("OPEN");
  }
}

void offer_tools(PeoplePage& page, PagePart& row, const PersonRow& person, const std::string& number,
                 LinkDelivery delivery) {
  if (person.is_visitor) return;
  PagePart manage = row.add("MANAGE");
  switch (person.state) {
    case PersonState::AwaitsApproval:
      page.form(manage, "APPROVE_FORM", "approve");
      page.form(manage, "REFUSE_FORM", "refuse");
      break;
    case PersonState::Invited:
      page.form(manage, "INVITE_AGAIN_FORM", "invite_again");
      page.form(manage, "WITHDRAW_FORM", "withdraw");
      break;
    case PersonState::Active:
    case PersonState::Locked:
      offer_account_tools(page, manage, person, number, delivery);
      break;
  }
}

void show_person(PeoplePage& page, const PersonRow& person, const std::string& number, LinkDelivery delivery) {
  PagePart row = page.add("PERSON");
  row.set("PERSON_ID", person.id);
  row.set("PERSON_TEXT_ID", "person-" + number);
  row.set("PERSON_EMAIL", person.email);
  if (!person.name.empty()) row.add("NAMED").set("PERSON_NAME", person.name);
  row.set("PERSON_ROLE", page.text(words_of(person.role)));
  row.set("PERSON_STATE", state_text(page, person));
  if (person.state == PersonState::Locked) row.show("IS_LOCKED");
  if (person.is_visitor) row.show("YOU");
  if (person.state == PersonState::Active || person.state == PersonState::Locked) {
    PagePart entered = row.add("ENTERED");
    entered.show(person.has_second_factor ? "WITH_FACTOR" : "WITHOUT_FACTOR");
    if (person.seen) {
      PagePart seen = entered.add("SEEN");
      seen.set("SEEN_TIME", rfc3339(*person.seen));
      seen.set("SEEN_TEXT", readable_time(*person.seen, page.language()));
    } else {
      entered.show("NEVER_SEEN");
    }
  }
  offer_tools(page, row, person, number, delivery);
}

}  // namespace

http::Response admin_people_page(const AdminPeoplePageInput& input) {
  // A link that is shown once is not asked for again in another language.
  PeoplePage page{Page::AdminPeople, input.page, phrase("people.heading"),
                  input.link ? LanguageLinks::Absent : LanguageLinks::Offered};
  page.tabs(input.visitor, AccountTab::People);
  page.notice(words_of(input.notice));
  if (input.last_administrator) page.alert(phrase("people.last_administrator"));
  if (input.link) {
    PagePart link = page.add("LINK");
    link.set("LINK_EMAIL", input.link->email);
    link.set("LINK_TEXT", input.link->url);
  }
  page.show(input.delivery == LinkDelivery::Mail ? "BY_MAIL" : "BY_LINK");
  PagePart invitation = page.form("INVITE_FORM", "invite");
  page.fill(invitation, "EMAIL", input.invited_email);
  offer_roles(page, invitation, input.invited_role);
  for (std::size_t number = 0; number < input.people.size(); ++number) {
    show_person(page, input.people[number], std::to_string(number + 1), input.delivery);
  }
  if (!input.more_url.empty()) page.add("MORE").set("MORE_URL", input.more_url);
  return page.response(input.last_administrator ? 409 : 200);
}

}  // namespace belfry::web
