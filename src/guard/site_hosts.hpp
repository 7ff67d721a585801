#pragma once

// The names under which the site is asked for, and whose each is: the application's, or Belfry's own. Two origins,
// never one: what is shown under a name of one kind can't read what is under a name of the other. Anything else is
// Unknown and is refused. Immutable; any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::guard {

enum class HostKind : std::uint8_t { Unknown, Application, Belfry };

class SiteHosts {
 public:
  // Names as RequestHead::host has them: lower case, no port, IPv6 in brackets. Without an application the first list
  // is empty and Belfry answers under the names of the second. A name in both lists is a contradiction and throws
  // std::invalid_argument, as do two empty lists; the configuration is checked before it gets here.
  SiteHosts(std::vector<std::string> application, std::vector<std::string> belfry);

  // Exact comparison; no name is a pattern.
  HostKind kind_of(std::string_view host) const;

 private:
  std::vector<std::string> application_;
  std::vector<std::string> belfry_;
};

}  // namespace belfry::guard
