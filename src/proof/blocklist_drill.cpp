#include "proof/blocklist_drill.hpp"

#include "proof/drill_address.hpp"
#include "proof/fetch_finding.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace belfry::proof {

namespace {

// What a door does with a connection that says nothing yet.
enum class Welcome : std::uint8_t {
  Closed,   // without a byte
  Waits,    // for the ClientHello, as it does for everybody
  Unclear,  // nobody listens, or it spoke first
};

// Long enough for the door to have looked the address up; one that lets the caller in waits far longer.
constexpr std::chrono::milliseconds kQuiet{500};

Welcome knock(const net::Way& way, const base::Clock& clock) {
  auto connection = net::ClientConnection::open(way, clock, clock.steady_now() + kQuiet);
  if (!connection) return Welcome::Unclear;
  const auto got = connection->receive();
  if (got) return got->empty() ? Welcome::Closed : Welcome::Unclear;
  switch (got.error()) {
    case net::NetError::Closed:
      return Welcome::Closed;
    case net::NetError::DeadlineExceeded:
      return Welcome::Waits;
    default:
      return Welcome::Unclear;
  }
}

}  // namespace

BlocklistDrill::BlocklistDrill(net::HttpClient& client, record::RequestLookup& lookup, TwinLauncher& twins, Target site,
                               std::function<ListedAddresses(std::uint64_t)> listed, std::chrono::seconds interval)
    : client_{client},
      lookup_{lookup},
      twins_{twins},
      site_{std::move(site)},
      listed_{std::move(listed)},
      interval_{interval} {}

std::vector<Evidence> BlocklistDrill::run(DrillContext& context) {
  Trials trials{claim(), client_, lookup_, twins_, context};
  Evidence blocked = trials.evidence_of("listed");
  Evidence beside = trials.evidence_of("neighbour");
  const ListedAddresses listed = listed_(context.random.next_u64());
  if (!listed.configured) {
    blocked.finding = {"no list is configured", "aucune liste n’est configurée"};
    return {blocked, beside, trials.control()};
  }
  if (listed.examples.empty()) {
    blocked.outcome = Outcome::Broken;
    blocked.finding = {"the lists name no address", "les listes ne nomment aucune adresse"};
    return {blocked, beside, trials.control()};
  }

  const Target neighbour = site_.seen_from(drill_address(context.random));
  const Answer answer = client_.fetch(neighbour.request(neighbour.belfry_host, kAdmittedOnBelfry));
  if (is_admitted(answer)) {
    beside.outcome = Outcome::Holds;
    beside.finding = {"an address that no list names was answered",
                      "une adresse qu’aucune liste ne nomme a reçu réponse"};
  } else {
    beside.finding = answer ? bytes_seen(*answer) : no_answer(answer.error());
  }

  (void)trials.launch({.listed = listed.examples});
  // All examples must be kept out; the worst counts.
  blocked.outcome = Outcome::Holds;
  for (const base::IpAddress& address : listed.examples) {
    if (context.stopping.stop_requested()) return {trials.evidence_of("listed"), beside, trials.control()};
    Evidence one = come_as(address, trials, context);
    const bool worse =
        one.outcome == Outcome::Broken || (one.outcome == Outcome::Inconclusive && blocked.outcome == Outcome::Holds);
    if (worse || blocked.finding.en.empty()) blocked = std::move(one);
  }
  if (blocked.outcome == Outcome::Holds && beside.outcome != Outcome::Holds) blocked.outcome = Outcome::Inconclusive;
  return {blocked, beside, trials.control()};
}

Evidence BlocklistDrill::come_as(const base::IpAddress& listed, Trials& trials, const DrillContext& context) {
  const Welcome welcome = knock(site_.seen_from(listed).way, context.clock);
  Evidence evidence = trials.evidence_of("listed");
  if (welcome == Welcome::Waits) {
    evidence.outcome = Outcome::Broken;
    evidence.finding = {"a listed address was let in", "une adresse listée est entrée"};
    return evidence;
  }
  if (welcome == Welcome::Unclear) {
    evidence.finding = {"the door could not be reached by its private socket",
                        "la porte n’a pu être jointe par sa prise privée"};
    return evidence;
  }
  if (!trials.launched()) {
    evidence.finding = {"closed; whether it could come in was not shown",
                        "close\u202f; qu’elle puisse entrer n’a pas été montré"};
    return evidence;
  }
  const Target twin = trials.twin().seen_from(listed);
  const Answer on_twin = client_.fetch(twin.request(twin.belfry_host, kAdmittedOnBelfry));
  trials.note_control(on_twin);
  if (!is_admitted(on_twin)) {
    evidence.finding = {"closed; but the twin did not let it in either",
                        "close\u202f; mais la jumelle ne l’a pas laissée entrer non plus"};
    return evidence;
  }
  const std::string family = listed.is_v4() ? "IPv4" : "IPv6";
  evidence.outcome = Outcome::Holds;
  evidence.finding = {"a listed " + family + " address was closed without a byte of TLS",
                      "une adresse " + family + " listée a été éconduite sans un octet de TLS"};
  return evidence;
}

}  // namespace belfry::proof
