#include "proof/rate_drill.hpp"

#include "proof/drill_address.hpp"
#include "proof/fetch_finding.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace belfry::proof {

RateDrill::RateDrill(net::HttpClient& client, record::RequestLookup& lookup, TwinLauncher& twins, Target site,
                     std::function<RateLimits()> limits, std::chrono::seconds interval)
    : client_{client},
      lookup_{lookup},
      twins_{twins},
      site_{std::move(site)},
      limits_{std::move(limits)},
      interval_{interval} {}

RateDrill::Burst RateDrill::burst(const Target& target, std::uint32_t most, const DrillContext& context) {
  const base::SteadyTime begun = context.clock.steady_now();
  net::FetchRequest request = target.request(target.belfry_host, kAdmittedOnBelfry);
  request.keep_connection = true;
  Burst burst;
  for (std::uint32_t sent = 0; sent < most && !context.stopping.stop_requested(); ++sent) {
    burst.last = client_.fetch(request);
    if (!is_admitted(burst.last)) break;
    ++burst.answered;
  }
  burst.took = std::chrono::ceil<std::chrono::milliseconds>(context.clock.steady_now() - begun);
  return burst;
}

std::vector<Evidence> RateDrill::run(DrillContext& context) {
  Trials trials{claim(), client_, lookup_, twins_, context};
  const RateLimits limits = limits_();
  const auto most =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(4ULL * limits.burst + 100, std::uint64_t{kMostRequests}));
  const base::IpAddress greedy = drill_address(context.random);
  base::IpAddress other = greedy;
  while (other == greedy) other = drill_address(context.random);

  const Burst on_site = burst(site_.seen_from(greedy), most, context);
  Target neighbour = site_.seen_from(other);
  const Answer beside = client_.fetch(neighbour.request(neighbour.belfry_host, kAdmittedOnBelfry));

  Evidence burst_evidence = trials.evidence_of("burst");
  Evidence beside_evidence = trials.evidence_of("neighbour");
  const std::string answered = std::to_string(on_site.answered);
  if (is_admitted(on_site.last)) {
    // What the configuration lets through in that time must be told from a limit that is not there.
    const double due = limits.burst + limits.rate * static_cast<double>(on_site.took.count()) / 1000.0;
    if (on_site.answered > due + 1) {
      burst_evidence.outcome = Outcome::Broken;
      burst_evidence.finding = {answered + " requests of one address were all answered",
                                answered + " requêtes d’une même adresse ont toutes reçu réponse"};
    } else {
      burst_evidence.finding = {"the limit is larger than a drill may ask for: " + answered + " requests",
                                "la limite dépasse ce qu’un exercice peut demander\u00a0: " + answered + " requêtes"};
    }
  } else if (!on_site.last) {
    burst_evidence.finding = no_answer(on_site.last.error());
  } else if (const std::string reason = trials.reason_of(*on_site.last);
             on_site.answered == 0 || on_site.last->status != 429 || reason != "rate_exceeded") {
    const std::string what = std::to_string(on_site.last->status) + (reason.empty() ? "" : ", " + reason);
    burst_evidence.finding = {"refused, but not for this: " + what, "refusée, mais pour autre chose\u00a0: " + what};
  } else if (!trials.launch()) {
    burst_evidence.finding = {"refused; whether it could succeed was not shown",
                              "refusée\u202f; qu’elle puisse réussir n’a pas été montré"};
  } else {
    const Burst on_twin = burst(trials.twin().seen_from(greedy), on_site.answered + 1, context);
    const std::string there = std::to_string(on_twin.answered);
    const bool all = on_twin.answered == on_site.answered + 1;
    const Finding last = on_twin.last ? bytes_seen(*on_twin.last) : no_answer(on_twin.last.error());
    trials.note_control({there + " requests answered, the last with " + last.en,
                         there + " requêtes ont reçu réponse, la dernière avec " + last.fr},
                        all);
    if (all) {
      burst_evidence.outcome = Outcome::Holds;
      burst_evidence.finding = {"answered " + answered + " times, then 429 (rate_exceeded)",
                                "réponse donnée " + answered + " fois, puis 429 (rate_exceeded)"};
    } else {
      burst_evidence.finding = {"refused; but it did not succeed on the twin either",
                                "refusée\u202f; mais elle n’a pas réussi non plus sur la jumelle"};
    }
  }

  if (is_admitted(beside)) {
    // That nobody else is held up says something only while somebody is.
    beside_evidence.outcome = burst_evidence.outcome == Outcome::Holds ? Outcome::Holds : Outcome::Inconclusive;
    beside_evidence.finding = {"another address was answered meanwhile",
                               "une autre adresse a reçu réponse entre-temps"};
  } else if (!beside) {
    beside_evidence.finding = no_answer(beside.error());
  } else {
    const bool held_up = beside->status == 429;
    beside_evidence.outcome = held_up ? Outcome::Broken : Outcome::Inconclusive;
    beside_evidence.finding = bytes_seen(*beside);
  }
  return {burst_evidence, beside_evidence, trials.control()};
}

}  // namespace belfry::proof
