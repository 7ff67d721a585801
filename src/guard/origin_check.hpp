#pragma once

// Refuses what a page of another origin sends in our visitors' name: unsafe methods and WebSocket handshakes, which the
// same-origin policy lets through.
//
// Sec-Fetch-Site decides where it is present: the browser writes it and no page can. Otherwise Origin must be this
// host's own. With neither, only a request without cookies passes: a program's, which carries no visitor's authority.
// Belfry's own host is stricter than the application's: there "same-site" is as foreign as any other.

#include "guard/guard.hpp"
#include "guard/options.hpp"
#include "guard/site_hosts.hpp"

#include <string>
#include <vector>

namespace belfry::guard {

// True for what OriginOptions::except may name: a path in canonical form (http::Target), without a query. A trailing
// slash is allowed and means nothing.
bool is_exception_path(std::string_view text);

class OriginCheck final : public Guard {
 public:
  // An exception holds for the application's hosts alone, and for exactly the path that is written, letter case
  // included, and everything below it. One that is no exception path matches nothing.
  OriginCheck(SiteHosts hosts, OriginOptions options);

  std::string_view name() const override { return "origin"; }
  Verdict check(const Subject& subject) const override;

 private:
  bool excepted(std::string_view path) const;
  bool is_application_origin(std::string_view origin, const http::RequestHead& request) const;

  SiteHosts hosts_;
  std::vector<std::string> exceptions_;
};

}  // namespace belfry::guard
