#pragma once

// What the script beside a field for a new password asks (web/script.hpp). Whoever has a page with such a field has its
// token, which is the browser's: it says nothing of who somebody is, and nothing is kept or logged of a password.

#include "people/asked.hpp"
#include "people/house.hpp"

namespace belfry::people {

class PasswordToolsFlow {
 public:
  explicit PasswordToolsFlow(const House& house) : house_{house} {}

  // Fields: new_password, name, email, second_factor ("present" or not).
  http::Awaitable<Answer> strength(Asked asked);
  // Field: kind ("words" or "characters").
  http::Awaitable<Answer> suggestion(Asked asked);

 private:
  const House& house_;
};

}  // namespace belfry::people
