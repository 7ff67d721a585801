#pragma once

// One request on its way through the door: what app/door.cpp and app/door_people.cpp know of it.

#include "accounts/session_cache.hpp"
#include "app/door.hpp"
#include "app/routes.hpp"
#include "app/settings.hpp"
#include "base/address_range.hpp"
#include "guard/seal.hpp"
#include "http/exchange.hpp"
#include "web/language.hpp"

#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

namespace belfry::app {

// For those who are turned away because too much is under way.
inline constexpr std::chrono::seconds kRetryAfter{1};

// What is known of a request while it is answered.
struct Door::Visit {
  std::shared_ptr<const Settings> settings;
  guard::SealedExchange exchange;
  base::IpAddress client;
  bool behind_trusted_proxy = false;
  const Route* route = nullptr;
  base::WallTime began;
  base::SteadyTime began_steady;
  // Who is signed in; nobody where the route does not ask.
  std::shared_ptr<const accounts::SignedInAs> who;
  // Why it was refused, or failed; empty where it was answered as asked. Static text.
  std::string_view reason;

  const http::RequestHead& request() const { return exchange.request(); }
  web::Language language() const {
    return web::choose_language(request().target.query(), request().fields.get("accept-language").value_or(""));
  }
};

bool any_contains(const std::vector<base::AddressRange>& ranges, const base::IpAddress& address);
// What is wrong with a request's body.
guard::Reason reason_of_body(http::StreamError error);

}  // namespace belfry::app
