#include "proof/csp_drill.hpp"

#include "inspect/csp_evaluation.hpp"
#include "proof/fetch_finding.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace belfry::proof {

namespace {

using inspect::CspDirective;
using inspect::CspPolicy;

constexpr std::string_view kField = "content-security-policy";
// CSP Level 3, section 7.1: "The generated value SHOULD be at least 128 bits long (before encoding)": in base64 without
// padding that is 22 characters.
constexpr std::size_t kNonceLength = 22;

constexpr std::string_view kPages[] = {"/", "/security", "/tls", "/sign-in"};
constexpr std::string_view kData[] = {"/security.json",      "/security/history.json", "/security/head",
                                      "/security/feed.atom", "/security/badge.svg",    "/health"};

Finding wrong(std::string_view directive, std::string_view en, std::string_view fr) {
  const std::string name{directive};
  return {name + ": " + std::string{en}, name + "\u00a0: " + std::string{fr}};
}

bool names_no_host(const std::string& value) {
  return value == "'none'" || value == "'self'" || value == "'strict-dynamic'" || value == "'report-sample'" ||
         inspect::is_csp_nonce(value) || inspect::is_csp_hash(value);
}

bool only(const CspDirective* directive, std::initializer_list<std::string_view> allowed) {
  return directive != nullptr && !directive->values.empty() &&
         std::ranges::all_of(directive->values, [&](const std::string& value) {
           return std::ranges::find(allowed, value) != allowed.end();
         });
}

std::optional<Finding> fault_of(const CspPolicy& policy) {
  for (const std::string_view kind : {"script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr"}) {
    const CspDirective* const directive = policy.governing(kind);
    if (directive == nullptr || directive->values.empty() || !std::ranges::all_of(directive->values, names_no_host)) {
      return wrong(kind, "more than nonces, hashes and the page’s own origin",
                   "autre chose que des nonces, des empreintes et l’origine de la page");
    }
  }
  if (!only(policy.governing("object-src"), {"'none'"})) {
    return wrong("object-src", "plugins are not ruled out", "les greffons ne sont pas exclus");
  }
  for (const std::string_view name : {"base-uri", "frame-ancestors"}) {
    if (!only(policy.find(name), {"'none'", "'self'"})) {
      return wrong(name, "missing, or open to other sites", "absent, ou ouvert à d’autres sites");
    }
  }
  const CspPolicy policies[] = {policy};
  const auto findings = inspect::evaluate_csp(policies);
  if (inspect::worst_of(findings) < inspect::CspSeverity::Medium) return std::nullopt;
  const inspect::CspFinding& worst = findings.front();
  return wrong(worst.directive, worst.text, "l’évaluation y trouve une faute");
}

// The nonce that styles are allowed by; empty where there is none.
std::string nonce_of(const http::Fields& fields) {
  const auto policies = inspect::parse_csp(fields.get(kField).value_or(""));
  if (!policies || policies->size() != 1) return {};
  const CspDirective* const styles = policies->front().governing("style-src-elem");
  if (styles == nullptr) return {};
  const auto nonce = std::ranges::find_if(styles->values, inspect::is_csp_nonce);
  if (nonce == styles->values.end()) return {};
  constexpr std::string_view kBefore = "'nonce-";
  return nonce->substr(kBefore.size(), nonce->size() - kBefore.size() - 1);
}

Evidence evidence_of(std::string_view part, const DrillContext& context) {
  return {.claim = "response.csp",
          .part = std::string{part},
          .outcome = Outcome::Inconclusive,
          .finding = {},
          .observed = context.clock.wall_now()};
}

}  // namespace

std::optional<Finding> csp_fault(const http::Fields& fields) {
  const std::size_t count = fields.count(kField);
  if (count == 0) return Finding{"Content-Security-Policy is missing", "Content-Security-Policy est absent"};
  if (count > 1) {
    return Finding{"Content-Security-Policy is sent more than once",
                   "Content-Security-Policy est envoyé plus d’une fois"};
  }
  const auto policies = inspect::parse_csp(fields.get(kField).value_or(""));
  if (!policies || policies->size() != 1) {
    return Finding{"Content-Security-Policy cannot be read as one policy",
                   "Content-Security-Policy ne se lit pas comme une seule politique"};
  }
  return fault_of(policies->front());
}

std::vector<Evidence> CspDrill::run(DrillContext& context) {
  std::vector<Asked> pages;
  for (const std::string_view path : kPages) pages.push_back({.request = get(path)});
  std::vector<Asked> data;
  for (const std::string_view path : kData) data.push_back({.request = get(path)});

  net::FetchRequest forged = get("/drill/forged");
  forged.method = "POST";
  forged.fields.add("origin", "https://elsewhere.invalid");
  forged.fields.add("content-type", "application/x-www-form-urlencoded");
  forged.body = "drill=1";
  std::vector<Asked> errors;
  errors.push_back({.request = get("/drill/nothing-here"), .expected_status = 404});
  errors.push_back({.request = std::move(forged), .expected_status = 403});
  errors.push_back({.request = get("/drill/no-upstream"), .expected_status = 502});

  std::vector<Evidence> evidence;
  evidence.reserve(5);
  evidence.push_back(judge("pages", pages, context));
  evidence.push_back(judge("errors", errors, context));
  evidence.push_back(judge("data", data, context));
  evidence.push_back(judge_nonce(context));
  evidence.push_back(try_control(context));
  return evidence;
}

Evidence CspDrill::judge(std::string_view part, const std::vector<Asked>& kinds, DrillContext& context) {
  Evidence evidence = evidence_of(part, context);
  std::size_t good = 0;
  for (const Asked& asked : kinds) {
    if (context.stopping.stop_requested()) return evidence;
    const Answer answer = client_.fetch(asked.request);
    evidence.observed = context.clock.wall_now();
    const std::string path = asked.request.url.substr(site_.origin_of(site_.belfry_host).size());
    if (!answer) {
      // What was found wrong before says more.
      evidence.finding = no_answer(answer.error());
      return evidence;
    }
    if (const auto fault = csp_fault(answer->fields)) {
      evidence.outcome = Outcome::Broken;
      evidence.finding = {path + ": " + fault->en, path + "\u00a0: " + fault->fr};
      return evidence;
    }
    if (answer->status != asked.expected_status) {
      const std::string status = std::to_string(answer->status);
      evidence.finding = {std::string{path}.append(": the answer was ").append(status),
                          std::string{path}.append("\u00a0: la réponse était ").append(status)};
      return evidence;
    }
    ++good;
  }
  evidence.outcome = Outcome::Holds;
  const std::string count = std::to_string(good) + "/" + std::to_string(kinds.size());
  evidence.finding = {count + " carry a policy that lets nothing in", count +
                                                                          " ont une politique qui ne laisse rien "
                                                                          "entrer"};
  return evidence;
}

// A nonce that comes again is one that who smuggles a script in can know.
Evidence CspDrill::judge_nonce(DrillContext& context) {
  Evidence evidence = evidence_of("nonce", context);
  const Answer first = client_.fetch(get("/"));
  const Answer second = client_.fetch(get("/"));
  evidence.observed = context.clock.wall_now();
  if (!first || !second) {
    evidence.finding = no_answer(first ? second.error() : first.error());
    return evidence;
  }
  if (first->status != 200 || second->status != 200) {
    evidence.finding = {"the page was not given", "la page n’a pas été donnée"};
    return evidence;
  }
  const std::string one = nonce_of(first->fields);
  const std::string other = nonce_of(second->fields);
  const bool good = one.size() >= kNonceLength && other.size() >= kNonceLength && one != other;
  evidence.outcome = good ? Outcome::Holds : Outcome::Broken;
  evidence.finding =
      good ? Finding{"two answers, two nonces of 128 bits or more", "deux réponses, deux nonces de 128 bits ou plus"}
           : Finding{"a nonce is missing, too short, or came twice", "un nonce manque, est trop court, ou est revenu"};
  return evidence;
}

Evidence CspDrill::try_control(DrillContext& context) {
  Evidence evidence = evidence_of("control", context);
  const auto twin = launch_twin(twins_, {.without = std::string{claim()}, .listed = {}}, context);
  if (!twin) {
    evidence.finding = no_twin();
    return evidence;
  }
  const Target target = twin->target();
  const Answer answer = client_.fetch(target.request(target.belfry_host, kAdmittedOnBelfry));
  evidence.observed = context.clock.wall_now();
  if (!answer) {
    evidence.finding = no_answer(answer.error());
  } else if (const Finding seen = bytes_seen(*answer); !is_admitted(answer)) {
    evidence.finding = {"the twin did not answer as it must: " + seen.en,
                        "la jumelle n’a pas répondu comme elle doit\u00a0: " + seen.fr};
  } else if (answer->fields.count(kField) == 0 && csp_fault(answer->fields)) {
    evidence.outcome = Outcome::Holds;
    evidence.finding = {"missing on the twin, as expected; seen there: " + seen.en,
                        "absent de la jumelle, comme prévu\u202f; vu là\u00a0: " + seen.fr};
  } else {
    evidence.finding = {"the check did not find the policy missing where it is missing",
                        "le contrôle n’a pas vu que la politique manquait là où elle manque"};
  }
  return evidence;
}

}  // namespace belfry::proof
