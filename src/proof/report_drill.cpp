#include "proof/report_drill.hpp"

#include "base/ascii.hpp"
#include "inspect/hsts.hpp"
#include "proof/fetch_finding.hpp"
#include "proof/trial.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace belfry::proof {

namespace {

using inspect::Letter;

constexpr std::string_view kReportPage = "/tls";
constexpr std::string_view kReportJson = "/tls.json";
// NIST SP 800-131A revision 2: less than 112 bits of strength (RSA below 2048) is no longer acceptable. Exclusive.
constexpr std::uint32_t kLeastStrength = 112;
// A certificate with fewer days left (exclusive) is told of with a word of warning: renewal is usually done by then.
constexpr std::int64_t kSoon = 14;
// For the scans of all addresses, which may be made twice: a drill has two minutes.
constexpr std::chrono::seconds kScanTime{40};
constexpr std::chrono::milliseconds kSettle{500};
// Each suite that the twin agrees to costs a connection; these are enough to tell it from the door.
constexpr unsigned kTwinConnections = 80;

// Whether a certificate for `name` is for `host` too (RFC 6125, section 6.4.3: a wildcard stands for one label).
bool covers(std::string_view name, std::string_view host) {
  if (!name.starts_with("*.")) return http::equals_ignoring_case(name, host);
  const auto dot = host.find('.');
  return dot != std::string_view::npos && dot != 0 && http::equals_ignoring_case(name.substr(1), host.substr(dot));
}

// SHA-1 and MD5 as OpenSSL names the signatures made with them.
bool is_weak_signature(std::string signature) {
  std::ranges::transform(signature, signature.begin(), base::to_lower);
  constexpr std::array<std::string_view, 4> kWeak{"md2", "md4", "md5", "sha1"};
  return std::ranges::any_of(kWeak, [&](std::string_view weak) { return signature.contains(weak); });
}

// Empty: nothing.
Finding fault_of(const net::ChainFacts& chain, const std::string& name, const std::vector<std::string>& hosts,
                 base::WallTime now) {
  const net::CertificateFacts& leaf = chain.certificates.front();
  if (now > leaf.not_after) return {"it has expired", "il a expiré"};
  if (now < leaf.not_before) return {"it is not valid yet", "il n’est pas encore valable"};
  if (!chain.name_matches) {
    return {"it is not for " + name, "il n’est pas pour " + name};
  }
  for (const std::string& host : hosts) {
    const bool covered = std::ranges::any_of(leaf.names, [&](const std::string& own) { return covers(own, host); });
    if (!covered) return {"it is not for " + host, "il n’est pas pour " + host};
  }
  for (const net::CertificateFacts& one : chain.certificates) {
    const std::string key = one.key_type + " " + std::to_string(one.key_bits);
    if (one.security_bits < kLeastStrength) return {"a key of " + key + " bits", "une clé de " + key + " bits"};
    if (!one.self_signed && is_weak_signature(one.signature)) {
      return {"signed with " + one.signature, "signé avec " + one.signature};
    }
  }
  return {};
}

Finding describe(const inspect::TlsFacts& facts, base::WallTime now) {
  if (!facts.handshake) return {};
  const net::ChainFacts& chain = facts.handshake->chain;
  const net::CertificateFacts& leaf = chain.certificates.front();
  const std::string key = leaf.key_type + " " + std::to_string(leaf.key_bits);
  const std::int64_t days = inspect::days_left(facts, now).value_or(0);
  const std::string left = std::to_string(days);
  Finding finding{key + " bits, " + leaf.signature + ", " + left + (days == 1 ? " day left" : " days left"),
                  key + " bits, " + leaf.signature + ", encore " + left + (days < 2 ? " jour" : " jours")};
  if (days < kSoon) {
    finding.en += ", to be renewed";
    finding.fr += ", à renouveler";
  }
  if (!chain.trusted) {
    finding.en += "; not from an authority that this machine knows (" + chain.verification + ")";
    finding.fr += "\u202f; pas d’une autorité que cette machine connaisse (" + chain.verification + ")";
  }
  return finding;
}

// Fit for nothing but this machine (RFC 6761, section 6.3), as what Belfry's own local authority issues: no visitor
// from elsewhere can come by such a name.
bool is_local(const net::CertificateFacts& leaf) {
  return !leaf.names.empty() && std::ranges::all_of(leaf.names, [](std::string_view name) {
    return name == "localhost" || name.ends_with(".localhost");
  });
}

std::string at(const inspect::TlsFacts& facts) {
  return facts.address;
}

Evidence begin(std::string_view part, base::WallTime now) {
  return {.claim = "transit.report",
          .part = std::string{part},
          .outcome = Outcome::Inconclusive,
          .finding = {},
          .observed = now};
}

// SSL Labs' own words for what a site may show that trusts an authority of its own: "if trust issues are ignored".
// Trust is the certificate's own part.
void judge_grade(Evidence& evidence, const TlsReport& report) {
  const Letter letter = worst_letter(report);
  const Letter bare = worst_letter_without_trust(report);
  const std::string word{inspect::to_string(letter)};
  const std::string bare_word{inspect::to_string(bare)};
  evidence.finding = {word, word};
  if (letter != bare) {
    evidence.finding = {bare_word + " if trust is left aside, " + word + " with it",
                        bare_word + " si l’on fait abstraction de la confiance, " + word + " avec elle"};
  }
  if (bare == Letter::Unknown) return;
  evidence.outcome = bare <= Letter::A ? Outcome::Holds : Outcome::Broken;
  for (const AddressReport& one : report.addresses) {
    if (one.grade.without_trust != bare || bare <= Letter::A) continue;
    const auto rule = std::ranges::find_if(one.grade.rules, [](const inspect::GradeRule& candidate) {
      return candidate.effect == inspect::RuleEffect::Cap || candidate.effect == inspect::RuleEffect::Warning;
    });
    if (rule == one.grade.rules.end()) break;
    evidence.finding.en += ": " + rule->sentence.en;
    evidence.finding.fr += "\u00a0: " + rule->sentence.fr;
    break;
  }
}

bool is_complete(const TlsReport& report) {
  return std::ranges::all_of(report.addresses, [](const AddressReport& one) {
    return inspect::answers_tls(one.facts) && one.facts.complete == inspect::Observed::Yes;
  });
}

}  // namespace

Evidence judge_certificate(const TlsReport& report, const std::vector<std::string>& hosts,
                           const std::vector<std::string>& own, base::WallTime now) {
  Evidence evidence = begin("certificate", now);
  for (const AddressReport& one : report.addresses) {
    const std::optional<net::HandshakeFacts>& handshake = one.facts.handshake;
    if (!handshake || handshake->chain.certificates.empty()) {
      evidence.finding = {"no handshake with " + at(one.facts) + ", or it is another server’s",
                          "pas de poignée de main avec " + at(one.facts) + ", ou c’est un autre serveur"};
      return evidence;
    }
    Finding fault = fault_of(handshake->chain, one.facts.server_name, hosts, now);
    const std::string& seen = handshake->chain.certificates.front().fingerprint;
    if (fault.en.empty() && std::ranges::find(own, seen) == own.end()) {
      fault = {"another certificate than the door’s: whoever ends TLS there reads what passes",
               "un autre certificat que celui de la porte\u00a0: qui y termine TLS lit ce qui passe"};
    }
    if (fault.en.empty()) continue;
    evidence.outcome = Outcome::Broken;
    evidence.finding = {"the certificate at " + at(one.facts) + ": " + fault.en,
                        "le certificat à " + at(one.facts) + "\u00a0: " + fault.fr};
    return evidence;
  }
  if (report.addresses.empty()) {
    evidence.finding = {"no address was looked at", "aucune adresse n’a été examinée"};
    return evidence;
  }
  evidence.finding = describe(report.addresses.front().facts, now);
  for (const AddressReport& one : report.addresses) {
    if (!one.facts.handshake || one.facts.handshake->chain.certificates.empty()) return evidence;  // nothing is told
    const net::ChainFacts& chain = one.facts.handshake->chain;
    if (chain.trusted || is_local(chain.certificates.front())) continue;
    evidence.finding = {"the certificate at " + at(one.facts) + " is the door’s, but browsers may refuse it (" +
                            chain.verification +
                            "): write the full chain into the file of [tls] certificate, or name an authority of your "
                            "own in SSL_CERT_FILE",
                        "le certificat à " + at(one.facts) +
                            " est celui de la porte, mais des navigateurs peuvent le refuser (" + chain.verification +
                            ")\u00a0: écrire la chaîne entière dans le fichier de [tls] certificate, ou nommer sa "
                            "propre autorité dans SSL_CERT_FILE"};
    return evidence;
  }
  evidence.outcome = Outcome::Holds;
  return evidence;
}

ReportDrill::ReportDrill(ReportParts parts, std::chrono::seconds interval)
    : parts_{std::move(parts)}, interval_{interval} {}

inspect::HstsFact ReportDrill::look_at_hsts() {
  const auto response = parts_.client.fetch(parts_.site.request(parts_.site.belfry_host, "/health"));
  if (!response) return {};
  const auto hsts = inspect::read_hsts(response->fields);
  if (!hsts) return {.present = inspect::Observed::No, .max_age = std::chrono::seconds{0}};
  constexpr std::uint64_t kMost = 1ULL << 40;
  return {.present = inspect::Observed::Yes,
          .max_age = std::chrono::seconds{static_cast<std::int64_t>(std::min(hsts->max_age, kMost))}};
}

std::shared_ptr<const TlsReport> ReportDrill::take(DrillContext& context) {
  const SiteAddresses where = parts_.addresses();
  auto report = std::make_shared<TlsReport>();
  report->source = where.source;
  report->hsts = look_at_hsts();
  for (const SiteAddress& address : where.addresses) {
    if (context.stopping.stop_requested()) break;
    if (!parts_.is_ours(address, context)) {
      AddressReport& none = report->addresses.emplace_back();
      none.facts.server_name = address.name;
      none.facts.address = address.shown();
      none.facts.observed = context.clock.wall_now();
      none.facts.handshake_error = not_ours(none.facts.address).en;
      none.grade = inspect::grade(none.facts, report->hsts, none.facts.observed);
      continue;
    }
    AddressReport one{.facts = parts_.scan({.way = address.way,
                                            .server_name = address.name,
                                            .ca_file = {},
                                            .path = std::string{kAdmittedOnSite},
                                            .port_80 = {},
                                            .deadline = share_of(kScanTime, where.addresses.size()),
                                            .pause = kScanPause,
                                            .wait = context.wait}),
                      .grade = {}};
    one.grade = inspect::grade(one.facts, report->hsts, context.clock.wall_now());
    report->addresses.push_back(std::move(one));
  }
  report->taken = context.clock.wall_now();
  return report;
}

std::vector<Evidence> ReportDrill::run(DrillContext& context) {
  // Before the number, which changes first: another certificate from here on shows in the number.
  std::vector<std::string> own{parts_.own_certificate()};
  const std::uint64_t number = parts_.certificate_number();
  if (reported_number_ != number) {
    // The door's threads may still be about to take it.
    if (!context.wait(kSettle)) return {begin("published", context.clock.wall_now())};
    auto first = take(context);
    if (context.stopping.stop_requested()) return {begin("published", context.clock.wall_now())};
    parts_.publish(std::move(first));
    reported_number_ = number;
  }
  const std::shared_ptr<const TlsReport> fresh = take(context);
  const base::WallTime now = context.clock.wall_now();
  Evidence published = begin("published", now);
  if (context.stopping.stop_requested()) return {std::move(published)};
  Evidence same = begin("same", now);
  Evidence grade = begin("grade", now);
  Evidence control = begin("control", now);
  read_again(published, same, *fresh);
  if (parts_.certificate_number() != number) {
    same.outcome = Outcome::Inconclusive;
    same.finding = {"the door got another certificate meanwhile", "la porte a reçu un autre certificat entre-temps"};
  }
  judge_grade(grade, *fresh);
  judge_control(control, *fresh, context);
  if (same.outcome == Outcome::Holds && control.outcome != Outcome::Holds) {
    same.outcome = Outcome::Inconclusive;
    same.finding = {"the same; but the comparison saw no difference from the twin either",
                    "identiques\u202f; mais la comparaison n’a pas vu de différence avec la jumelle non plus"};
  }
  own.push_back(parts_.own_certificate());
  Evidence certificate = judge_certificate(*fresh, parts_.hosts, own, now);
  parts_.publish(fresh);
  return {std::move(published), std::move(same), std::move(certificate), std::move(grade), std::move(control)};
}

void ReportDrill::read_again(Evidence& published, Evidence& same, const TlsReport& fresh) {
  const auto page = parts_.client.fetch(parts_.site.request(parts_.site.belfry_host, kReportPage));
  const auto answer = parts_.client.fetch(parts_.site.request(parts_.site.belfry_host, kReportJson));
  same.finding = {"there was no report to compare with", "il n’y avait pas de rapport à comparer"};
  if (!page || !answer) {
    published.finding = no_answer(!page ? page.error() : answer.error());
    return;
  }
  if (page->status != 200 || answer->status != 200) {
    const std::string status = std::to_string(page->status != 200 ? page->status : answer->status);
    published.outcome = Outcome::Broken;
    published.finding = {"the report was answered with " + status, "le rapport a reçu la réponse " + status};
    return;
  }
  const auto said = parse_report(answer->body);
  if (!said) {
    published.outcome = Outcome::Broken;
    published.finding = {"the report cannot be read: " + said.error(), "le rapport est illisible"};
    return;
  }
  const std::string bytes = std::to_string(answer->body.size());
  published.outcome = Outcome::Holds;
  published.finding = {"/tls and /tls.json answered 200, " + bytes + " bytes",
                       "/tls et /tls.json ont répondu 200, " + bytes + " octets"};

  if (!is_complete(fresh)) {
    same.finding = {"the fresh look could not be finished", "le nouvel examen n’a pu être achevé"};
    return;
  }
  const std::vector<ReportedAddress> found = reported(fresh);
  std::size_t alike = 0;
  for (const ReportedAddress& one : found) {
    // One address may be reported by several names: any that fits.
    const auto fits = [&](const ReportedAddress& told) {
      return told.address == one.address && differences(told, one).en.empty();
    };
    auto described = std::ranges::find_if(*said, fits);
    if (described == said->end()) described = std::ranges::find(*said, one.address, &ReportedAddress::address);
    const Finding points = described == said->end()
                               ? Finding{"it is not in the report", "elle n’est pas dans le rapport"}
                               : differences(*described, one);
    if (points.en.empty()) {
      ++alike;
      continue;
    }
    same.outcome = Outcome::Broken;
    same.finding = {"the report does not describe " + one.address + ": " + points.en,
                    "le rapport ne décrit pas " + one.address + "\u00a0: " + points.fr};
  }
  const std::string count = std::to_string(alike) + "/" + std::to_string(found.size());
  if (alike != found.size()) return;
  same.outcome = Outcome::Holds;
  same.finding = {count + " addresses as reported: certificate, protocols, suites, groups, grade",
                  count + " adresses telles que décrites\u00a0: certificat, protocoles, suites, groupes, note"};
}

void ReportDrill::judge_control(Evidence& evidence, const TlsReport& fresh, DrillContext& context) {
  const auto twin = launch_twin(parts_.twins, {.without = std::string{claim()}, .listed = {}}, context);
  if (!twin) {
    evidence.finding = no_twin();
    return;
  }
  const Target target = twin->target();
  TlsReport weak;
  weak.addresses.resize(1);
  AddressReport& one = weak.addresses.front();
  one.facts = parts_.scan({.way = target.way,
                           .server_name = target.belfry_host,
                           .ca_file = {},
                           .path = std::string{kAdmittedOnSite},
                           .port_80 = {},
                           .deadline = std::chrono::seconds{20},
                           .connection_limit = kTwinConnections,
                           .pause = kScanPause,
                           .wait = context.wait});
  one.grade = inspect::grade(one.facts, {}, context.clock.wall_now());
  const Finding points = differences(reported(fresh).front(), reported(weak).front());
  const Letter letter = one.grade.without_trust;
  const std::string word{inspect::to_string(letter)};
  const bool seen = points.en.contains("certificate") && points.en.contains("protocols") && letter != Letter::Unknown &&
                    letter > fresh.addresses.front().grade.without_trust;
  if (!seen) {
    evidence.finding = {"the comparison did not see that the twin is another server, and weak",
                        "la comparaison n’a pas vu que la jumelle est un autre serveur, et faible"};
    return;
  }
  evidence.outcome = Outcome::Holds;
  evidence.finding = {"seen that the report is not the twin’s: " + points.en + "; the twin’s grade is " + word,
                      "vu que le rapport n’est pas celui de la jumelle\u00a0: " + points.fr +
                          "\u202f; la note de la jumelle est " + word};
}

}  // namespace belfry::proof
