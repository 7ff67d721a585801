#include "app/routes.hpp"

#include "web/icon.hpp"
#include "web/script.hpp"

#include <array>

namespace belfry::app {

namespace {

using guard::Cost;
using guard::HostKind;
using guard::MethodSet;
using guard::RouteTraits;

constexpr MethodSet kRead{http::Method::Get, http::Method::Head};
constexpr RouteTraits kPage{.methods = kRead, .body_limit = 0, .cost = Cost::page()};
constexpr RouteTraits kFile{.methods = kRead, .body_limit = 0, .cost = Cost::file()};
constexpr RouteTraits kAdmitted{
    .methods = {http::Method::Get, http::Method::Head, http::Method::Post}, .body_limit = 1024, .cost = Cost::page()};

constexpr std::array kRoutes{
    Route{HostKind::Belfry, "/", Handler::FrontPage, RouteAccess::Public, kPage},
    Route{HostKind::Belfry, "/security", Handler::SecurityPage, RouteAccess::Public, kPage},
    Route{HostKind::Belfry, "/security/", Handler::ToSecurityPage, RouteAccess::Public, kPage},
    Route{HostKind::Belfry, "/security.json", Handler::SecurityJson, RouteAccess::Public, kPage,
          guard::ResourcePolicy::CrossOrigin},
    Route{HostKind::Belfry, "/security/history.json", Handler::HistoryJson, RouteAccess::Public, kPage,
          guard::ResourcePolicy::CrossOrigin},
    Route{HostKind::Belfry, "/security/head", Handler::HistoryHead, RouteAccess::Public, kPage,
          guard::ResourcePolicy::CrossOrigin},
    Route{HostKind::Belfry, "/tls", Handler::TlsPage, RouteAccess::Public, kPage},
    Route{HostKind::Belfry, "/tls.json", Handler::TlsJson, RouteAccess::Public, kPage,
          guard::ResourcePolicy::CrossOrigin},
    Route{HostKind::Belfry, "/security/feed.atom", Handler::ChangeFeed, RouteAccess::Public, kPage,
          guard::ResourcePolicy::CrossOrigin},
    Route{HostKind::Belfry, "/security/badge.svg", Handler::Badge, RouteAccess::Public, kFile,
          guard::ResourcePolicy::CrossOrigin},
    Route{HostKind::Belfry, web::kIconPath, Handler::Icon, RouteAccess::Public, kFile},
    // Where browsers look for it beside a page that cannot say where it is: the JSON.
    Route{HostKind::Belfry, "/favicon.ico", Handler::Icon, RouteAccess::Public, kFile},
    Route{HostKind::Belfry, "/sign-in", people::Desk::SignIn, RouteAccess::Public},
    Route{HostKind::Belfry, "/sign-out", people::Desk::SignOut, RouteAccess::Public},
    Route{HostKind::Belfry, "/first-administrator", people::Desk::FirstAdministrator, RouteAccess::Public},
    Route{HostKind::Belfry, "/invitation", people::Desk::Invitation, RouteAccess::Public},
    Route{HostKind::Belfry, "/reset", people::Desk::Reset, RouteAccess::Public},
    Route{HostKind::Belfry, "/sign-up", people::Desk::SignUp, RouteAccess::Public},
    Route{HostKind::Belfry, "/confirm-email", people::Desk::ConfirmEmail, RouteAccess::Public},
    Route{HostKind::Belfry, people::kEnterPath, people::Desk::Enter, RouteAccess::Public},
    Route{HostKind::Application, people::kArrivePath, people::Desk::Arrive, RouteAccess::Public},
    Route{HostKind::Belfry, "/account", people::Desk::Account, RouteAccess::SignedIn},
    Route{HostKind::Belfry, "/account/security", people::Desk::Security, RouteAccess::Arriving},
    Route{HostKind::Belfry, "/admin", Handler::ToPeople, RouteAccess::Administrator, kPage},
    Route{HostKind::Belfry, "/admin/people", people::Desk::People, RouteAccess::Administrator},
    Route{HostKind::Belfry, web::kScriptPath, Handler::Script, RouteAccess::Public, kFile},
    Route{HostKind::Belfry, "/password/strength", people::Desk::PasswordStrength, RouteAccess::Public},
    Route{HostKind::Belfry, "/password/suggestion", people::Desk::PasswordSuggestion, RouteAccess::Public},
    Route{HostKind::Belfry, "/health", Handler::Health, RouteAccess::Public, kPage},
    Route{HostKind::Belfry, "/metrics", Handler::Metrics, RouteAccess::MetricsPeers, kPage},
    Route{HostKind::Belfry, "/drill/admitted", Handler::Admitted, RouteAccess::Public, kAdmitted},
    Route{HostKind::Application, "/.belfry/drill", Handler::Admitted, RouteAccess::Public, kAdmitted},
    Route{HostKind::Belfry, "/drill/no-upstream", Handler::NoUpstream, RouteAccess::Public, kPage},
    Route{HostKind::Application, web::kIconPath, Handler::Icon, RouteAccess::Public, kFile},
    Route{HostKind::Application, "/.belfry/health", Handler::Health, RouteAccess::Public, kPage},
};

// Not found, but only after the guards: a forged post is refused as such on every path.
constexpr Route kBelfryRest{
    HostKind::Belfry, "", Handler::NotFound, RouteAccess::Public,
    RouteTraits{.methods = MethodSet::all(), .body_limit = std::uint64_t{64} * 1024, .cost = Cost::page()}};
// The folder that is reserved on the application's host never reaches it.
constexpr Route kReserved{HostKind::Application, "", Handler::NotFound, RouteAccess::Public,
                          RouteTraits{.methods = MethodSet::all(), .body_limit = 0, .cost = Cost::page()}};
constexpr Route kApplication{HostKind::Application, "", Handler::Application, RouteAccess::ConfiguredDefault,
                             RouteTraits{.methods = MethodSet::all(), .body_limit = 0, .cost = {}}};

bool is_reserved(std::string_view path) {
  constexpr std::string_view kFolder = "/.belfry";
  if (path.size() < kFolder.size()) return false;
  // Restricting rules match without regard to letter case.
  return http::equals_ignoring_case(path.substr(0, kFolder.size()), kFolder) &&
         (path.size() == kFolder.size() || path[kFolder.size()] == '/');
}

}  // namespace

const Route& route_of(guard::HostKind host, std::string_view path) {
  for (const Route& route : kRoutes) {
    if (route.host == host && route.path == path) return route;
  }
  if (host != HostKind::Application) return kBelfryRest;
  return is_reserved(path) ? kReserved : kApplication;
}

}  // namespace belfry::app
