#pragma once

// How an account gets another address: asked for at /account with the password, and agreed to by a link in either
// mailbox, at /confirm-email, within the hour. Somebody who took a session and knows the password still needs the
// mailbox; and nobody gives their account an address that they cannot read.
//
// Whether somebody has the new address is not told. The mailbox of before gets its link in either case: one that
// changes nothing is known here, in memory, and answers as the other would.

#include "accounts/link.hpp"
#include "accounts/short_lived.hpp"
#include "people/asked.hpp"
#include "people/house.hpp"
#include "web/account_page.hpp"
#include "web/message_page.hpp"

#include <string>

namespace belfry::people {

class EmailChangeFlow {
 public:
  explicit EmailChangeFlow(const House& house);

  // The form of /account; `input` is that page as it would be shown again. Only where there is a mail server.
  http::Awaitable<Answer> offer(Asked asked, web::AccountPageInput input);

  // Of a link from either mailbox.
  http::Awaitable<Answer> show(Asked asked);
  // Intent: confirm.
  http::Awaitable<Answer> submit(Asked asked);

 private:
  Answer message(const Asked& asked, web::Message message) const;
  // The link of either end. Blocking.
  accounts::Answer<accounts::Link> link_of(const accounts::SecretHash& token) const;
  accounts::Answer<bool> confirm(const accounts::SecretHash& token) const;

  const House& house_;
  // The links that change nothing, with the address that they speak of.
  accounts::ShortLived<accounts::EmailAddress> void_links_;
};

}  // namespace belfry::people
