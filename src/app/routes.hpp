#pragma once

// What is answered under which path: one table, looked up by a pure function before any guard, so that access level,
// methods and limits are known when the guards judge. Whatever is in no row of the application's host is the
// application's; whatever is in no row of Belfry's own is not found.

#include "guard/seal.hpp"
#include "guard/subject.hpp"
#include "people/desk.hpp"
#include "web/form.hpp"

#include <cstdint>
#include <string_view>

namespace belfry::app {

// Who answers.
enum class Handler : std::uint8_t {
  Application,  // the relay
  NotFound,
  FrontPage,
  SecurityPage,
  SecurityJson,
  HistoryJson,
  HistoryHead,
  TlsPage,
  TlsJson,
  ChangeFeed,
  Badge,
  ToSecurityPage,  // a redirect, as is
  ToPeople,
  Icon,
  Script,
  Health,
  Metrics,
  People,      // a page with forms, of people/reception.hpp
  Admitted,    // a word that says so: what a drill asks for, where only the guards are of interest
  NoUpstream,  // the relay to where nobody listens: how the drill of transit.hsts sees a 502
};

// Who may ask.
enum class RouteAccess : std::uint8_t {
  Public,
  ConfiguredDefault,  // [access]
  Arriving,           // a session is enough, of somebody who has yet to set a second factor too
  SignedIn,           // who has proved all that they have to
  Administrator,
  MetricsPeers,  // [metrics] allow
};

struct Route {
  guard::HostKind host;
  std::string_view path;  // exact, as Target::path() gives it
  Handler handler;
  RouteAccess access;  // no default: a route without an access level does not compile
  guard::RouteTraits traits;
  guard::ResourcePolicy embedding = guard::ResourcePolicy::SameOrigin;
  people::Desk desk = people::Desk::SignIn;  // of People

  constexpr Route(guard::HostKind its_host, std::string_view its_path, Handler its_handler, RouteAccess its_access,
                  guard::RouteTraits its_traits = {},
                  guard::ResourcePolicy its_embedding = guard::ResourcePolicy::SameOrigin)
      : host{its_host},
        path{its_path},
        handler{its_handler},
        access{its_access},
        traits{its_traits},
        embedding{its_embedding} {}
  constexpr Route(guard::HostKind its_host, std::string_view its_path, people::Desk its_desk, RouteAccess its_access)
      : host{its_host},
        path{its_path},
        handler{Handler::People},
        access{its_access},
        traits{.methods = {http::Method::Get, http::Method::Head, http::Method::Post},
               .body_limit = web::FormLimits{}.body_bytes,
               .cost = guard::Cost::page()},
        desk{its_desk} {}
};

// Never fails: the last resort is NotFound. `body_limit` is the application's. The reference is to static data.
const Route& route_of(guard::HostKind host, std::string_view path);

}  // namespace belfry::app
