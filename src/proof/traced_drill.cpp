#include "proof/traced_drill.hpp"

#include "proof/fetch_finding.hpp"
#include "proof/trial.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

namespace belfry::proof {

namespace {

Evidence evidence_of(std::string_view part, const DrillContext& context) {
  return {.claim = "request.traced",
          .part = std::string{part},
          .outcome = Outcome::Inconclusive,
          .finding = {},
          .observed = context.clock.wall_now()};
}

std::string random_word(base::Random& random) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string word;
  for (int half = 0; half < 2; ++half) {
    std::uint64_t bits = random.next_u64();
    for (int i = 0; i < 16; ++i, bits >>= 4) word += kDigits[bits & 15];
  }
  return word;
}

// Of the same shape as `id` (a look-up that refuses other shapes must not pass for one that finds nothing), and random:
// with the 64 bits and more that an identifier has, none that was ever given out.
std::string never_given_out(std::string_view id, base::Random& random) {
  // Nothing to vary: then any word will do.
  if (id.find_first_of("0123456789abcdefABCDEF") == std::string_view::npos) return random_word(random);
  std::string other{id};
  do {
    for (char& character : other) {
      const auto choose = [&](std::string_view from) { character = from[random.next_u64() % from.size()]; };
      if (character >= '0' && character <= '9') {
        choose("0123456789");
      } else if (character >= 'a' && character <= 'f') {
        choose("abcdef");
      } else if (character >= 'A' && character <= 'F') {
        choose("ABCDEF");
      }
    }
  } while (other == id);
  return other;
}

}  // namespace

TracedDrill::TracedDrill(net::HttpClient& client, record::RequestLookup& lookup, TwinLauncher& twins, TracedProbe probe,
                         std::chrono::seconds interval)
    : client_{client}, lookup_{lookup}, twins_{twins}, probe_{std::move(probe)}, interval_{interval} {}

Evidence TracedDrill::try_twin(DrillContext& context) {
  Evidence evidence = evidence_of("twin", context);
  const auto twin = launch_twin(twins_, {.without = std::string{claim()}}, context);
  if (!twin) {
    evidence.finding = no_twin();
    return evidence;
  }
  const Target target = twin->target();
  const auto response = client_.fetch(target.request(target.belfry_host, kAdmittedOnBelfry));
  if (!is_admitted(response)) {
    evidence.finding = response ? bytes_seen(*response) : no_answer(response.error());
  } else if (response->fields.contains("x-request-id")) {
    evidence.finding = {"the twin gave an identifier", "la jumelle a donné un identifiant"};
  } else {
    const Finding seen = bytes_seen(*response);
    evidence.outcome = Outcome::Holds;
    evidence.finding = {"an answer without an identifier was seen as such: " + seen.en,
                        "une réponse sans identifiant a été vue comme telle\u00a0: " + seen.fr};
  }
  return evidence;
}

std::vector<Evidence> TracedDrill::run(DrillContext& context) {
  std::vector<Evidence> evidence = follow(context);
  evidence.push_back(try_twin(context));
  // What was found counts where the check can see that there is nothing to find.
  if (evidence.back().outcome != Outcome::Holds && evidence.front().outcome == Outcome::Holds) {
    evidence.front().outcome = Outcome::Inconclusive;
  }
  return evidence;
}

std::vector<Evidence> TracedDrill::follow(DrillContext& context) {
  Evidence found = evidence_of("lookup", context);
  Evidence control = evidence_of("control", context);
  control.finding = {"not tried", "non éprouvé"};

  const std::string path = probe_.path_prefix + random_word(context.random);
  net::FetchRequest request = probe_.request;
  request.url += path;
  const auto response = client_.fetch(request);
  found.observed = context.clock.wall_now();
  if (!response) {
    found.finding = no_answer(response.error());
    return {found, control};
  }
  const auto id = response->fields.get("x-request-id");
  if (!id || id->empty() || response->fields.count("x-request-id") > 1) {
    found.outcome = Outcome::Broken;
    found.finding = {"the answer carries no single identifier", "la réponse ne porte pas un identifiant unique"};
    // The control cannot be tried without an identifier to take the shape of; what was seen is seen without it.
    return {found, control};
  }

  if (lookup_.find(never_given_out(*id, context.random))) {
    control.finding = {"an identifier that was never given out was found",
                       "un identifiant jamais délivré a été trouvé"};
    found.finding = {"not tried: the control did not come out as it must",
                     "non éprouvé\u00a0: le témoin n’a pas donné ce qu’il doit"};
    return {found, control};
  }
  control.outcome = Outcome::Holds;
  control.finding = {"an identifier that was never given out was not found",
                     "un identifiant jamais délivré n’a pas été trouvé"};

  look_up(*id, {.method = request.method, .host = probe_.host, .path = path, .status = response->status}, found,
          context);
  return {found, control};
}

// What of the record is not of the request; empty where all is.
Finding TracedDrill::difference(const record::RequestRecord& record, const Expected& expected) {
  if (record.method != expected.method) return {"the method of another request", "la méthode d’une autre requête"};
  if (record.host != expected.host) return {"the host of another request", "l’hôte d’une autre requête"};
  if (record.path != expected.path) return {"the path of another request", "le chemin d’une autre requête"};
  if (record.status != expected.status) return {"the status of another request", "le statut d’une autre requête"};
  return {};
}

void TracedDrill::look_up(std::string_view id, const Expected& expected, Evidence& evidence, DrillContext& context) {
  const base::SteadyTime begun = context.clock.steady_now();
  while (true) {
    const auto record = lookup_.find(id);
    evidence.observed = context.clock.wall_now();
    const auto took = std::chrono::floor<std::chrono::milliseconds>(context.clock.steady_now() - begun);
    if (record) {
      evidence.finding = difference(*record, expected);
      evidence.outcome = evidence.finding == Finding{} ? Outcome::Holds : Outcome::Broken;
      if (evidence.outcome == Outcome::Holds) {
        const std::string what = expected.method + ", " + std::to_string(expected.status);
        evidence.finding = {what + ": found after " + std::to_string(took.count()) + " ms, all of it right",
                            what + "\u00a0: trouvée après " + std::to_string(took.count()) + " ms, tout concorde"};
      }
      return;
    }
    if (took >= kLookupDeadline) {
      const auto seconds = std::to_string(std::chrono::floor<std::chrono::seconds>(kLookupDeadline).count());
      evidence.outcome = Outcome::Broken;
      evidence.finding = {"not found within " + seconds + " seconds", "introuvable après " + seconds + " secondes"};
      return;
    }
    if (!context.wait(kLookupPause)) return;
  }
}

}  // namespace belfry::proof
