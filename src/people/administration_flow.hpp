#pragma once

// /admin/people: who may enter, as an administrator decides it.

#include "people/asked.hpp"
#include "people/house.hpp"
#include "web/admin_people_page.hpp"

#include <string>

namespace belfry::people {

class AdministrationFlow {
 public:
  explicit AdministrationFlow(const House& house) : house_{house} {}

  http::Awaitable<Answer> show(Asked asked);
  // Intents: invite; with `person`: invite_again, withdraw (of an invitation), approve, refuse, lock, unlock,
  // sign_out_person, reset_link (where no mail is configured), role, delete.
  http::Awaitable<Answer> submit(Asked asked);

 private:
  // What became of a form; all but `answer` is for the page.
  struct Outcome {
    web::PeopleNotice notice = web::PeopleNotice::None;
    bool last_administrator = false;
    std::optional<web::HandedLink> link;
    web::FieldInput invited_email;
    accounts::Role invited_role = accounts::Role::Member;
    std::string mistyped;  // whose deletion was mistyped
  };
  using Done = accounts::Answer<Outcome>;

  http::Awaitable<Answer> page(Asked asked, Outcome outcome);
  // Blocking.
  Done invite(const Asked& asked);
  Done change_invitation(const Asked& asked);
  Done change_person(const Asked& asked);
  Done offer(const Asked& asked, const accounts::EmailAddress& email, accounts::Role role);

  const House& house_;
};

}  // namespace belfry::people
