#pragma once

// /sign-up: how somebody opens an account without an invitation, where [accounts] sign_up lets them. With a mail server
// the mailbox is shown first: the address alone is asked for, and whoever follows the link in the mail chooses name and
// password there (people/invitation_flow.hpp). Had strangers chosen them, the owner of the mailbox would open an
// account that somebody else has the password of. To an address that has an account a mail says so, and the page is the
// same.
//
// Without a mail server the account waits for an administrator at once, its address unconfirmed.

#include "accounts/account_store.hpp"
#include "people/asked.hpp"
#include "people/house.hpp"
#include "people/invitation_flow.hpp"
#include "web/entry_pages.hpp"

#include <cstddef>

namespace belfry::people {

// Who waits for an administrator, inclusive, where no mailbox bounds how many do: one more and the page says 503.
inline constexpr std::size_t kAwaitingPeople = 1'000;

class SignUpFlow {
 public:
  explicit SignUpFlow(const House& house) : house_{house}, newcomers_{house, accounts::LinkStep::SignUp} {}

  // With a `token` in the query: the page behind the link.
  http::Awaitable<Answer> show(Asked asked);
  // Intents: sign_up; of the pages behind the link, those of an invitation.
  http::Awaitable<Answer> submit(Asked asked);

 private:
  // Both answer alike whether somebody has the address or not.
  http::Awaitable<Answer> send_link(Asked asked);
  http::Awaitable<Answer> await_approval(Asked asked);

  web::SignUpRequestPageInput request_page(const Asked& asked) const;
  web::SignUpPageInput page(const Asked& asked) const;
  // Blocking. Unavailable where no more may wait.
  accounts::Answer<void> add(const accounts::NewPerson& person) const;

  const House& house_;
  InvitationFlow newcomers_;
};

}  // namespace belfry::people
