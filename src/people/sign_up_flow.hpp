#pragma once

// /sign-up: how somebody opens an account without an invitation, where [accounts] sign_up lets them. With a mail server
// the address is confirmed by a link, which then asks once more; whoever follows it signs in by the password that they
// chose, for the mailbox alone does not show that it was they who chose it. To an address that has an account a mail
// says so, and the page is the same.
//
// Without a mail server the account waits for an administrator at once, its address unconfirmed.

#include "accounts/account_store.hpp"
#include "people/asked.hpp"
#include "people/house.hpp"
#include "web/entry_pages.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace belfry::people {

// Who waits for an administrator, inclusive, where no mailbox bounds how many do: one more and the page says 503.
inline constexpr std::size_t kAwaitingPeople = 1'000;

class SignUpFlow {
 public:
  explicit SignUpFlow(const House& house) : house_{house} {}

  // With a `token` in the query: the page of the link that confirms an address.
  http::Awaitable<Answer> show(Asked asked);
  // Intents: sign_up; confirm.
  http::Awaitable<Answer> submit(Asked asked);

 private:
  http::Awaitable<Answer> show_confirmation(Asked asked, std::string token);
  http::Awaitable<Answer> sign_up(Asked asked);
  // Both answer alike whether somebody has the address or not.
  http::Awaitable<Answer> send_link(Asked asked, accounts::NewPerson person);
  http::Awaitable<Answer> await_approval(Asked asked, accounts::NewPerson person);
  http::Awaitable<Answer> confirm(Asked asked);

  web::SignUpPageInput page(const Asked& asked) const;
  Answer spent(const Asked& asked) const;
  // Blocking. Unavailable where no more may wait.
  accounts::Answer<void> add(const accounts::NewPerson& person) const;
  // Those who can sign in.
  accounts::Answer<std::vector<accounts::Person>> administrators() const;

  const House& house_;
};

}  // namespace belfry::people
