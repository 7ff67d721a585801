#pragma once

// How an account gets another address: asked for at /account with the password, and agreed to by a link in either
// mailbox, at /confirm-email, within the hour. Somebody who took a session and knows the password still needs the
// mailbox; and nobody gives their account an address that they cannot read. Nor does a mailbox's owner agree to a
// stranger's account: the link to the new address counts only from whoever is signed in to the account.
//
// Whether somebody has the new address is not told. Both links are made and the mailbox of before gets its own in
// either case; where somebody has the address, nobody gets the other, so that the first changes nothing.

#include "accounts/account_store.hpp"
#include "accounts/link.hpp"
#include "people/asked.hpp"
#include "people/house.hpp"
#include "web/account_page.hpp"
#include "web/message_page.hpp"

#include <optional>

namespace belfry::people {

class EmailChangeFlow {
 public:
  explicit EmailChangeFlow(const House& house) : house_{house} {}

  // The form of /account; `input` is that page as it would be shown again. Only where there is a mail server.
  http::Awaitable<Answer> offer(Asked asked, web::AccountPageInput input);

  // Of a link from either mailbox.
  http::Awaitable<Answer> show(Asked asked);
  // Intent: confirm.
  http::Awaitable<Answer> submit(Asked asked);

 private:
  struct Change {
    accounts::Link link;
    accounts::Person person;  // whose address changes
    accounts::EmailAddress email;
  };

  Answer message(const Asked& asked, web::Message message) const;
  // What a token is for, or the answer to whoever may not go on with it.
  http::Awaitable<std::expected<Change, Answer>> change_of(const Asked* asked, std::string token);
  // Where only the person themselves may confirm, and it is not they who ask.
  std::optional<Answer> refused(const Asked& asked, std::string_view token, const Change& change) const;
  // Blocking, as is:
  accounts::Answer<Change> find(const accounts::SecretHash& token) const;
  accounts::Answer<bool> confirm(const Change& change) const;

  const House& house_;
};

}  // namespace belfry::people
