#include "proof/hsts_drill.hpp"

#include "inspect/hsts.hpp"
#include "proof/claims.hpp"
#include "proof/fetch_finding.hpp"
#include "proof/trial.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace belfry::proof {

namespace {

using inspect::HstsState;

constexpr std::string_view kControl = "control";

Finding describe(HstsState fault, const net::FetchResponse& response) {
  switch (fault) {
    case HstsState::Good: {
      const auto hsts = inspect::read_hsts(response.fields);
      const std::string age = std::to_string(hsts ? hsts->max_age : 0);
      return {"present once, max-age=" + age, "présent une fois, max-age=" + age};
    }
    case HstsState::Missing:
      return {"Strict-Transport-Security is missing", "Strict-Transport-Security est absent"};
    case HstsState::Repeated:
      return {"Strict-Transport-Security is sent more than once",
              "Strict-Transport-Security est envoyé plus d’une fois"};
    case HstsState::Malformed:
      return {"Strict-Transport-Security cannot be read", "Strict-Transport-Security est illisible"};
    case HstsState::TooShort:
      return {"Strict-Transport-Security lasts less than half a year",
              "Strict-Transport-Security dure moins de six mois"};
  }
  return {};
}

Finding another_status(std::uint16_t got, std::uint16_t expected) {
  const std::string first = std::to_string(got);
  const std::string second = std::to_string(expected);
  Finding finding{"the answer was ", "la réponse était "};
  finding.en.append(first).append(", not ").append(second);
  finding.fr.append(first).append(", non ").append(second);
  return finding;
}

Evidence evidence_of(std::string_view part, const DrillContext& context) {
  return {.claim = "transit.hsts",
          .part = std::string{part},
          .outcome = Outcome::Inconclusive,
          .finding = {},
          .observed = context.clock.wall_now()};
}

}  // namespace

HstsDrill::HstsDrill(net::HttpClient& client, TwinLauncher& twins, std::vector<HstsProbe> probes,
                     std::chrono::seconds interval, std::size_t hosts_left_out)
    : client_{client}, twins_{twins}, probes_{std::move(probes)}, interval_{interval}, hosts_left_out_{hosts_left_out} {
  const auto& parts = find_claim("transit.hsts")->parts;
  std::size_t known = 0;
  for (const Part& part : parts) {
    const auto of_part = static_cast<std::size_t>(std::ranges::count(probes_, part.id, &HstsProbe::part));
    if ((of_part == 0) != (part.id == kControl)) {
      throw std::invalid_argument{"transit.hsts: not the right probes for part " + std::string{part.id}};
    }
    known += of_part;
  }
  if (probes_.size() != known) throw std::invalid_argument{"transit.hsts: a probe of no part"};
}

std::vector<Evidence> HstsDrill::run(DrillContext& context) {
  std::vector<Evidence> evidence;
  const Evidence control = try_control(context);
  for (const Part& part : find_claim("transit.hsts")->parts) {
    if (part.id == kControl) continue;
    if (control.outcome == Outcome::Holds) {
      evidence.push_back(try_part(part.id, context));
    } else {
      Evidence& untried = evidence.emplace_back(evidence_of(part.id, context));
      untried.finding = {"not tried: the control did not come out as it must",
                         "non éprouvé\u00a0: le témoin n’a pas donné ce qu’il doit"};
    }
    if (context.stopping.stop_requested()) break;
  }
  evidence.push_back(control);
  return evidence;
}

Evidence HstsDrill::try_part(std::string_view part, DrillContext& context) {
  std::optional<Evidence> worst;
  std::size_t good = 0;
  std::size_t tried = 0;
  for (const HstsProbe& probe : probes_) {
    if (probe.part != part) continue;
    Evidence one = try_probe(probe, context);
    ++tried;
    if (one.outcome == Outcome::Holds) {
      ++good;
    } else if (!probe.host.empty()) {
      one.finding.en.insert(0, probe.host + ": ");
      one.finding.fr.insert(0, probe.host + "\u00a0: ");
    }
    const bool is_worse = !worst || (one.outcome == Outcome::Broken && worst->outcome != Outcome::Broken) ||
                          (one.outcome == Outcome::Inconclusive && worst->outcome == Outcome::Holds);
    if (is_worse) worst = std::move(one);
  }
  // The constructor saw that each part has a probe.
  Evidence evidence = worst ? std::move(*worst) : evidence_of(part, context);
  if (tried < 2) return evidence;
  const std::string first = std::to_string(good);
  const std::string second = std::to_string(tried);
  evidence.finding.en += "; as it ought to be at " + first + " of " + second + " hosts";
  evidence.finding.fr += "\u202f; comme il faut à " + first + " hôtes sur " + second;
  if (hosts_left_out_ == 0) return evidence;
  if (evidence.outcome == Outcome::Holds) evidence.outcome = Outcome::Inconclusive;
  const std::string left = std::to_string(hosts_left_out_);
  evidence.finding.en += "; not tried at " + left + " more, as the site has too many";
  evidence.finding.fr += "\u202f; non éprouvé à " + left + " de plus, car le site en a trop";
  return evidence;
}

Evidence HstsDrill::try_probe(const HstsProbe& probe, DrillContext& context) {
  Evidence evidence = evidence_of(probe.part, context);
  for (std::uint32_t attempt = 0; attempt < probe.attempts; ++attempt) {
    if (context.stopping.stop_requested()) return evidence;
    const auto response = client_.fetch(probe.request);
    evidence.observed = context.clock.wall_now();
    if (!response) {
      evidence.finding = no_answer(response.error());
      return evidence;
    }
    if (response->status == probe.expected_status) {
      const HstsState fault = inspect::hsts_state(response->fields);
      evidence.outcome = fault == HstsState::Good ? Outcome::Holds : Outcome::Broken;
      evidence.finding = describe(fault, *response);
      return evidence;
    }
    evidence.finding = another_status(response->status, probe.expected_status);
  }
  return evidence;
}

Evidence HstsDrill::try_control(DrillContext& context) {
  Evidence evidence = evidence_of(kControl, context);
  const auto twin = launch_twin(twins_, {.without = std::string{claim()}}, context);
  if (!twin) {
    evidence.finding = no_twin();
    return evidence;
  }
  const Target target = twin->target();
  const auto response = client_.fetch(target.request(target.belfry_host, kAdmittedOnBelfry));
  evidence.observed = context.clock.wall_now();
  if (!response) {
    evidence.finding = no_answer(response.error());
  } else if (!is_admitted(response)) {
    // Whatever else answers without the field would pass for the twin's measure left out.
    const Finding seen = bytes_seen(*response);
    evidence.finding = {"the twin did not answer as it must: " + seen.en,
                        "la jumelle n’a pas répondu comme elle doit\u00a0: " + seen.fr};
  } else if (const HstsState fault = inspect::hsts_state(response->fields); fault == HstsState::Missing) {
    evidence.outcome = Outcome::Holds;
    const Finding seen = bytes_seen(*response);
    evidence.finding = {"missing on the twin, as expected; seen there: " + seen.en,
                        "absent de la jumelle, comme prévu\u202f; vu là\u00a0: " + seen.fr};
  } else {
    evidence.finding = {"the check did not find the field missing where it is missing",
                        "le contrôle n’a pas vu que le champ manquait là où il manque"};
  }
  return evidence;
}

}  // namespace belfry::proof
