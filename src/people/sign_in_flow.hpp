#pragma once

// /sign-in, in its two steps, and /sign-out. Whoever is refused is told the same in the same time: what failed is known
// to accounts alone.

#include "people/asked.hpp"
#include "people/house.hpp"
#include "web/sign_in_pages.hpp"

#include <optional>

namespace belfry::people {

class SignInFlow {
 public:
  explicit SignInFlow(const House& house) : house_{house} {}

  http::Awaitable<Answer> show(Asked asked);
  // Intents: sign_in; code and recovery, for the second step.
  http::Awaitable<Answer> submit(Asked asked);
  // Ends the session, and those that were handed over from it.
  http::Awaitable<Answer> sign_out(Asked asked);

 private:
  http::Awaitable<Answer> password(Asked asked);
  http::Awaitable<Answer> code(Asked asked);
  // Waits where the address is slowed; the refusal where it is blocked. Each attempt comes by here.
  http::Awaitable<std::optional<Refusal>> hold_back(base::IpAddress address);
  web::SignInPageInput page(const Asked& asked) const;

  const House& house_;
};

}  // namespace belfry::people
