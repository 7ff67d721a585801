#pragma once

// /admin/people: who may enter, and who was invited.

#include "accounts/person.hpp"
#include "base/clock.hpp"
#include "http/message.hpp"
#include "web/people_page.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace belfry::web {

enum class PersonState : std::uint8_t { Active, Invited, AwaitsApproval, Locked };

struct PersonRow {
  std::string id;    // posted as `person`
  std::string name;  // empty while invited
  std::string email;
  accounts::Role role = accounts::Role::Member;
  PersonState state = PersonState::Active;
  // Of Locked: when it ends by itself; nullopt: an administrator ends it.
  std::optional<base::WallTime> locked_until;
  bool has_second_factor = false;
  std::optional<base::WallTime> seen;  // last signed in or used; nullopt: never
  bool is_visitor = false;             // nobody locks, demotes or deletes oneself here
  // The address that was written to delete it was another one.
  bool deletion_mistyped = false;
};

enum class PeopleNotice : std::uint8_t {
  None,
  Invited,
  LinkMade,
  RoleChanged,
  FactorFirst,  // it was not: there is no second factor, which the role needs
  Locked,
  Unlocked,
  SignedOut,
  Approved,
  Refused,
  Deleted,
  Withdrawn,
};

// How links reach people.
enum class LinkDelivery : std::uint8_t { Mail, ByHand };

// Shown once to the administrator, where no mail is configured.
struct HandedLink {
  std::string email;
  std::string url;
};

// Intents and fields: invite (email, role, as accounts::to_string() has it); with `person` each: approve, refuse,
// invite_again, withdraw, lock, unlock, sign_out_person, reset_link
// (of who is active, where links are handed on by hand), role (role), delete (email, which has to be the person's).
// sign_out, which is posted to /sign-out.
struct AdminPeoplePageInput {
  PeoplePageInput page;
  Visitor visitor;
  PeopleNotice notice = PeopleNotice::None;
  bool last_administrator = false;  // a change was refused that would have left none
  LinkDelivery delivery = LinkDelivery::Mail;
  std::optional<HandedLink> link;
  FieldInput invited_email;
  accounts::Role invited_role = accounts::Role::Member;
  std::vector<PersonRow> people;
  // Where the list goes on, of the caller's making ("?after=…"); empty: it ends here.
  std::string more_url;
};

http::Response admin_people_page(const AdminPeoplePageInput& input);

}  // namespace belfry::web
