#pragma once

// How a session comes to the application's host (accounts/hand_over.hpp):
//
//   application   GET anything, without a session    303 to Belfry's /enter, with the hash of the browser's cookie
//   Belfry        /enter, not signed in              303 to /sign-in, and back to the application
//   Belfry        /enter, signed in                  303 to the application's /.belfry/enter, with a code
//   application   /.belfry/enter                     the session's cookie, and 303 to where they were going

#include "people/asked.hpp"
#include "people/desk.hpp"
#include "people/house.hpp"

#include <string>
#include <string_view>

namespace belfry::people {

// Where a browser without a session on the application's host is sent. `target`: path and query that it wanted.
std::string way_in(const Place& place, const accounts::SecretHash& browser, std::string_view target);

// The same on Belfry's own host.
std::string sign_in_path(web::Language language, std::string_view target);

class EnterFlow {
 public:
  explicit EnterFlow(const House& house) : house_{house} {}

  // On Belfry's host.
  http::Awaitable<Answer> leave(Asked asked);
  // On the application's.
  http::Awaitable<Answer> arrive(Asked asked);

 private:
  const House& house_;
};

}  // namespace belfry::people
