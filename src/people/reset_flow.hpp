#pragma once

// /reset: who forgot their password, or is locked out, asks for a link by e-mail, and with it sets a new one. Whether
// somebody has the address that was written is told by no word and no time of the answer: the store is asked in either
// case, and the mail is not waited for. OWASP ASVS 5.0, 6.3.8.

#include "accounts/link.hpp"
#include "people/asked.hpp"
#include "people/house.hpp"

#include <expected>
#include <string>

namespace belfry::people {

class ResetFlow {
 public:
  explicit ResetFlow(const House& house) : house_{house} {}

  // With a `token` in the query: the link's page.
  http::Awaitable<Answer> show(Asked asked);
  // Intents: ask, where there is a mail server; set.
  http::Awaitable<Answer> submit(Asked asked);

 private:
  using Found = std::expected<accounts::Person, Answer>;

  http::Awaitable<Answer> send_link(Asked asked);
  http::Awaitable<Answer> set_password(Asked asked);
  // Whose link it is, or the page that says that it is spent.
  http::Awaitable<Found> holder_of(const Asked* asked, std::string token);
  Answer spent(const Asked& asked) const;

  const House& house_;
};

}  // namespace belfry::people
