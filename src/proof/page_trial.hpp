#pragma once

// What the drills on Belfry's own pages share: a canary on the site and one on the twin, and how an attack on a page is
// weighed. As in trial.hpp it counts with all three: the good request admitted, the bad one refused for the expected
// reason, and the same bad one admitted on the twin.

#include "proof/canary_accounts.hpp"
#include "proof/page_visitor.hpp"
#include "proof/trial.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace belfry::proof {

// What drills with canaries work with; all of it outlives them.
struct PeopleDrillParts {
  net::HttpClient& client;
  record::RequestLookup& lookup;
  TwinLauncher& twins;
  CanaryAccounts& canaries;
  Target site;
  std::chrono::seconds interval;
};

// The site under an address of the run's own, where it is reached through the door's private socket: a wrong password
// counts against the address that it comes from, and nobody else's is to be spent.
Target as_somebody(const Target& site, base::Random& random);

struct PageTrial {
  std::string_view part;
  Answer bad;
  bool is_admitted = false;           // the bad one did what it wanted
  bool is_refused = false;            // for the expected reason
  bool good_is_admitted = false;      // the good one beside it
  std::optional<Answer> bad_on_twin;  // none: it was not tried there
  bool is_admitted_on_twin = false;
  Finding holds;  // what to say then
};
Evidence weigh(Trials& trials, const PageTrial& trial);

// Of all parts of the claim but what the evidence has already: inconclusive, for this reason.
std::vector<Evidence> none_told(const Trials& trials, std::string_view claim, const Finding& why);
// What to say where a canary could not be made; the log gets `error`.
Finding no_canary(std::string_view error, const DrillContext& context);

}  // namespace belfry::proof
