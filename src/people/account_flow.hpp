#pragma once

// /account: the name of whoever is signed in, all that is kept of them as a file, and the end of the account.

#include "people/asked.hpp"
#include "people/email_change_flow.hpp"
#include "people/house.hpp"
#include "web/account_page.hpp"

namespace belfry::people {

class AccountFlow {
 public:
  // Both outlive this.
  AccountFlow(const House& house, EmailChangeFlow& email_change) : house_{house}, email_change_{email_change} {}

  http::Awaitable<Answer> show(Asked asked);
  // Intents: name; email, where there is a mail server; export; delete.
  http::Awaitable<Answer> submit(Asked asked);

 private:
  http::Awaitable<Answer> change_name(Asked asked);
  http::Awaitable<Answer> give_export(Asked asked);
  http::Awaitable<Answer> erase(Asked asked);
  web::AccountPageInput page(const Asked& asked) const;

  const House& house_;
  EmailChangeFlow& email_change_;
};

}  // namespace belfry::people
